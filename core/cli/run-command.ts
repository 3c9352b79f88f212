import { once } from 'node:events'
import { render } from '../errors/render.ts'
import type { Host } from '../host/host.ts'
import type { AnyDefinition } from '../step/define-step.ts'
import type { Given } from './command.ts'
import { hostFor } from './host-for.ts'
import { print } from './print.ts'

/**
 * Runs a command that is no step: prints the text that it gives, or its error in the form of every other. Stopping it stops
 * the wait for it.
 *
 * @param definition Says which of its inputs are secrets; leave it out where none is.
 */
export async function runCommand(
  given: Given,
  work: (host: Host) => Promise<string>,
  definition: Pick<AnyDefinition, 'inputs'> = { inputs: {} },
): Promise<void> {
  const host = hostFor(given, definition)
  try {
    print(await Promise.race([work(host), stopped(host.signal)]))
  } catch (error) {
    host.finish({ kind: 'failed', rendered: render(error, (text) => host.redact(text)) })
  }
}

async function stopped(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await once(signal, 'abort')
  throw signal.reason
}
