import { existsSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import type { GeneratorEnd, Message } from './generator/messages.ts'
import { fullPlan, type LoadPlan } from './plan.ts'
import { sampleResources } from './resources/sample.ts'
import type { LoadProgress, LoadResult } from './result.ts'
import { resultOf } from './summarise.ts'

/** Who listens to a load, and who may end it. */
export interface LoadListeners {
  readonly signal: AbortSignal
  readonly onProgress?: (progress: LoadProgress) => void
}

/**
 * Sends one rate of requests to an address and measures what a client sees. Open loop: requests are sent when they are due,
 * Poisson distributed, whether or not earlier ones were answered, and latency counts from when they were due. The generator has a
 * thread of its own. A run in which it was itself the limit comes back as `generator-limited`.
 *
 * @throws RangeError for a plan that cannot be carried out; ExternalError when what is to be watched is not there at the start;
 *   the signal's reason when it fires.
 */
export async function runLoad(plan: LoadPlan, { signal, onProgress }: LoadListeners): Promise<LoadResult> {
  const full = fullPlan(plan)
  signal.throwIfAborted()
  if (full.watch !== undefined) sampleResources(full.watch)
  const worker = new Worker(generatorFile(), { workerData: full, env: {}, execArgv: [], name: 'load generator' })
  try {
    return resultOf(full, await endOf(worker, { signal, ...(onProgress === undefined ? {} : { onProgress }) }))
  } finally {
    await worker.terminate()
  }
}

function endOf(worker: Worker, { signal, onProgress }: LoadListeners): Promise<GeneratorEnd> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      reject(reasonOf(signal))
    }
    signal.addEventListener('abort', abort, { once: true })
    worker.on('message', (message: Message) => {
      if (message.type === 'end') resolve(message.end)
      else attempt(() => onProgress?.(message.progress), reject)
    })
    worker.on('error', reject)
    worker.on('exit', (code) => {
      signal.removeEventListener('abort', abort)
      reject(new Error(`the load generator ended without a result, with exit code ${code}`))
    })
  })
}

/** A listener that fails ends the load; unseen it would end the process. */
function attempt(act: () => void, onFailure: (error: Error) => void): void {
  try {
    act()
  } catch (error) {
    onFailure(error instanceof Error ? error : new Error('a listener to the load failed', { cause: error }))
  }
}

function reasonOf({ reason }: AbortSignal): Error {
  return reason instanceof Error ? reason : new Error('the load was stopped', { cause: reason })
}

/** In a bundle the generator is an entry of its own beside the chunks; in the source it is where it is. */
function generatorFile(): URL {
  const beside = new URL('./load-generator.mjs', import.meta.url)
  return existsSync(beside) ? beside : new URL('./generator/main.ts', import.meta.url)
}
