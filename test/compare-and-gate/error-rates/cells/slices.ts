import { decide } from '../../../../core/compare-and-gate/decide.ts'
import type { SliceResult } from '../../../../core/records/verdict.ts'
import { type MetricName, metrics } from '../../../../core/stats/metrics.ts'
import { seededRandom } from '../../../../core/stats/random.ts'
import type { Cell, Draws } from '../cell.ts'
import { tfmaPasses } from '../peers.ts'
import { accuracies, balanced, binary, numbers, type Population } from '../populations.ts'
import { lazily } from '../lazily.ts'
import { criteriaOf, sample } from '../simulate.ts'

/** What a population of slices is asked. */
export interface Sliced {
  readonly slices: number
  readonly rows: number
  readonly noHarm: number
  /** How much worse the candidate is on the first slice, by accuracy; on the others both models are equally good. */
  readonly harm: number
  /** A metric on a population of equal models; accuracy where it is left out. */
  readonly of?: Equal
}

/** In how many gates a rule blocks the candidate because of a slice: ours, a test of each slice at alpha without Holm, and a point rule. */
export type Blocked = Readonly<Record<'ours' | 'unadjusted' | 'tfma', number>>

interface Equal {
  readonly name: string
  readonly metric: string
  readonly population: () => Population
}

const alike = { accuracy: 0.9, discordance: 0.06 }
const accuracy: Equal = {
  name: 'accuracy',
  metric: 'accuracy',
  population: lazily(() => accuracies(21, { ...alike, difference: 0 })),
}
const harmed = (harm: number) => accuracies(22, { ...alike, difference: -harm, discordance: alike.discordance + harm })

/** Judges samples of slices of equal size; by accuracy, both models are right on 90 % and disagree on 6 % of the rows. */
export function blocked(asked: Sliced, { runs, seed }: Draws): Blocked {
  const { slices, rows, noHarm, harm, of: { metric, population } = accuracy } = asked
  // A file has at least one criterion; this one decides nothing.
  const idle = 'classes' in population().candidate ? 'errorRate' : 'mae'
  const criteria = criteriaOf([{ metric: idle, absolute: { max: 0.9, mode: 'point' }, required: false }], {
    slices: [{ by: ['slice'], metric, noHarm }],
  })
  const random = seededRandom(seed)
  const places = Array.from({ length: slices }, (_, slice) =>
    Array.from({ length: rows }, (__, at) => slice * rows + at),
  )
  const found = [[{ names: places.map((_, slice) => `slice = ${slice}`), rows: places }]]
  const worse = harm > 0 ? harmed(harm) : population()
  let [ours, unadjusted, tfma] = [0, 0, 0]
  for (let run = 0; run < runs; run++) {
    const rest = sample(population(), (slices - (harm > 0 ? 1 : 0)) * rows, random)
    const facts = harm > 0 ? joined(sample(worse, rows, random), rest) : rest
    const results = decide(criteria, { ...facts, slices: found }).slices?.results ?? []
    if (results.some(({ kind }) => kind === 'harmed')) ours++
    if (results.some((result) => bestOf(result) < -noHarm)) unadjusted++
    if (!results.every((result) => isKeptByTfma(result))) tfma++
  }
  return { ours, unadjusted, tfma }
}

/** The better end of an interval, oriented so that higher is better; 0 where there is none. */
function bestOf({ metric, interval }: SliceResult): number {
  if (interval === undefined) return 0
  return isHigherBetter(metric) ? interval.high : -interval.low
}

function isKeptByTfma({ metric, candidate = Number.NaN, champion = Number.NaN, margin }: SliceResult): boolean {
  const isGreaterBetter = isHigherBetter(metric)
  const absolute = isGreaterBetter ? -margin : margin
  return tfmaPasses({ candidate, champion }, { change: { isGreaterBetter, absolute } })
}

function isHigherBetter(metric: string): boolean {
  return metrics[metric as MetricName].direction === 'higher'
}

/** Rows of one population, and behind them rows of another. */
function joined(first: Population, rest: Population): Population {
  const side = (of: 'candidate' | 'champion') => {
    const [one = {}, other = {}] = [first[of], rest[of]]
    return {
      ...(one.classes && { classes: both(one.classes, other.classes) }),
      ...(one.probabilities && { probabilities: both(one.probabilities, other.probabilities) }),
      ...(one.values && { values: both(one.values, other.values) }),
    }
  }
  return { labels: both(first.labels, rest.labels), candidate: side('candidate'), champion: side('champion') }
}

function both(one: Float64Array, other: Float64Array = new Float64Array()): Float64Array {
  const joint = new Float64Array(one.length + other.length)
  joint.set(one)
  joint.set(other, one.length)
  return joint
}

/** Twenty slices, equally good on all and worse on one of them. */
export const harms = [100, 300, 1000].flatMap((rows) =>
  [0, 0.02].flatMap((noHarm) => [0, 0.1].map((harm): Sliced => ({ slices: 20, rows, noHarm, harm }))),
)

/** A cell for each of `harms`. */
export const harmCells: readonly Cell[] = harms.map((asked) => ({
  name: `slices: ${asked.rows} rows, ${asked.noHarm} allowed, ${asked.harm} worse`,
  cost: asked.harm === 0 && asked.noHarm === 0 ? 1 : 2,
  count: (draws) => blocked(asked, draws),
}))

const even = lazily(() => balanced(binary({ seed: 23, positives: 0.4, signals: { candidate: 1.7, champion: 2 } })))
const normal = lazily(() => balanced(numbers({ seed: 24, isHeavy: false })))
const heavy = lazily(() => balanced(numbers({ seed: 25, isHeavy: true })))

/** Metrics on populations where both models are exactly equal. */
export const equals = [
  ...['f1', 'logLoss', 'auc'].map((metric) => ({ name: metric, metric, population: even })),
  ...['mae', 'rmse'].map((metric) => ({ name: metric, metric, population: normal })),
  { name: 'mse (t₃ errors)', metric: 'mse', population: heavy },
]
/** Rows of each slice. */
export const sizes = [100, 300, 1000]

/** For each of `equals` a cell for each of `sizes`, of twenty slices. */
export const equalCells: readonly Cell[] = equals.flatMap((of) =>
  sizes.map((rows) => ({
    name: `slices: ${of.name}, ${rows} rows`,
    cost: 2,
    count: (draws) => blocked({ slices: 20, rows, noHarm: 0, harm: 0, of }, draws),
  })),
)
