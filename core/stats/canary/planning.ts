import { logAbsoluteMargin, tilts } from './absolute-margin.ts'
import { gridSize } from './rate-ratio.ts'

/** A comparison of error rates that is to be decided. */
export interface RatioPlan {
  /** The ratio of error rates at the boundary of the null hypothesis. */
  readonly boundary: number
  /** The ratio that is assumed to be true; on the other side of the boundary. */
  readonly truth: number
  /** The canary's share of the requests, in (0, 1). */
  readonly share: number
  /** The e-process rejects at 1/alpha. */
  readonly alpha: number
}

/**
 * About how many errors, of both sides together, the e-process needs: (ln(1/alpha) + ln K)/KL, KL being the divergence of the
 * share of errors that falls on the canary under the truth from that at the boundary. Errors that come in bursts cost as many
 * times more as their dispersion says. Infinity where truth and boundary agree.
 * @throws RangeError for a share, a ratio or an alpha out of range.
 */
export function errorsToDecide({ boundary, truth, share, alpha }: RatioPlan): number {
  if (!(share > 0 && share < 1)) throw new RangeError(`a share lies between 0 and 1, got ${share}`)
  if (!(boundary > 0 && truth > 0)) throw new RangeError(`ratios must be positive, got ${boundary} and ${truth}`)
  if (!(alpha > 0 && alpha < 1)) throw new RangeError(`alpha must lie between 0 and 1, got ${alpha}`)
  const onCanary = (ratio: number): number => (ratio * share) / (ratio * share + 1 - share)
  const [p, q] = [onCanary(truth), onCanary(boundary)]
  const divergence = p * Math.log(p / q) + (1 - p) * Math.log((1 - p) / (1 - q))
  return divergence > 0 ? (Math.log(gridSize) - Math.log(alpha)) / divergence : Infinity
}

/** Errors of both sides per request of either, from the error rates of both and the split. */
export function errorsPerRequest(rates: { readonly canary: number; readonly stable: number }, share: number): number {
  return share * rates.canary + (1 - share) * rates.stable
}

/**
 * About how many requests, of both sides together, prove that the canary's error rate is less than stable's plus the margin
 * where both are `rate`.
 */
export function requestsToProveMargin(plan: {
  readonly margin: number
  readonly rate: number
  readonly share: number
  readonly alpha: number
}): number {
  const { margin, rate, share, alpha } = plan
  const perRequest = tilts.map((tilt) =>
    logAbsoluteMargin(
      {
        canary: { requests: share, errors: share * rate },
        stable: { requests: 1 - share, errors: (1 - share) * rate },
      },
      margin,
      tilt,
    ),
  )
  const best = Math.max(...perRequest)
  return best > 0 ? (Math.log(tilts.length) - Math.log(alpha)) / best : Infinity
}
