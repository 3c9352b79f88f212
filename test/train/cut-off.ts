import { main } from '../../core/main/main.ts'
import { definition } from '../../core/train/definition.ts'
import { run } from '../../core/train/run.ts'
import { memoryHost } from '../support/memory-host.ts'

/** What a child process is given as its one argument, in JSON. */
export interface Orders {
  readonly workspace: string
  readonly folder: string
  readonly tempFolder: string
  readonly identity: string
}

// A train step as a process of its own, which a test can kill. It prints what its runner would remember of it.
const { workspace, folder, tempFolder, identity } = JSON.parse(process.argv[2] ?? '') as Orders
const host = memoryHost({
  inputs: { workspace },
  env: { PATH: process.env['PATH'] ?? '' },
  context: { folder, tempFolder, isCi: true, identity, attempt: 1 },
})
const saveState = (name: string, value: string) => void process.stdout.write(`${JSON.stringify({ [name]: value })}\n`)
await main(definition, run, Object.assign(host, { saveState }))
