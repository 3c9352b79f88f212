// A process that registers versions, as many as it is told, and prints the number of each.
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
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
  /** The ledger beside a server that holds the rest. */
  readonly ledger?: string
  /** `flights` by default. */
  readonly model?: string
  /** It says that it is ready by a file `<after>-<name>`, and begins when `after` is there: so that many begin at one time. */
  readonly after?: string
}

const { url, token, ledger, folder, name, count, model = 'flights', after } = JSON.parse(process.argv[2] ?? '') as Task
const source = join(folder, `${name}.onnx`)

if (after !== undefined) writeFileSync(`${after}-${name}`, '')
while (after !== undefined && !existsSync(after)) await sleep(10)
for (let n = 1; n <= count; n++) {
  const request = `${name}-${n}`
  const workspace = await openWorkspace(
    openOptions(url, folder, { request, deadlineMs: 600_000, ledger, ...(token === undefined ? {} : { token }) }),
  )
  writeFileSync(source, `the model of ${request}`)
  const tree = await workspace.files.put([{ path: 'model.onnx', from: source }], { isModel: true })
  const { version } = await register(workspace, tree, { model, tags: { Request: request } })
  await workspace.close()
  process.stdout.write(`${version.version}\n`)
}
