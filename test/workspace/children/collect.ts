// A process that does one kind of work again and again, and prints a word for each: what it was refused, or what it did.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { TrainyardError } from '../../../core/errors/errors.ts'
import { openWorkspace } from '../../../core/workspace/open.ts'
import type { Workspace } from '../../../core/workspace/workspace.ts'
import { openOptions } from '../places.ts'
import { register } from '../records.ts'

interface Task {
  readonly url: string
  readonly token?: string
  /** A folder of its own. */
  readonly folder: string
  readonly name: string
  readonly work: 'register' | 'collect' | 'deploy' | 'delete' | 'archive'
  readonly count: number
}

const { url, token, folder, name, work, count } = JSON.parse(process.argv[2] ?? '') as Task

const works: Record<Task['work'], (workspace: Workspace, n: number) => Promise<string>> = {
  // All writers put the same bytes at about the same time: what one deletes another registers, and some of each stay.
  async register(workspace, n) {
    const from = join(folder, `${name}.onnx`)
    writeFileSync(from, `content ${n >> 2}`)
    const tree = await workspace.files.put([{ path: 'model.onnx', from }], { isModel: true })
    const { version } = await register(workspace, tree)
    if (n % 4 !== 3) await workspace.models.delete('flights', version.version, 'to be collected')
    return String(version.version)
  },
  async collect({ storage }) {
    const { files } = await storage.collect({ olderThanMs: -5000, isDry: false })
    return `collected ${files}`
  },
  async deploy({ deployments }, n) {
    const slot = { endpoint: 'api', name: `slot-${n}`, model: 'flights', version: n, share: 10 }
    await deployments.record({ ...slot, state: 'live' })
    return `deployed ${n}`
  },
  async delete({ models }, n) {
    await models.delete('flights', n, 'a race')
    return `deleted ${n}`
  },
  async archive({ models }, n) {
    await models.archive('flights', n, { isArchived: true, why: 'a race' })
    return `archived ${n}`
  },
}

for (let n = 1; n <= count; n++) {
  // Who comes first shall be chance.
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 20))
  const request = `${name}-${n}`
  const options = openOptions(url, folder, { request, ...(token === undefined ? {} : { token }) })
  const workspace = await openWorkspace(options)
  try {
    process.stdout.write(`${await works[work](workspace, n)}\n`)
  } catch (error) {
    if (!(error instanceof TrainyardError) || error.code === undefined) throw error
    process.stdout.write(`${error.code} ${n}\n`)
  } finally {
    await workspace.close()
  }
}
