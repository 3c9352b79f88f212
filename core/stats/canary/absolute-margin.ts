import { type Arms, Mixture } from './mixture.ts'

/** How hard each part of the mixture leans on the canary's errors. */
export const tilts = [0.1, 0.2, 0.4, 0.7, 1, 1.5] as const

/**
 * ln of a ratio of one batch with mean at most 1 where errors(canary) >= errors(stable) + margin, for rates per request:
 * -l x_c + x_s ln(1 + (n_c/n_s)(1 - e^-l)) + n_c margin (1 - e^-l). Needed where both sides hardly fail: no errors at all say
 * nothing about a ratio, but much about a difference.
 */
export function logAbsoluteMargin({ canary, stable }: Arms, margin: number, tilt: number): number {
  const pull = -Math.expm1(-tilt)
  const matched = stable.errors * Math.log1p((canary.requests / stable.requests) * pull)
  return matched + canary.requests * margin * pull - tilt * canary.errors
}

/**
 * Evidence against H0: of all requests, the canary fails in a larger share than stable by `margin` or more.
 * @throws RangeError unless the margin lies in (0, 1).
 */
export function absoluteMarginEvidence(margin: number): Mixture {
  if (!(margin > 0 && margin < 1)) throw new RangeError(`an absolute margin lies between 0 and 1, got ${margin}`)
  return new Mixture(tilts.map((tilt) => (arms: Arms) => logAbsoluteMargin(arms, margin, tilt)))
}
