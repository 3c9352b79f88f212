import { once } from 'node:events'
import type { TrainyardError } from '../errors/errors.ts'
import { render } from '../errors/render.ts'
import type { Host } from '../host/host.ts'
import type { AnyDefinition } from '../step/define-step.ts'
import type { Given } from './command.ts'
import { hostFor } from './host-for.ts'
import { print } from './print.ts'

/** What a command shows. With a failure it ends with that error all the same, after what it showed. */
export interface Shown {
  readonly text: string
  readonly failure?: TrainyardError | undefined
}

/**
 * Runs a command that is no step: prints the text that it gives, or its error in the form of every other. Stopping it stops
 * the wait for it.
 *
 * @param definition Says which of its inputs are secrets; leave it out where none is.
 */
export async function runCommand(
  given: Given,
  work: (host: Host) => Promise<string | Shown>,
  definition: Pick<AnyDefinition, 'inputs'> = { inputs: {} },
): Promise<void> {
  const host = hostFor(given, definition)
  try {
    const shown = await Promise.race([work(host), stopped(host.signal)])
    const { text, failure } = typeof shown === 'string' ? { text: shown } : shown
    print(text)
    if (failure !== undefined) throw failure
  } catch (error) {
    host.finish({ kind: 'failed', rendered: render(error, (text) => host.redact(text)) })
  }
}

async function stopped(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await once(signal, 'abort')
  throw signal.reason
}
