import type { Interval } from '../../records/verdict.ts'
import type { Metric } from '../../stats/metrics.ts'
import { normalQuantile } from '../../stats/normal.ts'
import {
  neededRows,
  neededRowsForAccuracy,
  neededRowsForShare,
  type Pilot,
  type Plan,
} from '../../stats/sample-size.ts'
import type { Criteria, Criterion } from '../criteria.ts'
import { comparisonText } from '../judge/sentences.ts'
import { metricOf } from '../metric-of.ts'
import { leastOf } from '../margin.ts'
import { alphaOfPlace } from '../reuse/spend.ts'
import { significant } from '../words.ts'

/** What is looked at of an earlier result. Differences are candidate minus champion. */
export interface Seen {
  readonly metric: string
  readonly candidate?: number | undefined
  readonly difference?: number | undefined
  readonly interval?: Interval | undefined
  /** Only of a bound on the candidate alone. */
  readonly bound?: number | undefined
  readonly n: number
}

/** What is assumed before anything is known. */
export interface Assumptions {
  /** The probability that a criterion is proven when what is assumed is true. */
  readonly power: number
  /** Shares of rows on which exactly one of the two models is right. */
  readonly discordances: readonly number[]
  /** How much better than what is asked a model truly is, in shares. */
  readonly differences: readonly number[]
  /** How many slices harm is looked for in. */
  readonly slices: number
  /** What a gate said of earlier models by these criteria: how far its numbers scatter is taken from there. */
  readonly pilot: readonly Seen[]
}

/** How many rows one criterion needs under one assumption. */
export interface Needed {
  readonly criterion: string
  readonly isRequired: boolean
  /** `the models disagree on 5 % of the rows`. */
  readonly assumes: string
  /** Of the rows that the metric counts; undefined where nobody can say. */
  readonly rows?: number
  /** What is counted where that is not all rows, or why there is no number. */
  readonly note?: string
}

/**
 * How many rows each criterion needs to be proven with the planned power, before anyone trains anything. Pure.
 *
 * Non-inferiority assumes two equally good models, whatever a pilot saw. Shares are planned from assumptions (Connor 1987 for
 * pairs, the score test for one model); every other metric needs a pilot, since nobody knows how far its rows scatter.
 */
export function planOf(criteria: Criteria, assumptions: Assumptions): readonly Needed[] {
  // Harm in slices is looked for at the whole alpha; what is proven is proven at the part of a first judgement.
  const first = { ...criteria, alpha: alphaOfPlace(criteria, 1) }
  return [
    ...criteria.criteria.flatMap((criterion) => [
      ...absolute(criterion, first, assumptions),
      ...paired(criterion, first, assumptions),
    ]),
    ...ofSlices(criteria, assumptions),
  ]
}

function absolute(
  criterion: Criterion,
  { alpha }: Criteria,
  { power, differences, pilot }: Assumptions,
): readonly Needed[] {
  const { required, absolute: bound } = criterion
  if (bound === undefined) return []
  const { min, max } = bound
  const limit = min ?? max ?? Number.NaN
  const metric = metricOf(criterion)
  const { name } = metric
  const shared = { criterion: `${name} ${min === undefined ? '≤' : '≥'} ${limit}`, isRequired: required }
  const seen = pilot.find((one) => one.metric === name && one.bound !== undefined)
  if (seen?.candidate !== undefined) {
    const margin = min === undefined ? limit - seen.candidate : seen.candidate - limit
    return [
      {
        ...shared,
        ...byPilot({ metric, seen, margin, plan: { alpha, power } }, `the truth is ${significant(seen.candidate)}`),
      },
    ]
  }
  if (metric.family !== 'proportion') return [{ ...shared, ...unknown }]
  return differences.flatMap((difference): readonly Needed[] => {
    const truth = min === undefined ? limit - difference : limit + difference
    if (!(truth > 0 && truth < 1)) return []
    const rows = neededRowsForShare({ bound: limit, truth }, { alpha, power })
    return [{ ...shared, assumes: `the truth is ${significant(truth)}`, rows, ...countedBy(metric) }]
  })
}

