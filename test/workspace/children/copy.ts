// A process that copies one workspace to another, as the command does.
import { copyHistory } from '../../../core/workspace/copy/copy.ts'
import { openHistory } from '../../../core/workspace/open.ts'
import { openOptions } from '../places.ts'

interface Task {
  readonly from: string
  readonly to: string
  readonly token?: string
  /** A folder of its own. */
  readonly folder: string
}

const { from, to, token, folder } = JSON.parse(process.argv[2] ?? '') as Task
const source = await openHistory(openOptions(from, folder, { intent: 'read' }))
const target = await openHistory(openOptions(to, folder, token === undefined ? {} : { token }))
const { changes } = await copyHistory({
  from: source,
  to: target,
  models: undefined,
  isDryRun: false,
  progress: (done) => process.stdout.write(`${done}\n`),
})
await source.close()
await target.close()
process.stdout.write(`${[...changes.values()].reduce((sum, count) => sum + count, 0)}\n`)
