import type { ServeConfig } from './config.ts'
import type { Log } from './log.ts'
import { RunQueue } from './run-queue.ts'
import { ServedModels } from './served-models.ts'

/** What a running server is made of. */
export interface App {
  readonly config: ServeConfig
  readonly models: ServedModels
  readonly queue: RunQueue
  readonly log: Log
  /** `stopping` still answers requests, and says by health and `Connection: close` that no more should come. */
  state: 'loading' | 'ready' | 'stopping'
  /** The build of the runtime; empty until it is loaded. */
  engine: string
  /** Errors at addresses of no model version. */
  strayErrors: number
}

/** A server that has loaded nothing yet. */
export function newApp(config: ServeConfig, log: Log): App {
  return {
    config,
    models: new ServedModels(config.models),
    queue: new RunQueue(config),
    log,
    state: 'loading',
    engine: '',
    strayErrors: 0,
  }
}
