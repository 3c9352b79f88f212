import { parentPort, workerData } from 'node:worker_threads'
import type { FullPlan } from '../plan.ts'
import { Generator } from './generator.ts'
import type { Message } from './messages.ts'

// The generator's own thread: the step that asked for the load may compute, and disturbs it as little as another process would.
const port = parentPort
if (port === null) throw new Error('the load generator runs in a worker thread only')
const say = (message: Message): void => {
  port.postMessage(message)
}
const generator = new Generator(workerData as FullPlan, (progress) => {
  say({ type: 'progress', progress })
})
say({ type: 'end', end: await generator.run() })
