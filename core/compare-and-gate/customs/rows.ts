import type { Criteria } from '../criteria.ts'
import { type Evaluation, isAboutNumbers } from '../evaluation.ts'
import type { Predictions } from '../facts.ts'
import type { CustomModule } from './modules.ts'

/** What a module gets: one entry per row in each list, in the order of the evaluation data. */
interface Rows {
  readonly ids: readonly string[]
  /** Classes by their names, or numbers. */
  readonly labels: readonly (string | number)[]
  /** The same, as the side predicts them; left out where it does not. */
  readonly predictions?: readonly (string | number)[]
  /** Of the last of two classes, or a list with one for each class. */
  readonly probabilities?: readonly (number | readonly number[])[]
  readonly columns: Readonly<Record<string, readonly (string | number)[]>>
  /** How much each row counts for; left out where the criteria name no weights. */
  readonly weights?: readonly number[]
}

interface Source {
  readonly evaluation: Evaluation
  readonly predictions: Predictions
  readonly criteria: Criteria
}

/**
 * The rows as a module gets them.
 *
 * @throws ConfigError TY0304 for a column that the data does not have, or that has no numbers.
 */
export function rowsFor({ columns = {} }: CustomModule, { evaluation, predictions, criteria }: Source): Rows {
  const { labels, ids, table, rows, units } = evaluation
  const { classes, probabilities, values } = predictions
  const names = criteria.data.classes
  const named = (places: Float64Array) => Array.from(places, (place) => names[place] ?? '')
  const width = probabilities === undefined ? 0 : probabilities.length / rows
  const said = values === undefined ? classes && named(classes) : Array.from(values)
  return {
    ids,
    labels: isAboutNumbers(criteria) ? Array.from(labels) : named(labels),
    ...(said && { predictions: said }),
    ...(probabilities && {
      probabilities:
        width === 1
          ? Array.from(probabilities)
          : Array.from({ length: rows }, (_, row) =>
              Array.from(probabilities.subarray(row * width, (row + 1) * width)),
            ),
    }),
    ...(units.weights && { weights: Array.from(units.weights) }),
    columns: Object.fromEntries(
      Object.entries(columns).map(([name, kind]) => [
        name,
        kind === 'number' ? Array.from(table.numbers(name)) : table.column(name),
      ]),
    ),
  }
}
