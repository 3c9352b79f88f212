import type { FullPlan } from './plan.ts'
import type { GeneratorReport } from './result.ts'

/** A thread that is busier than this cannot be trusted to be on time. */
const mostUtilisation = 0.9

/** Why the generator gave up before the end. */
export type GaveUp = 'too-late' | 'too-many-waiting'

/** A sentence that says how the generator itself was the limit of the run; undefined where it was not. */
export function generatorLimit(
  plan: Pick<FullPlan, 'rate' | 'maxLagMs'>,
  { lag, utilisation, waited }: GeneratorReport,
  gaveUp: GaveUp | undefined,
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
  if (lag !== undefined && lag.p99 > plan.maxLagMs) {
    return `The generator sent one request of 100 more than ${lag.p99.toFixed(1)} ms late; ${plan.maxLagMs} ms are allowed. The machine is too busy.`
  }
  return undefined
}
