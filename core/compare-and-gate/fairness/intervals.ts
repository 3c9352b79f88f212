import type { Interval, Range, TInterval } from '../../stats/interval.ts'
import { rowInfluenceInterval } from '../../stats/metrics/row-influence.ts'
import { miettinenNurminenInterval } from '../../stats/miettinen-nurminen.ts'
import { pairedCounts, tangoInterval } from '../../stats/tango.ts'
import { effectiveRows, hasUnits, shares, type Units } from '../../stats/units.ts'
import { wilsonInterval } from '../../stats/wilson.ts'
import type { Counted, Rate } from './rates.ts'

/** All rows, of which groups are parts, and what they count for. */
export interface Whole {
  readonly rows: number
  readonly units: Units
}

/** What both models do on one group. */
export interface Both {
  readonly candidate: Counted
  readonly champion: Counted
}

/** The interval of the rate of one group: Wilson's, or by influence values for rows with weights or clusters. */
export function groupInterval(group: Counted, whole: Whole, alpha: number): Interval {
  if (!hasUnits(whole.units)) return wilsonInterval({ successes: group.successes, n: group.hits.length }, alpha)
  return combined([{ counted: group, factor: 1 }], { ...whole, range: { lower: 0, upper: 1 } }, alpha)
}

/** The interval of the difference of two groups' rates: Miettinen and Nurminen's, or by influence values. */
export function differenceInterval([one, other]: readonly [Counted, Counted], whole: Whole, alpha: number): Interval {
  if (hasUnits(whole.units)) {
    const parts = [
      { counted: one, factor: 1 },
      { counted: other, factor: -1 },
    ]
    return combined(parts, { ...whole, range: { lower: -1, upper: 1 } }, alpha)
  }
  const counts = ({ successes, hits }: Counted) => ({ successes, n: hits.length })
  return miettinenNurminenInterval({ candidate: counts(one), champion: counts(other) }, alpha)
}

/**
 * The interval of the change of that difference from the champion to the candidate. Where the same rows count for both models it is
 * a difference of two independent differences of paired shares: each by Tango's interval, and both together by squares
 * (MOVER: G. Zou, A. Donner, Statistics in Medicine 27 (2008) 1693-1702). Else by influence values.
 */
export function changeInterval(
  rate: Rate,
  groups: readonly [Both, Both],
  { alpha, ...whole }: Whole & Level,
): Interval {
  if (!rate.hasSameRows || hasUnits(whole.units)) return acrossModels(groups, -1, { alpha, ...whole })
  const tango = ({ candidate, champion }: Both) =>
    tangoInterval(pairedCounts({ candidate: candidate.hits, champion: champion.hits }, 'higher'), alpha)
  const [one, other] = [tango(groups[0]), tango(groups[1])]
  const estimate = one.estimate - other.estimate
  return {
    estimate,
    lower: estimate - Math.hypot(one.estimate - one.lower, other.upper - other.estimate),
    upper: estimate + Math.hypot(one.upper - one.estimate, other.estimate - other.lower),
    doubt: one.doubt ?? other.doubt,
  }
}

interface Level {
  readonly alpha: number
}

/** The interval of the sum of that difference over both models, by influence values. */
export function sumInterval(groups: readonly [Both, Both], level: Whole & Level): TInterval {
  return acrossModels(groups, 1, level)
}

function acrossModels([one, other]: readonly [Both, Both], champion: 1 | -1, { alpha, ...whole }: Whole & Level) {
  const parts = [
    { counted: one.candidate, factor: 1 },
    { counted: other.candidate, factor: -1 },
    { counted: one.champion, factor: champion },
    { counted: other.champion, factor: -champion },
  ]
  return combined(parts, { ...whole, range: { lower: -2, upper: 2 } }, alpha)
}

/** A sum of rates: the influence of a row on each is (hit - rate) / (the share of all rows that counts), by its weight. */
function combined(
  parts: readonly { readonly counted: Counted; readonly factor: number }[],
  { rows, units, range }: Whole & { readonly range: Range },
  alpha: number,
): TInterval {
  const share = shares(rows, units)
  const influence = new Float64Array(rows)
  let estimate = 0
  for (const { counted, factor } of parts) {
    const own = counted.rows.reduce((sum, row) => sum + (share[row] ?? 0), 0)
    estimate += factor * counted.value
    for (const [place, row] of counted.rows.entries()) {
      const moved = (factor * (share[row] ?? 0) * rows * ((counted.hits[place] ?? 0) - counted.value)) / own
      influence[row] = (influence[row] ?? 0) + moved
    }
  }
  const fewest = Math.min(...parts.map(({ counted }) => worthOf(counted, units)))
  return rowInfluenceInterval({ estimate, influence, fewest, ...(hasUnits(units) && { units }) }, range, alpha)
}

/** How many independent rows the rows of a group are worth. */
function worthOf({ rows }: Counted, { weights, clusters }: Units): number {
  return effectiveRows(rows.length, {
    weights: weights && rows.map((row) => weights[row] ?? Number.NaN),
    clusters: clusters && rows.map((row) => clusters[row] ?? Number.NaN),
  })
}
