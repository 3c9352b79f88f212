import { ConfigError } from '../../errors/errors.ts'
import { PROBABILITY_SLACK, SUM_SLACK } from '../../stats/row-values.ts'
import { askedMetrics, type Criteria } from '../criteria.ts'
import type { Predictions } from '../facts.ts'

/** What one side says about the classes of the rows. */
export interface Said {
  /** Row after row: one number (of the last of two classes), or one for each class. */
  readonly probabilities: Float64Array
  readonly columns: number
  /** The predicted classes by their place, where the side says them itself. */
  readonly given: Float64Array | undefined
  readonly criteria: Criteria
  /** What the rows are called, in their order. */
  readonly ids: readonly string[]
  /** Who says so, for an error. */
  readonly source: string
}

/**
 * Probabilities as the metrics want them, and the predicted classes: those that the side says, else the most probable.
 *
 * @throws ConfigError TY0304 when something is asked that needs probabilities, and the numbers are none.
 */
export function classified(said: Said): Predictions {
  const { probabilities, columns, given, criteria } = said
  const asked = askedMetrics(criteria).map(({ predicts }) => predicts)
  // The AUC alone is content with any score.
  const isAsked = asked.includes('probability') || (asked.includes('class') && given === undefined)
  if (isAsked) demandProbabilities(said)
  return {
    probabilities: columns === 2 ? probabilities.filter((_, at) => at % 2 === 1) : probabilities,
    classes: given ?? mostProbable(probabilities, columns),
  }
}

/** The class with the highest probability in each row; with one column, the probability of the second of two classes. */
function mostProbable(probabilities: Float64Array, columns: number): Float64Array {
  if (columns === 1) return probabilities.map((p) => (p >= 0.5 ? 1 : 0))
  return Float64Array.from({ length: probabilities.length / columns }, (_, row) => {
    const of = probabilities.subarray(row * columns, (row + 1) * columns)
    return of.indexOf(Math.max(...of))
  })
}

function demandProbabilities({ probabilities, columns, ids, source }: Said): void {
  const problems: string[] = []
  for (const [row, id] of ids.entries()) {
    const of = probabilities.subarray(row * columns, (row + 1) * columns)
    const sum = of.reduce((total, p) => total + p, 0)
    const outside = of.find((p) => !(p >= -PROBABILITY_SLACK && p <= 1 + PROBABILITY_SLACK))
    if (outside !== undefined) problems.push(`${source}: row ${id} has the probability ${outside}, not between 0 and 1`)
    else if (columns > 1 && Math.abs(sum - 1) > SUM_SLACK)
      problems.push(`${source}: the probabilities of row ${id} add up to ${Number(sum.toPrecision(6))}, not to 1`)
  }
  if (problems.length === 0) return
  const more = problems.length > shownProblems ? [`${problems.length - shownProblems} more rows are wrong too`] : []
  throw new ConfigError({ code: 'TY0304', details: [...problems.slice(0, shownProblems), ...more].join('\n') })
}

const shownProblems = 5
