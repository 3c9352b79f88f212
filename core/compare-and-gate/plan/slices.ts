import { neededRowsForAccuracy } from '../../stats/sample-size.ts'
import type { Metric } from '../../stats/metrics.ts'
import type { Criteria } from '../criteria.ts'
import { metricOf } from '../metric-of.ts'
import { significant } from '../words.ts'
import type { Slicing } from '../slices/shape.ts'
import { type Assumptions, byPilot, disagree, disagreeing, finite, type Needed, unknown } from './shared.ts'

/**
 * How many rows each slice needs to be proven, where the criteria ask for that: all of them together with the planned power, if both
 * models are equally good and slices are equally large. Pure.
 */
export function planProvenSlices({ slices = [], alpha }: Criteria, assumptions: Assumptions): readonly Needed[] {
  return slices
    .filter(({ proveNonInferior }) => proveNonInferior)
    .flatMap((slicing) => ofProof(slicing, alpha, assumptions))
}

function ofProof(slicing: Slicing, alpha: number, assumptions: Assumptions): readonly Needed[] {
  const { noHarm, required, minRows } = slicing
  const { power, discordances, slices: count, pilot } = assumptions
  const metric = metricOf(slicing)
  // Slices are parts of the rows that do not overlap, so that one says nothing of another.
  const plan = { alpha, power: power ** (1 / count) }
  const shared = { criterion: `${metric.name} in slices, each worse by < ${noHarm}`, isRequired: required }
  const note = metric.unit === 'query' ? 'queries of each' : 'rows of each'
  const atLeast = ({ rows }: Pick<Needed, 'rows'>) => (rows === undefined ? {} : { rows: Math.max(minRows, rows) })
  if (metric.family === 'proportion')
    return discordances.map((discordance) => {
      const rows = neededRowsForAccuracy(discordance, { margin: noHarm, difference: 0 }, plan)
      return {
        ...shared,
        assumes: `${count} slices, ${disagreeing(discordance)}`,
        ...atLeast({ rows }),
        note: counted(metric, note),
      }
    })
  const seen = pilot.find((one) => one.metric === metric.name && one.bound === undefined && one.interval !== undefined)
  if (seen === undefined) return [{ ...shared, ...unknown }]
  const planned = byPilot({ metric, seen, margin: noHarm, plan }, `both are equally good in all ${count} slices`)
  return [
    { ...shared, ...planned, ...atLeast(planned), note: planned.rows === undefined ? (planned.note ?? note) : note },
  ]
}

function counted(metric: Metric, note: string): string {
  const isOfClass = metric.family === 'proportion' && metric.counted !== undefined
  return isOfClass ? `${note} of the class that counts` : note
}

/** A slice is shown to be harmed only when Holm's step for all of them is taken: the first one is at alpha by their number. */
export function planHarm(
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
