import { asText, type Rendered } from '../../errors/render.ts'
import type { Outcome } from '../host.ts'
import type { Printer } from './printer.ts'
import type { End } from './wire.ts'

/** GitHub shows ten annotations of a level in a step; the error itself is one. */
const mostAnnotations = 8

/** How a step ended, as a wire writes it. */
export function endOf(outcome: Outcome, printer: Printer): End {
  if (outcome.kind !== 'failed') {
    const message = printer.fitting(outcome.message)
    return { result: outcome.kind, exitCode: 0, message, annotations: [] }
  }
  const { rendered } = outcome
  const isCancelled = rendered.code === 'TY0601'
  return {
    result: isCancelled ? 'cancelled' : 'failed',
    exitCode: rendered.exitCode,
    message: printer.fitting(asText(rendered)),
    annotations: rendered.annotations
      .slice(0, mostAnnotations)
      .map((at) => ({ ...at, message: printer.fitting(at.message) })),
  }
}

/** What to tell of a failure that came after the end; being stopped by the end itself is no news. */
export function leftoverText(rendered: Rendered): string | undefined {
  return rendered.code === 'TY0601' ? undefined : `After the end of the step: ${asText(rendered)}`
}
