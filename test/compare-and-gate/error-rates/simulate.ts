import { type Criteria, criteriaShape } from '../../../core/compare-and-gate/criteria.ts'
import { decide } from '../../../core/compare-and-gate/decide.ts'
import { evaluated, subset } from '../../../core/compare-and-gate/facts.ts'
import { settingsOf } from '../../../core/compare-and-gate/metric-settings.ts'
import type { CriterionResult } from '../../../core/records/verdict.ts'
import { type MetricName, metrics, metricValue } from '../../../core/stats/metrics.ts'
import { type Random, seededRandom } from '../../../core/stats/random.ts'
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

/** A sample of so many rows. */
export function sample(population: Population, n: number, random: Random): Population {
  const all = population.labels.length
  const { clusters, queries } = population
  if (clusters === undefined && queries === undefined)
    return subset(
      population,
      Array.from({ length: n }, () => Math.floor(random() * all)),
    )
  const drawn = new Set<number>()
  while (drawn.size < n / together) drawn.add(Math.floor((random() * all) / together))
  return subset(
    population,
    [...drawn].flatMap((group) => Array.from({ length: together }, (_, at) => group * together + at)),
  )
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

/** Shares of all runs. */
export interface Tally {
  readonly runs: number
  readonly margin: number
  /** Of the comparison with a margin of exactly the truth, and what peers say to the same rows. */
  readonly paired: Shares & { readonly tfma: number; readonly mlflow: number }
  /** Of the bound that is exactly the candidate's truth. */
  readonly single: Shares
}

/** How often a criterion at its very boundary passes and fails, and how often its interval holds the truth. */
export interface Shares {
  readonly pass: number
  readonly fail: number
  /** Among the runs whose interval says something. */
  readonly covered: number
  /** Runs whose interval says nothing. */
  readonly silent: number
}

/** Judges samples of a family with a margin and a bound that are exactly the truth: every pass and every fail is an error. */
export function atTheBoundary(family: Family, { n, runs, seed }: { n: number; runs: number; seed: number }): Tally {
  const truth = truthOf(family)
  const { candidate, champion, margin, isGreaterBetter } = truth
  const bound = isGreaterBetter ? { min: candidate } : { max: candidate }
  const criterion = { ...family.criterion, absolute: bound, vsChampion: { nonInferior: margin } }
  const criteria = criteriaOf([criterion], family)
  const random = seededRandom(seed)
  const [single, paired] = [new Count(candidate), new Count(candidate - champion)]
  let [tfma, mlflow] = [0, 0]
  for (let run = 0; run < runs; run++) {
    const { results } = decide(criteria, sample(family.population(), n, random))
    single.add(results[0])
    paired.add(results[1])
    const points = { candidate: results[1]?.candidate ?? Number.NaN, champion: results[1]?.champion ?? Number.NaN }
    const change = { isGreaterBetter, absolute: isGreaterBetter ? -margin : margin }
    if (tfmaPasses(points, { change })) tfma++
    if (mlflowPasses(points, { minRelativeChange: 0, isGreaterBetter })) mlflow++
  }
  return {
    runs,
    margin,
    single: single.shares(),
    paired: { ...paired.shares(), tfma: tfma / runs, mlflow: mlflow / runs },
  }
}

class Count {
  readonly #truth: number
  #runs = 0
  #pass = 0
  #fail = 0
  #covered = 0
  #silent = 0

  constructor(truth: number) {
    this.#truth = truth
  }

  add(result: CriterionResult | undefined): void {
    if (result === undefined) throw new Error('a criterion was not judged')
    this.#runs++
    if (result.kind === 'pass') this.#pass++
    if (result.kind === 'fail') this.#fail++
    const { interval } = result
    if (interval === undefined) this.#silent++
    else if (interval.low <= this.#truth && this.#truth <= interval.high) this.#covered++
  }

  shares(): Shares {
    const runs = this.#runs
    return {
      pass: this.#pass / runs,
      fail: this.#fail / runs,
      covered: this.#covered / (runs - this.#silent),
      silent: this.#silent / runs,
    }
  }
}
