import { betaKernel, incompleteBeta } from './beta.ts'
import { checkCounts } from './check.ts'

/** Rows on which exactly one of the two models is right. */
export interface DiscordantCounts {
  readonly onlyCandidateRight: number
  readonly onlyChampionRight: number
}

/** Two-sided p-values of McNemar's test that both models are right equally often. */
export interface McNemar {
  /** Exact conditional (binomial) p-value; never liberal. */
  readonly exact: number
  /** Mid-p: the exact one less the probability of the observed split; less conservative, recommended for reading. */
  readonly midP: number
}

/**
 * McNemar's test (1947) in its exact and mid-p forms, for information: a large p is no proof of "no harm", which is what
 * an interval and a margin are for. Without discordant rows both are 1.
 * @throws RangeError for counts that are none.
 */
export function mcNemar({ onlyCandidateRight, onlyChampionRight }: DiscordantCounts): McNemar {
  checkCounts({ onlyCandidateRight, onlyChampionRight })
  const few = Math.min(onlyCandidateRight, onlyChampionRight)
  const many = Math.max(onlyCandidateRight, onlyChampionRight)
  if (few === many) return { exact: 1, midP: 1 }
  const twoTails = 2 * incompleteBeta(0.5, { a: many, b: few + 1 })
  return { exact: Math.min(1, twoTails), midP: twoTails - point(few, many) }
}

/** P(X = few) for X ~ Binomial(few + many, 1/2). */
function point(few: number, many: number): number {
  const n = few + many
  return few === 0 ? 2 ** -n : betaKernel(0.5, { a: few, b: many }, 0.5) * (n / few / many)
}
