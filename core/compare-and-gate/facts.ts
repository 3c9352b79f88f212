import type { Reuse } from '../records/evidence.ts'
import type { Metric } from '../stats/metrics.ts'
import type { Evaluated, MetricSettings, Resampled } from '../stats/row-values.ts'
import type { EndpointBudget } from './budgets/endpoint.ts'
import type { Footprints } from './budgets/footprint.ts'
import type { ColumnsCompared } from './columns.ts'
import { askedMetrics, type Criteria } from './criteria.ts'
import { customsOf } from './customs/customs.ts'
import type { Told } from './disclosure/told.ts'
import type { Places, Slices } from './slices/read.ts'

/** What one model says about the rows of the evaluation data, row by row in their order. */
export interface Predictions {
  /** The predicted class of each row, by its place in the criteria's `classes`. */
  readonly classes?: Float64Array
  /** The positive class's probability of each row; for more than two classes all of them, row after row. */
  readonly probabilities?: Float64Array
  /** The predicted number of each row. */
  readonly values?: Float64Array
  /** A number of each row for each metric of the project's own, by its name; of each part of the rows where it is one number for all. */
  readonly customs?: Readonly<Record<string, Float64Array>>
  /** Of a metric that is one number for all rows and is resampled: what it is of each resample, by its name. */
  readonly resampled?: Readonly<Record<string, Resampled>>
  /** Of a metric that is one number for all rows: its parts on each slice with enough rows, by its name and what divides the rows (see `sliceKey`). */
  readonly sliced?: Readonly<Record<string, Readonly<Record<string, readonly (Float64Array | undefined)[]>>>>
}

/** What the gate decides on. All that is aligned with the rows is taken apart by `subset`, and by nothing else. */
export interface Facts {
  /** The truth: classes by their place, or numbers. */
  readonly labels: Float64Array
  readonly candidate: Predictions
  /** Undefined where there is no champion, or where the candidate is the champion. */
  readonly champion?: Predictions | undefined
  /** How much each row counts for; all the same where there are none. */
  readonly weights?: Float64Array | undefined
  /** The place of each row's cluster, whose rows depend on each other; all independent where there are none. */
  readonly clusters?: Int32Array | undefined
  /** The place of each row's query, where the criteria name a column of queries. */
  readonly queries?: Int32Array | undefined
  /** How the rows divide, for each entry of the criteria's `slices` by each of its columns. */
  readonly slices?: readonly (readonly Slices[])[] | undefined
  /** How the rows divide into groups, for each entry of the criteria's `fairness`. */
  readonly groups?: readonly Slices[] | undefined
  /** What may be told of slices and groups, where that was found out before: see `toldOf`. */
  readonly told?: Told | undefined
  /** What both models need, whatever they predict. */
  readonly footprints?: Footprints | undefined
  /** The columns of both models' matrices, where they are known. */
  readonly columns?: ColumnsCompared | undefined
  /** What of both models could not be compared, a sentence each. */
  readonly unchecked?: readonly string[] | undefined
  /** What the endpoint that the candidate is for asks of any model. */
  readonly endpoint?: EndpointBudget | undefined
  /** What the data was used for before, and the error probability that is left; the criteria's own where nothing is known. */
  readonly reuse?: Reuse | undefined
}

/**
 * What a metric looks at on one side.
 *
 * @throws RangeError when the model did not predict what the metric needs; `lackingFor` says so beforehand.
 */
export function evaluated(
  metric: Metric,
  facts: Facts,
  { side, settings }: { readonly side: Predictions; readonly settings?: MetricSettings },
): Evaluated {
  const predictions = predicted(metric, side)
  if (predictions === undefined)
    throw new RangeError(`${metric.name} needs a ${metric.predicts}, which the model did not predict`)
  // Rows of one query depend on each other: for what is counted in rows it is their cluster, where the criteria name no other.
  const { labels, weights, queries, clusters = metric.unit === 'query' ? undefined : queries } = facts
  // What is one number for all rows has taken their weights into it.
  if (metric.isOfParts === true) return { labels, predictions, settings, resampled: side.resampled?.[metric.name] }
  return { labels, predictions, settings, weights, clusters, queries }
}

/** The facts of some of the rows alone, by their places. How all rows divide says nothing of some of them, and is left out. */
export function subset(facts: Facts, rows: Places): Facts {
  const side = ({ classes, probabilities, values, customs }: Predictions): Predictions => ({
    ...(classes && { classes: pick(classes, rows, 1) }),
    ...(probabilities && { probabilities: pick(probabilities, rows, probabilities.length / facts.labels.length) }),
    ...(values && { values: pick(values, rows, 1) }),
    ...(customs && { customs: mapValues(customs, (numbers) => pick(numbers, rows, 1)) }),
  })
  return {
    ...facts,
    slices: undefined,
    groups: undefined,
    told: undefined,
    labels: pick(facts.labels, rows, 1),
    weights: facts.weights && pick(facts.weights, rows, 1),
    clusters: facts.clusters && pickClusters(facts.clusters, rows),
    queries: facts.queries && pickPlaces(facts.queries, rows),
    candidate: side(facts.candidate),
    champion: facts.champion && side(facts.champion),
  }
}

function pick(values: Float64Array, rows: Places, columns: number): Float64Array {
  const picked = new Float64Array(rows.length * columns)
  if (columns === 1) {
    for (let at = 0; at < rows.length; at++) picked[at] = values[rows[at] ?? 0] ?? Number.NaN
    return picked
  }
  for (let at = 0; at < picked.length; at++) {
    picked[at] = values[(rows[Math.floor(at / columns)] ?? 0) * columns + (at % columns)] ?? Number.NaN
  }
  return picked
}

function pickClusters(clusters: Int32Array, rows: Places): Int32Array {
  const picked = new Int32Array(rows.length)
  for (let at = 0; at < rows.length; at++) picked[at] = clusters[rows[at] ?? 0] ?? -1
  return picked
}

/** Places of some rows, numbered anew from 0. */
function pickPlaces(places: Int32Array, rows: Places): Int32Array {
  const renumbered = new Map<number, number>()
  return Int32Array.from(rows, (row) => {
    const place = places[row] ?? -1
    const known = renumbered.get(place) ?? renumbered.size
    renumbered.set(place, known)
    return known
  })
}

function mapValues<T>(record: Readonly<Record<string, T>>, to: (value: T) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, to(value)]))
}

/**
 * The metrics of the criteria that a model's predictions are not enough for. What a module makes of predictions is not among
 * them, as long as there are any.
 */
export function lackingFor(criteria: Criteria, predictions: Predictions): readonly Metric[] {
  const { classes, probabilities, values } = predictions
  const isSilent = [classes, probabilities, values].every((numbers) => numbers === undefined)
  const made = new Set(customsOf(criteria).flatMap(({ name, module }) => (module === undefined ? [] : name)))
  return askedMetrics(criteria).filter((metric) =>
    made.has(metric.name) ? isSilent : predicted(metric, predictions) === undefined,
  )
}

function predicted(metric: Metric, { classes, probabilities, values, customs }: Predictions): Float64Array | undefined {
  const { unit } = metric
  switch (metric.predicts) {
    case 'class':
      return classes
    case 'probability':
    case 'score':
      return probabilities
    case 'value':
      // Beside metrics about two classes rows are ranked by how probable the last one is.
      return unit === 'query' ? (values ?? probabilities) : values
    case 'custom':
      return customs?.[metric.name]
  }
}