function paired(
  criterion: Criterion,
  { alpha }: Criteria,
  { power, discordances, differences, pilot }: Assumptions,
): readonly Needed[] {
  const { required, vsChampion } = criterion
  if (vsChampion === undefined) return []
  const plan = { alpha, power }
  const metric = metricOf(criterion)
  const { name } = metric
  const { least, isRelative } = leastOf(vsChampion)
  const shared = { criterion: comparisonText(metric, least, isRelative), isRequired: required }
  const seen = pilot.find((one) => one.metric === name && one.bound === undefined && one.interval !== undefined)
  const base = isRelative ? (seen?.candidate ?? Number.NaN) - (seen?.difference ?? Number.NaN) : 1
  if (Number.isNaN(base)) return [{ ...shared, ...unknown, note: 'a share of a metric that no earlier gate saw' }]
  const nonInferior = vsChampion.nonInferior === undefined ? undefined : -least * base
  const superior = least * base
  if (metric.family === 'proportion') {
    const gaps = nonInferior === undefined ? differences : [nonInferior]
    return gaps.flatMap((gap) =>
      discordances
        .filter((discordance) => discordance >= gap || nonInferior !== undefined)
        .map((discordance): Needed => {
          const better = nonInferior === undefined ? `, it is better by ${significant(superior + gap)}` : ''
          const rows = neededRowsForAccuracy(discordance, { margin: gap, difference: 0 }, plan)
          return { ...shared, assumes: `${disagree(discordance)}${better}`, ...finite(rows), ...countedBy(metric) }
        }),
    )
  }
  if (seen === undefined) return [{ ...shared, ...unknown }]
  const way = metric.direction === 'higher' ? 1 : -1
  const improvement = way * (seen.difference ?? Number.NaN)
  return nonInferior === undefined
    ? [
        {
          ...shared,
          ...byPilot(
            { metric, seen, margin: improvement - superior, plan },
            `it is ${improvement < 0 ? 'worse' : 'better'} by ${significant(Math.abs(improvement))}`,
          ),
        },
      ]
    : [{ ...shared, ...byPilot({ metric, seen, margin: nonInferior, plan }, 'both are equally good') }]
}

/** A slice is shown to be harmed only when Holm's step for all of them is taken: the first one is at alpha by their number. */
function ofSlices(
  { slices = [], alpha }: Criteria,
  { power, discordances, differences, slices: count }: Assumptions,
): readonly Needed[] {
  return slices.flatMap((slicing) => {
    const { noHarm, required } = slicing
    const metric = metricOf(slicing)
    const { name } = metric
    if (metric.family !== 'proportion') return []
    const harm = Math.max(...differences)
    return discordances
      .filter((discordance) => discordance >= noHarm + harm)
      .map(
        (discordance): Needed => ({
          criterion: `${name} in slices, harm over ${noHarm}`,
          isRequired: required,
          assumes: `${disagree(discordance)}, one of ${count} slices is worse by ${significant(noHarm + harm)}`,
          ...finite(
            neededRowsForAccuracy(discordance, { margin: harm, difference: 0 }, { alpha: alpha / count, power }),
          ),
          note: metric.unit === 'query' ? 'queries of that slice' : 'rows of that slice',
        }),
      )
  })
}

interface ByPilot {
  readonly metric: Metric
  readonly seen: Seen
  readonly margin: number
  readonly plan: Plan
}

function byPilot({ metric, seen, margin, plan }: ByPilot, assumed: string): Pick<Needed, 'assumes' | 'rows' | 'note'> {
  const assumes = `rows scatter as in the pilot, ${assumed}`
  const pilot = pilotOf(seen)
  if (pilot === undefined) return { assumes, note: 'the pilot could not tell how far its rows scatter' }
  if (!(margin > 0)) return { assumes, note: 'no number of rows proves it, if that is the truth' }
  const counted = metric.unit === 'query' ? countedBy(metric) : {}
  return { assumes, ...finite(neededRows(pilot, { margin, difference: 0 }, plan)), ...counted }
}

function pilotOf({ interval, n }: Seen): Pilot | undefined {
  if (interval === undefined) return undefined
  const standardError = (interval.high - interval.low) / (-2 * normalQuantile((1 - interval.level) / 2))
  return standardError > 0 ? { n, standardError } : undefined
}

const unknown = {
  assumes: 'needs a pilot: a version that a gate has judged',
}

function disagree(discordance: number): string {
  return `the models disagree on ${significant(100 * discordance)} % of the rows`
}

function countedBy(metric: Metric): Pick<Needed, 'note'> {
  if (metric.unit === 'query') return { note: 'queries with a relevant row' }
  if (metric.family !== 'proportion' || metric.counted === undefined) return {}
  return { note: metric.name === 'recall' ? 'rows of the positive class' : 'rows of that class' }
}

function finite(rows: number): Pick<Needed, 'rows'> {
  return Number.isFinite(rows) ? { rows } : {}
}
