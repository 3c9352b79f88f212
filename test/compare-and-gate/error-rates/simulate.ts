import { type Criteria, criteriaShape } from '../../../core/compare-and-gate/criteria.ts'
import { decide } from '../../../core/compare-and-gate/decide.ts'
import { evaluated, subset } from '../../../core/compare-and-gate/facts.ts'
import { settingsOf } from '../../../core/compare-and-gate/metric-settings.ts'
import type { CriterionResult } from '../../../core/records/verdict.ts'
import { type MetricName, metrics, metricValue } from '../../../core/stats/metrics.ts'
import { type Random, seededRandom } from '../../../core/stats/random.ts'
import type { Draws } from './cell.ts'
import type { Family } from './families.ts'
import { mlflowPasses, tfmaPasses } from './peers.ts'
import { type Population, together } from './populations.ts'

/** One-sided, as the criteria file's default. */
export const alpha = 0.05

/** What a criteria file has beside the criteria. */
interface Rest extends Pick<Family, 'classes' | 'query'> {
  readonly slices?: readonly object[]
}

/** Criteria as the file would have them. */
export function criteriaOf(criteria: readonly object[], { classes, query, slices }: Rest = {}): Criteria {
  const data = { file: 'x.csv', id: 'id', label: 'y', classes, query }
  return criteriaShape.parse({ version: 1, data, alpha, criteria, slices })
}

/** A sample of so many rows, drawn with replacement: one by one, or clusters and queries as a whole. */
export function sample(population: Population, n: number, random: Random): Population {
  const all = population.labels.length
  const { clusters, queries } = population
  if (clusters === undefined && queries === undefined) {
    const rows = new Uint32Array(n)
    for (let row = 0; row < n; row++) rows[row] = random() * all
    return subset(population, rows)
  }
  const drawn = Array.from({ length: n / together }, () => Math.floor((random() * all) / together))
  const rows = drawn.flatMap((group) => Array.from({ length: together }, (_, at) => group * together + at))
  // What is drawn twice is two: nothing tells one draw from another.
  const groups = Int32Array.from(rows, (_, row) => Math.floor(row / together))
  return {
    ...subset(population, rows),
    ...(clusters && { clusters: groups }),
    ...(queries && { queries: groups }),
  }
}

/** A metric on all of a population. */
export interface Truth {
  readonly candidate: number
  readonly champion: number
  /** How much the candidate is worse. */
  readonly margin: number
  readonly isGreaterBetter: boolean
}

/** The truth of a family. */
export function truthOf({ criterion, classes = ['0', '1'], population }: Family): Truth {
  const metric = metrics[criterion.metric as MetricName]
  const facts = population()
  const settings = settingsOf({ ...criterion, metric: metric.name }, classes)
  const value = (side: Population['candidate'] | undefined) =>
    metricValue(metric, evaluated(metric, facts, { side: side ?? {}, settings }))
  const [candidate, champion] = [value(facts.candidate), value(facts.champion)]
  const isGreaterBetter = metric.direction === 'higher'
  const margin = isGreaterBetter ? champion - candidate : candidate - champion
  if (!(margin > 0)) throw new Error(`${criterion.metric}: the champion must be better, and is so by ${margin}`)
  return { candidate, champion, margin, isGreaterBetter }
}

/** What is counted of one criterion. */
type Of<Asked extends string> = Readonly<Record<`${Asked}${'Pass' | 'Fail' | 'Shown' | 'Covered'}`, number>>

/** How often each criterion passes and fails, shows an interval, and holds the truth in it; and how often peers pass the same rows. */
export type Boundary = Of<'paired' | 'single'> & Partial<Of<'relative'>> & Readonly<Record<'tfma' | 'mlflow', number>>

/**
 * Judges samples of a family with margins and a bound that are exactly the truth, so that every pass and every fail is an error:
 * a difference from the champion, the same as a share of the champion's metric, and a bound on the candidate alone.
 */
export function atTheBoundary(family: Family, { n, runs, seed }: Draws & { readonly n: number }): Boundary {
  const { candidate, champion, margin, isGreaterBetter } = truthOf(family)
  const bound = isGreaterBetter ? { min: candidate } : { max: candidate }
  const { criterion } = family
  const share = { ...criterion, vsChampion: { nonInferior: `${((100 * margin) / champion).toFixed(12)}%` } }
  // Shares of what may be below 0 are refused.
  const hasShare = metrics[criterion.metric as MetricName].range.lower >= 0
  const absolute = { ...criterion, absolute: bound, vsChampion: { nonInferior: margin } }
  const criteria = criteriaOf(hasShare ? [absolute, share] : [absolute], family)
  const random = seededRandom(seed)
  const [single, paired, relative] = [new Count(candidate), new Count(candidate - champion), new Count(Number.NaN)]
  const asked = hasShare ? [single, paired, relative] : [single, paired]
  let [tfma, mlflow] = [0, 0]
  for (let run = 0; run < runs; run++) {
    const { results } = decide(criteria, sample(family.population(), n, random))
    for (const [place, count] of asked.entries()) count.add(results[place])
    const points = { candidate: results[1]?.candidate ?? Number.NaN, champion: results[1]?.champion ?? Number.NaN }
    const change = { isGreaterBetter, absolute: isGreaterBetter ? -margin : margin }
    if (tfmaPasses(points, { change })) tfma++
    if (mlflowPasses(points, { minRelativeChange: 0, isGreaterBetter })) mlflow++
  }
  return { ...paired.as('paired'), ...(hasShare && relative.as('relative')), ...single.as('single'), tfma, mlflow }
}

class Count {
  readonly #truth: number
  #pass = 0
  #fail = 0
  #shown = 0
  #covered = 0

  constructor(truth: number) {
    this.#truth = truth
  }

  add(result: CriterionResult | undefined): void {
    if (result === undefined) throw new Error('a criterion was not judged')
    const { kind, interval } = result
    if (kind === 'pass') this.#pass++
    if (kind === 'fail') this.#fail++
    if (interval === undefined) return
    this.#shown++
    if (interval.low <= this.#truth && this.#truth <= interval.high) this.#covered++
  }

  as<Asked extends string>(asked: Asked): Of<Asked> {
    const counts = { Pass: this.#pass, Fail: this.#fail, Shown: this.#shown, Covered: this.#covered }
    return Object.fromEntries(Object.entries(counts).map(([name, count]) => [asked + name, count])) as Of<Asked>
  }
}
