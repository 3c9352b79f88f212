import type { CriterionResult, SliceResult, SliceVerdict } from '../../records/verdict.ts'
import { type Metric, metrics } from '../../stats/metrics.ts'
import type { Criteria } from '../criteria.ts'
import { evaluated, type Facts, type Predictions, subset } from '../facts.ts'
import { type Pair, pairedInterval, valueOf } from '../intervals.ts'
import { settingsOf } from '../metric-settings.ts'
import { harmPValue, holm } from './harm.ts'
import type { Slices } from './read.ts'
import { FEWEST_SHOWN, type Slicing } from './shape.ts'
import { slicesSentence, worseBy } from './words.ts'

/** What is said of slices: a result for each entry of the criteria, and all slices sorted by harm. */
export interface Judged {
  readonly results: readonly CriterionResult[]
  readonly slices?: SliceVerdict
}

/** A slice with the raw p-value of harm; none where it could not be tested. */
interface Tested {
  readonly entry: number
  readonly result: SliceResult
  readonly p: number | undefined
}

/**
 * Looks for slices on which the candidate is worse than the champion by more than the entry allows. One family: Holm over
 * all slices and entries, so that a candidate that harms none is blocked with a probability of at most alpha. Pure.
 *
 * Nothing is said where there is no champion. Slices under ten rows are counted and not named.
 * @throws RangeError as the metrics do.
 */
export function judgeSlices(criteria: Criteria, facts: Facts): Judged {
  const { slices: slicings = [], alpha } = criteria
  const { slices: found = [] } = facts
  if (slicings.length === 0 || facts.champion === undefined) return { results: [] }
  const all = slicings.flatMap((slicing, entry) => testEntry(slicing, { entry, criteria, facts }))
  const adjusted = holm(all.flatMap(({ p }) => p ?? []))
  let next = 0
  const judged = all.map((tested): Tested => {
    if (tested.p === undefined) return tested
    const pValue = adjusted[next++] ?? 1
    const kind = pValue < alpha ? 'harmed' : 'no harm shown'
    return { ...tested, result: { ...tested.result, kind, pValue } }
  })
  const sorted = judged.toSorted((a, b) => (a.p ?? 2) - (b.p ?? 2) || b.result.n - a.result.n)
  const results = slicings.map((slicing, entry) => {
    const hidden = hiddenOf(found[entry] ?? [])
    const own = sorted.filter((each) => each.entry === entry).map(({ result }) => result)
    return resultOf(slicing, { own, hidden, rows: facts.labels.length })
  })
  const hidden = found.reduce((sum, sets) => sum + hiddenOf(sets), 0)
  return { results, slices: { alpha, results: sorted.map(({ result }) => result), hidden } }
}

function hiddenOf(sets: readonly Slices[]): number {
  return sets.flatMap(({ rows }) => rows).filter(({ length }) => length < FEWEST_SHOWN).length
}

interface Entry {
  readonly entry: number
  readonly criteria: Criteria
  readonly facts: Facts
}

function testEntry(slicing: Slicing, { entry, criteria, facts }: Entry): readonly Tested[] {
  const metric = metrics[slicing.metric]
  const settings = settingsOf(slicing, criteria.data.classes)
  const sets = facts.slices?.[entry] ?? []
  return sets.flatMap(({ names, rows: slices }) =>
    slices.flatMap((rows, place): readonly Tested[] => {
      const n = rows.length
      if (n < FEWEST_SHOWN) return []
      const shared = {
        slice: names[place] ?? '',
        metric: metric.name,
        n,
        margin: slicing.noHarm,
        isRequired: slicing.required,
      }
      if (n < slicing.minRows) return [{ entry, p: undefined, result: { ...shared, kind: 'inconclusive' } }]
      const { champion, ...own } = subset(facts, rows)
      if (champion === undefined) return []
      const side = (predictions: Predictions) => evaluated(metric, own, { side: predictions, settings })
      const pair = { metric, candidate: side(own.candidate), champion: side(champion) }
      return [{ entry, ...test(pair, { shared, alpha: criteria.alpha }) }]
    }),
  )
}

interface Shared {
  readonly shared: Pick<SliceResult, 'slice' | 'metric' | 'n' | 'margin' | 'isRequired'>
  readonly alpha: number
}

function test(pair: Pair, { shared, alpha }: Shared): Omit<Tested, 'entry'> {
  const { metric } = pair
  const interval = pairedInterval(pair, alpha)
  const p = harmPValue(pair, interval, shared.margin)
  if (p === undefined) return { p, result: { ...shared, kind: 'inconclusive' } }
  const way = metric.direction === 'higher' ? 1 : -1
  const ends = [way * interval.lower, way * interval.upper].toSorted((a, b) => a - b)
  const [low = Number.NaN, high = Number.NaN] = ends
  const numbers = {
    candidate: valueOf(metric, pair.candidate),
    champion: valueOf(metric, pair.champion),
    difference: way * interval.estimate,
    interval: { low, high, level: 1 - 2 * alpha },
  }
  return { p, result: { ...shared, ...numbers, kind: 'no harm shown' } }
}

interface Own {
  readonly own: readonly SliceResult[]
  readonly hidden: number
  readonly rows: number
}

function resultOf(slicing: Slicing, { own, hidden, rows }: Own): CriterionResult {
  const metric: Metric = metrics[slicing.metric]
  const isHarmed = own.some(({ kind }) => kind === 'harmed')
  const isTested = own.some(({ kind }) => kind !== 'inconclusive')
  const kind = isHarmed ? 'fail' : isTested ? 'pass' : 'inconclusive'
  return {
    criterion: `${metric.name} ${worseBy(slicing.noHarm)} in no slice`,
    metric: metric.name,
    kind,
    isRequired: slicing.required,
    margin: slicing.noHarm,
    n: rows,
    sentence: slicesSentence({ metric, margin: slicing.noHarm, own, hidden }),
  }
}
