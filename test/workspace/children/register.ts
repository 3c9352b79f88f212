// A process that registers versions, as many as it is told, and prints the number of each.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openWorkspace } from '../../../core/workspace/open.ts'
import { openOptions } from '../places.ts'
import { register } from '../records.ts'

interface Task {
  readonly url: string
  readonly token?: string
  /** A folder of its own. */
  readonly folder: string
  readonly name: string
  readonly count: number
}

const { url, token, folder, name, count } = JSON.parse(process.argv[2] ?? '') as Task
const source = join(folder, `${name}.onnx`)

for (let n = 1; n <= count; n++) {
  const request = `${name}-${n}`
  const workspace = await openWorkspace(
    openOptions(url, folder, { request, ...(token === undefined ? {} : { token }) }),
  )
  writeFileSync(source, `the model of ${request}`)
  const tree = await workspace.files.put([{ path: 'model.onnx', from: source }], { isModel: true })
  const { version } = await register(workspace, tree, { tags: { Request: request } })
  await workspace.close()
  process.stdout.write(`${version.version}\n`)
}
