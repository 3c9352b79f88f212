import { type Arms, type LogRatio, Mixture } from './mixture.ts'

/** Alternatives in a mixture: enough that one of them is near every true ratio, few enough to cost only ln 10. */
export const gridSize = 10

/** The alternatives' ratios to the boundary: from the smallest effect worth finding to far beyond it. */
const harm = { nearest: Math.log(1.15), farthest: Math.log(16) }
const safety = { nearest: -Math.log(1.1), farthest: -Math.log(4) }

/**
 * ln of the likelihood ratio of one batch for errors(canary)/errors(stable) = `alternative` against `boundary`, given how
 * many errors there were in all: x_c ln(r/r0) - (x_c + x_s) ln((r n_c + n_s)/(r0 n_c + n_s)). Its mean is at most 1 for
 * binomial and Poisson counts on the null side of the boundary, whatever stable's own rate is in this batch: so products over
 * batches are an e-process though the rate and the split change, and looking at it costs nothing.
 */
export function logRateRatio({ canary, stable }: Arms, boundary: number, alternative: number): number {
  const errors = canary.errors + stable.errors
  if (errors === 0) return 0
  const share = (alternative * canary.requests + stable.requests) / (boundary * canary.requests + stable.requests)
  return canary.errors * Math.log(alternative / boundary) - errors * Math.log(share)
}

/** Evidence against H0: the canary fails at most `ratio` times as often as stable. */
export function harmEvidence(ratio: number): Mixture {
  return new Mixture(grid(ratio, harm))
}

/** Evidence against H0: the canary fails at least `ratio` times as often as stable. */
export function safetyEvidence(ratio: number): Mixture {
  return new Mixture(grid(ratio, safety))
}

function grid(boundary: number, { nearest, farthest }: typeof harm): readonly LogRatio[] {
  if (!(boundary > 0 && boundary < Infinity)) throw new RangeError(`a ratio must be positive, got ${boundary}`)
  return Array.from({ length: gridSize }, (_, index) => {
    const alternative = boundary * Math.exp(nearest + ((farthest - nearest) * index) / (gridSize - 1))
    return (arms: Arms) => logRateRatio(arms, boundary, alternative)
  })
}
