import type { FullPlan } from './plan.ts'
import type { GeneratorReport } from './result.ts'

/** A thread that is busier than this cannot be trusted to be on time. */
const mostUtilisation = 0.9

/** Being late by this part of what is measured changes no conclusion. */
const harmlessPart = 0.1

/** Why the generator gave up before the end. */
export type GaveUp = 'too-late' | 'too-many-waiting'

/** What is known when a run is accepted or refused. `latencyP99Ms`: what was measured, left out where nothing was. */
export interface Ran {
  readonly generator: GeneratorReport
  readonly latencyP99Ms?: number | undefined
  readonly gaveUp?: GaveUp | undefined
}

/**
 * A sentence that says how the generator itself was the limit of the run; undefined where it was not. It may be late by `maxLagMs`,
 * or by a tenth of the measured latency where that is more.
 */
export function generatorLimit(
  plan: Pick<FullPlan, 'rate' | 'maxLagMs'>,
  { generator: { lag, utilisation, waited }, latencyP99Ms = 0, gaveUp }: Ran,
): string | undefined {
  const rate = `${plan.rate} requests a second`
  if (gaveUp === 'too-many-waiting') {
    return `At ${rate} the generator could not keep up: ${waited} requests were waiting to be sent when it gave up.`
  }
  if (gaveUp === 'too-late') return `At ${rate} the generator fell ever further behind and gave up.`
  if (utilisation > mostUtilisation) {
    const busy = Math.round(100 * utilisation)
    return `At ${rate} the generator was busy for ${busy} % of its time, so that its own work is in the latencies.`
  }
  const allowedMs = Math.max(plan.maxLagMs, harmlessPart * latencyP99Ms)
  if (lag !== undefined && lag.p99 > allowedMs) {
    return `The generator sent one request of 100 more than ${lag.p99.toFixed(1)} ms late; ${Number(allowedMs.toPrecision(3))} ms are allowed. The machine is too busy.`
  }
  return undefined
}
