import type { GateShape } from '../../records/gate-shape.ts'
import { ranking } from '../../stats/order.ts'
import type { Criteria } from '../criteria.ts'
import { toldOf } from '../disclosure/told.ts'
import { isAboutNumbers } from '../evaluation.ts'
import type { Facts } from '../facts.ts'
import { divisionName } from '../slices/read.ts'
import { calibrationOf } from './calibration.ts'
import { type Classified, confusionOf } from './confusion.ts'
import { type Division, flipsOf } from './flips.ts'
import { residualsOf } from './residuals.ts'
import { oneVsRestOf } from './one-vs-rest.ts'
import { rocOf, type Scored } from './roc.ts'
import { sidesOf } from './sides.ts'

/**
 * How both models behave on the rows, as aggregates for people: matrices, curves and flips. Pure; nothing here decides. Counts are of
 * rows as they are; curves, and the shares beside a matrix, are by weight where rows have weights. No count under ten rows is told,
 * nor can one be had from those that are by adding and subtracting.
 *
 * @param facts On which the gate has decided, so that nothing in them is no number.
 */
export function shapeOf(criteria: Criteria, facts: Facts): GateShape {
  const { labels } = facts
  if (isAboutNumbers(criteria)) {
    // A score has no unit: what is left of a relevance after it says nothing.
    if (criteria.data.query !== undefined) return {}
    const residuals = sidesOf(facts, ({ values }) => values && residualsOf(labels, values))
    return { ...(residuals && { residuals }) }
  }
  return {
    ...classesOf(criteria, facts),
    ...(criteria.data.classes.length === 2 ? curvesOf(criteria, facts) : manyCurvesOf(criteria, facts)),
  }
}

function curvesOf({ alpha }: Criteria, facts: Facts): GateShape {
  const { labels, weights, clusters } = facts
  const units = { weights, clusters }
  if (!labels.every((label) => label === 0 || label === 1)) return {}
  const scored = sidesOf(
    facts,
    ({ probabilities: scores }): Scored | undefined =>
      scores && { labels, scores, order: ranking(scores).order, units },
  )
  if (scored === undefined) return {}
  const roc = sidesOf(scored, (side) => rocOf(side))
  const calibration = sidesOf(scored, (side) => calibrationOf(side, alpha))
  return { ...(roc && { roc }), ...(calibration && { calibration }) }
}

function manyCurvesOf({ alpha, data: { classes } }: Criteria, facts: Facts): GateShape {
  const { labels, weights, clusters, candidate, champion } = facts
  const probabilities = sidesOf(facts, ({ probabilities: all }) => (isOfAll(all, facts, classes) ? all : undefined))
  if (probabilities === undefined) return {}
  const changed = classes.map(() => 0)
  for (const [row, label] of labels.entries()) {
    const hasChanged = (candidate.classes?.[row] === label) !== (champion?.classes?.[row] === label)
    if (hasChanged && champion !== undefined) changed[label] = (changed[label] ?? 0) + 1
  }
  const oneVsRest = oneVsRestOf({ classes, labels, probabilities, changed, units: { weights, clusters } }, alpha)
  return oneVsRest === undefined ? {} : { oneVsRest }
}

/** Whether there is a probability of each class for each row. */
function isOfAll(all: Float64Array | undefined, { labels }: Facts, classes: readonly string[]): all is Float64Array {
  return all !== undefined && classes.length > 2 && all.length === labels.length * classes.length
}

function classesOf(criteria: Criteria, facts: Facts): GateShape {
  const { labels, candidate, champion } = facts
  if (candidate.classes === undefined) return {}
  const { classes } = criteria.data
  const { weights } = facts
  const rows: Classified = { classes, labels, candidate: candidate.classes, champion: champion?.classes, weights }
  const matrices = confusionOf(rows)
  if (rows.champion === undefined) return matrices
  const told = 'confusion' in matrices ? [matrices.confusion.candidate, matrices.confusion.champion ?? []] : []
  const isWithheld = classes.map((_, place) => told.some((matrix) => matrix[place]?.includes(null) === true))
  const columns = divisionsOf(criteria, facts)
  return { ...matrices, flips: flipsOf({ rows: { ...rows, champion: rows.champion }, columns, isWithheld }) }
}

function divisionsOf(criteria: Criteria, facts: Facts): readonly Division[] {
  const told = toldOf(criteria, facts).slices
  return (criteria.slices ?? []).flatMap(({ by }, entry) =>
    by.flatMap((column, at) => {
      const slices = facts.slices?.[entry]?.[at]
      return slices === undefined
        ? []
        : [{ column: divisionName(column), slices, isShown: told[entry]?.[at] ?? slices.names.map(() => false) }]
    }),
  )
}
