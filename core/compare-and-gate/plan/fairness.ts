import { normalQuantile } from '../../stats/normal.ts'
import { normalRangeQuantile } from '../../stats/normal-range.ts'
import type { Criteria } from '../criteria.ts'
import { type RateName, rates } from '../fairness/rates.ts'
import type { Fairness } from '../fairness/shape.ts'
import { divisionName } from '../slices/read.ts'
import { significant } from '../words.ts'
import { type Assumptions, disagreeing, type Needed } from './shared.ts'

/**
 * How many rows of each group prove that no two groups lie apart by a bound, if all are equal and equally large. Pure.
 *
 * Every pair must be proven: with k groups the range of k rates must leave room for the interval of a pair below the bound, so that
 * n = variance · ((q + √2·z) / bound)², q being the quantile of that range in units of a rate's standard error. The variance is r(1 - r)
 * for a rate r, and for an increase the share of rows on which the models disagree, where they do so as often either way.
 */
export function planFairness({ fairness = [], alpha }: Criteria, assumptions: Assumptions): readonly Needed[] {
  return fairness.flatMap((entry) => [...ofGap(entry, alpha, assumptions), ...ofIncrease(entry, alpha, assumptions)])
}

function ofGap(entry: Fairness, alpha: number, { power, rates: assumed, groups }: Assumptions): readonly Needed[] {
  const { maxGap: most } = entry
  if (most === undefined) return []
  return assumed.map((rate) => ({
    ...named('gap', entry, most),
    assumes: `${groups} groups, all at ${significant(rate)}`,
    rows: rowsOf({ entry, most, alpha, power, groups, variance: rate * (1 - rate) }),
    note: countedOf(entry.metric),
  }))
}

function ofIncrease(entry: Fairness, alpha: number, { power, discordances, groups }: Assumptions): readonly Needed[] {
  const { maxGapIncrease: most, metric } = entry
  if (most === undefined) return []
  const shared = named('gap increase', entry, most)
  if (!rates[metric].hasSameRows)
    return [{ ...shared, assumes: 'nobody can say it beforehand: each model counts other rows' }]
  // Its bound lies at half of alpha: nobody knows beforehand which group will be ahead.
  return discordances.map((discordance) => ({
    ...shared,
    assumes: `${groups} groups, ${disagreeing(discordance)}`,
    rows: rowsOf({ entry, most, alpha: alpha / 2, power, groups, variance: discordance }),
    note: countedOf(metric),
  }))
}

interface Asked {
  readonly entry: Fairness
  readonly most: number
  readonly alpha: number
  readonly power: number
  readonly groups: number
  /** Of what one row says. */
  readonly variance: number
}

function rowsOf({ entry, most, alpha, power, groups, variance }: Asked): number {
  const reach = normalRangeQuantile(power, groups) - Math.SQRT2 * normalQuantile(alpha)
  return Math.max(entry.minRows, Math.ceil(variance * (reach / most) ** 2))
}

function named(what: string, { metric, groups, required }: Fairness, most: number) {
  return { criterion: `${metric} ${what} between groups of ${divisionName(groups)} ≤ ${most}`, isRequired: required }
}

function countedOf(metric: RateName): string {
  if (metric === 'truePositiveRate') return 'positives of each'
  if (metric === 'falsePositiveRate') return 'negatives of each'
  return metric === 'precision' ? 'predicted positives of each' : 'rows of each'
}
