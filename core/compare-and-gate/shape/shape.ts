import type { GateShape, Sides } from '../../records/gate-shape.ts'
import { ascendingOrder } from '../../stats/order.ts'
import type { Criteria } from '../criteria.ts'
import { toldOf } from '../disclosure/told.ts'
import { isAboutNumbers } from '../evaluation.ts'
import type { Facts } from '../facts.ts'
import { divisionName } from '../slices/read.ts'
import { calibrationOf } from './calibration.ts'
import { type Classified, confusionOf } from './confusion.ts'
import { type Division, flipsOf } from './flips.ts'
import { residualsOf } from './residuals.ts'
import { rocOf, type Scored } from './roc.ts'

/**
 * How both models behave on the rows, as aggregates for people: matrices, curves and flips. Pure; nothing here decides. Counts rows
 * as they are, without their weights. No count under ten rows is told, nor can one be had from those that are by adding and
 * subtracting.
 *
 * @param facts On which the gate has decided, so that nothing in them is no number.
 */
export function shapeOf(criteria: Criteria, facts: Facts): GateShape {
  const { labels } = facts
  if (isAboutNumbers(criteria)) {
    // A score has no unit: what is left of a relevance after it says nothing.
    if (criteria.data.query !== undefined) return {}
    const residuals = sides(facts, ({ values }) => values && residualsOf(labels, values))
    return { ...(residuals && { residuals }) }
  }
  return { ...classesOf(criteria, facts), ...(criteria.data.classes.length === 2 && curvesOf(criteria, facts)) }
}

function curvesOf({ alpha }: Criteria, facts: Facts): GateShape {
  const { labels } = facts
  if (!labels.every((label) => label === 0 || label === 1)) return {}
  const scored = sides(
    facts,
    ({ probabilities: scores }): Scored | undefined => scores && { labels, scores, order: ascendingOrder(scores) },
  )
  if (scored === undefined) return {}
  const roc = sides(scored, rocOf)
  const calibration = sides(scored, (side) => calibrationOf(side, alpha))
  return { ...(roc && { roc }), ...(calibration && { calibration }) }
}

/** The same of both sides; nothing where the candidate has none. */
function sides<From, To>(
  { candidate, champion }: { readonly candidate: From; readonly champion?: From | undefined },
  of: (side: From) => To | undefined,
): Sides<To> | undefined {
  const own = of(candidate)
  if (own === undefined) return undefined
  const other = champion && of(champion)
  return { candidate: own, ...(other !== undefined && { champion: other }) }
}

function classesOf(criteria: Criteria, facts: Facts): GateShape {
  const { labels, candidate, champion } = facts
  if (candidate.classes === undefined) return {}
  const { classes } = criteria.data
  const rows: Classified = { classes, labels, candidate: candidate.classes, champion: champion?.classes }
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
