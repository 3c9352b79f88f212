import type { Metric } from '../../stats/metrics.ts'
import { neededRowsForAccuracy, neededRowsForShare } from '../../stats/sample-size.ts'
import type { Criteria, Criterion } from '../criteria.ts'
import { comparisonText } from '../judge/sentences.ts'
import { metricOf } from '../metric-of.ts'
import { leastOf } from '../margin.ts'
import { alphaOfPlace } from '../reuse/spend.ts'
import { significant } from '../words.ts'
import { planFairness } from './fairness.ts'
import { type Assumptions, byPilot, disagree, finite, type Needed, queriesCounted, unknown } from './shared.ts'
import { planHarm, planProvenSlices } from './slices.ts'

/**
 * How many rows each criterion needs to be proven with the planned power, before anyone trains anything. Pure.
 *
 * Non-inferiority assumes two equally good models, whatever a pilot saw. Shares are planned from assumptions (Connor 1987 for
 * pairs, the score test for one model); every other metric needs a pilot, since nobody knows how far its rows scatter. Fairness and slices
 * that must be proven are planned for so many groups and slices as are assumed, all of them proven together.
 */
export function planOf(criteria: Criteria, assumptions: Assumptions): readonly Needed[] {
  // Harm in slices is looked for at the whole alpha; what is proven is proven at the part of a first judgement.
  const first = { ...criteria, alpha: alphaOfPlace(criteria, 1) }
  return [
    ...criteria.criteria.flatMap((criterion) => [
      ...absolute(criterion, first, assumptions),
      ...paired(criterion, first, assumptions),
    ]),
    ...planProvenSlices(first, assumptions),
    ...planHarm(criteria, assumptions),
    ...planFairness(first, assumptions),
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

function countedBy(metric: Metric): Pick<Needed, 'note'> {
  if (metric.unit === 'query') return { note: queriesCounted }
  if (metric.family !== 'proportion' || metric.counted === undefined) return {}
  return { note: metric.name === 'recall' ? 'rows of the positive class' : 'rows of that class' }
}
