import type { Arms } from './mixture.ts'
import { type ErrorWatch, promoteNeeded } from './error-watch.ts'
import { errorsPerRequest, errorsToDecide, requestsToProveMargin } from './planning.ts'
import type { ErrorPolicy } from './policy.ts'
import { ratioSequence } from './ratio-interval.ts'
import type { CanaryVerdict, Evidence, Needs } from './verdict.ts'

/** The level of the interval that is shown; the decisions have alphas of their own. */
const shownLevel = 0.95

/** All e-processes of a watch beside what each of them needs. */
export function evidenceOf(policy: ErrorPolicy, watch: ErrorWatch): readonly Evidence[] {
  const { standing, peaks } = watch
  const line = (rule: Evidence['rule'], [logE, peak]: readonly [number, number], logNeeded: number): Evidence => ({
    rule,
    logE,
    logNeeded,
    pValue: Math.min(1, Math.exp(-peak)),
  })
  const needed = promoteNeeded(policy.promote)
  return [
    line('fast', [watch.fastLogE, peaks.fast], -Math.log(policy.fast.alpha)),
    line('anytime', [standing?.anytime ?? 0, peaks.anytime], -Math.log(policy.anytime.alpha)),
    line('promote', [standing?.promote ?? 0, peaks.promote], needed),
    ...(policy.promote.absolute === undefined
      ? []
      : [line('promote-absolute', [standing?.absolute ?? 0, peaks.absolute], needed)]),
    line('sample-ratio', [watch.sampleRatio.logE, peaks.sampleRatio], -Math.log(policy.sampleRatioAlpha)),
  ]
}

/** The confidence sequence of the ratio as a verdict shows it; undefined while the data says nothing of it. */
export function intervalOf(batches: readonly Arms[], dispersion: number | undefined): CanaryVerdict['interval'] {
  if (dispersion === undefined) return undefined
  const { lower, upper } = ratioSequence(batches, 1 - shownLevel, dispersion)
  if (lower === 0 && upper === Infinity) return undefined
  return { lower, ...(upper === Infinity ? {} : { upper }), level: shownLevel }
}

/** What is missing for a promotion, by the nearer of the two ways; undefined where no amount of this traffic decides. */
export function needsOf(policy: ErrorPolicy, watch: ErrorWatch): Needs | undefined {
  const plan = planOf(watch)
  if (plan === undefined) return undefined
  const byRatio = ratioNeeds(policy, watch, plan)
  const byMargin = marginNeeds(policy, watch, plan)
  if (byRatio === undefined || byMargin === undefined) return byRatio ?? byMargin
  return (byMargin.seconds ?? Infinity) < (byRatio.seconds ?? Infinity) ? byMargin : byRatio
}

/** The traffic so far, as the plan assumes it to go on. */
interface Traffic {
  readonly share: number
  readonly stableRate: number
  readonly perSecond: number
  readonly dispersion: number
}

function planOf(watch: ErrorWatch): Traffic | undefined {
  const [canary, stable] = [watch.total('canary'), watch.total('stable')]
  const requests = canary.requests + stable.requests
  if (!watch.isComparable) return undefined
  const ms = watch.judged.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0)
  return {
    share: canary.requests / requests,
    stableRate: stable.errors / stable.requests,
    perSecond: (1000 * requests) / ms,
    dispersion: watch.standing?.dispersion?.estimate ?? 1,
  }
}

function ratioNeeds({ promote }: ErrorPolicy, watch: ErrorWatch, traffic: Traffic): Needs | undefined {
  const { share, stableRate, perSecond, dispersion } = traffic
  if (promote.ratio === 1) return undefined
  const alpha = Math.exp(-promoteNeeded(promote))
  const inAll = dispersion * errorsToDecide({ boundary: promote.ratio, truth: 1, share, alpha })
  const missing = Math.max(1, Math.ceil(inAll - watch.total('canary').errors - watch.total('stable').errors))
  const pace = perSecond * errorsPerRequest({ canary: stableRate, stable: stableRate }, share)
  return { errors: missing, ...(pace > 0 ? { seconds: Math.ceil(missing / pace) } : {}) }
}

function marginNeeds({ promote }: ErrorPolicy, watch: ErrorWatch, traffic: Traffic): Needs | undefined {
  if (promote.absolute === undefined) return undefined
  const { share, stableRate, perSecond, dispersion } = traffic
  const alpha = Math.exp(-promoteNeeded(promote))
  const inAll = dispersion * requestsToProveMargin({ margin: promote.absolute, rate: stableRate, share, alpha })
  if (inAll === Infinity) return undefined
  const seen = watch.total('canary').requests + watch.total('stable').requests
  const missing = Math.max(1, Math.ceil(inAll - seen))
  return { requests: missing, seconds: Math.ceil(missing / perSecond) }
}
