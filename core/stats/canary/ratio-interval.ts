import { harmEvidence, safetyEvidence } from './rate-ratio.ts'
import type { Arms, Mixture } from './mixture.ts'

/** Ratios beyond these are told apart by no one. */
const farthest = Math.log(1e6)

/** Bounds of a ratio of error rates; 0 and Infinity where the data sets no bound. */
export interface RatioBounds {
  readonly lower: number
  readonly upper: number
}

/**
 * A confidence sequence for errors(canary)/errors(stable): the ratios that neither e-process rejects at alpha/2. It holds at
 * all looks at once with probability 1 - alpha (Howard et al. 2021), so it may be looked at as often as one likes.
 *
 * @param dispersion evidence is divided by it; 1 takes the counts as they are.
 * @throws RangeError unless alpha lies in (0, 1) and the dispersion is at least 1.
 */
export function ratioSequence(batches: readonly Arms[], alpha: number, dispersion: number): RatioBounds {
  if (!(alpha > 0 && alpha < 1)) throw new RangeError(`alpha must lie between 0 and 1, got ${alpha}`)
  if (!(dispersion >= 1)) throw new RangeError(`a dispersion is at least 1, got ${dispersion}`)
  const needed = Math.log(2 / alpha)
  const rejects = (evidence: Mixture): boolean => {
    for (const arms of batches) evidence.add(arms)
    return evidence.logE(dispersion) >= needed
  }
  const lower = boundary((ratio) => rejects(harmEvidence(ratio)))
  const upper = boundary((ratio) => !rejects(safetyEvidence(ratio)))
  return { lower: lower === -farthest ? 0 : Math.exp(lower), upper: upper === farthest ? Infinity : Math.exp(upper) }
}

/** The largest ln(ratio) at which a falling condition still holds; an end of the range where it holds everywhere or nowhere. */
function boundary(holds: (ratio: number) => boolean): number {
  let [low, high] = [-farthest, farthest]
  if (!holds(Math.exp(low))) return low
  if (holds(Math.exp(high))) return high
  while (high - low > 1e-5) {
    const middle = (low + high) / 2
    if (holds(Math.exp(middle))) low = middle
    else high = middle
  }
  return (low + high) / 2
}
