import { logGamma } from '../gamma.ts'
import { studentTCdf, studentTSurvival } from '../student-t.ts'
import type { Dispersion } from './dispersion.ts'
import { canaryShare, expectedErrors, type Stratum } from './strata.ts'

/** One-sided p-values of H0: the canary fails `ratio` times as often as stable. */
export interface ConditionalTest {
  /** Small where the canary has more errors than that: evidence of harm. */
  readonly more: number
  /** Small where it has fewer: evidence that it is below the ratio. */
  readonly fewer: number
}

/** Below this a probability changes no p-value that anyone acts on. */
const negligible = 1e-40

/**
 * Given how many errors each batch had, the canary's number is a sum of binomial ones: its exact tails, by adding up the
 * batches one after the other; tails down to 1e-25 keep their digits. Exact for Poisson counts and conservative for binomial ones. Both are 1 without errors.
 */
export function exactConditionalTest(strata: readonly Stratum[], ratio: number): ConditionalTest {
  let sum: Distribution = { from: 0, masses: [1] }
  let seen = 0
  for (const stratum of strata) {
    sum = convolved(sum, binomial(stratum.errors, canaryShare(stratum, ratio)))
    seen += stratum.canaryErrors
  }
  const here = seen - sum.from
  const more = total(sum.masses.slice(Math.max(0, here)))
  const fewer = total(sum.masses.slice(0, Math.max(0, here + 1)))
  return { more: Math.min(1, more), fewer: Math.min(1, fewer) }
}

/**
 * The same by Student's t with the variance that the windows show (McCullagh & Nelder 1989, §4.5), for errors that may come in
 * bursts. Both are 1 where the dispersion is not known.
 */
export function quasiConditionalTest(
  strata: readonly Stratum[],
  ratio: number,
  dispersion: Dispersion | undefined,
): ConditionalTest {
  if (dispersion === undefined) return { more: 1, fewer: 1 }
  const { mean, variance } = expectedErrors(strata, ratio)
  const seen = strata.reduce((sum, { canaryErrors }) => sum + canaryErrors, 0)
  const deviation = Math.sqrt(dispersion.estimate * variance)
  const freedom = dispersion.windows - 1
  return {
    more: studentTSurvival((seen - mean - 0.5) / deviation, freedom),
    fewer: studentTCdf((seen - mean + 0.5) / deviation, freedom),
  }
}

/** Probabilities of successive whole numbers, the negligible ones at both ends cut off. */
interface Distribution {
  readonly from: number
  readonly masses: readonly number[]
}

function binomial(n: number, p: number): Distribution {
  const logs = Array.from(
    { length: n + 1 },
    (_, k) => logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1) + k * Math.log(p) + (n - k) * Math.log1p(-p),
  )
  return trimmed({ from: 0, masses: logs.map(Math.exp) })
}

function convolved(a: Distribution, b: Distribution): Distribution {
  const masses = Array.from({ length: a.masses.length + b.masses.length - 1 }, () => 0)
  for (const [i, mass] of a.masses.entries()) {
    for (const [j, other] of b.masses.entries()) masses[i + j] = (masses[i + j] ?? 0) + mass * other
  }
  return trimmed({ from: a.from + b.from, masses })
}

function trimmed({ from, masses }: Distribution): Distribution {
  const first = masses.findIndex((mass) => mass > negligible)
  const last = masses.findLastIndex((mass) => mass > negligible)
  return { from: from + first, masses: masses.slice(first, last + 1) }
}

function total(masses: readonly number[]): number {
  return masses.reduce((sum, mass) => sum + mass, 0)
}
