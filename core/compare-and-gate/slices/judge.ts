import type { CriterionResult, SliceVerdict } from '../../records/verdict.ts'
import { holm } from '../../stats/holm.ts'
import type { Metric } from '../../stats/metrics.ts'
import type { Criteria } from '../criteria.ts'
import { sliceKey } from '../customs/whole.ts'
import { evaluated, type Facts, type Predictions, subset } from '../facts.ts'
import type { Pair } from '../intervals.ts'
import { metricOf } from '../metric-of.ts'
import { settingsOf } from '../metric-settings.ts'
import { alphaOf } from '../reuse/judge.ts'
import { countAmong } from '../units.ts'
import { toldOf } from '../disclosure/told.ts'
import { testSlice } from './one-slice.ts'
import type { Places } from './read.ts'
import { resultOf } from './result.ts'
import { FEWEST_SHOWN, type SlicesBy, type Slicing } from './shape.ts'
import type { Tested } from './tested.ts'

/** What is said of slices: a result for each entry of the criteria, and all slices sorted by harm. */
export interface Judged {
  readonly results: readonly CriterionResult[]
  readonly slices?: SliceVerdict
}

/**
 * Looks for slices on which the candidate is worse than the champion by more than the entry allows. One family: Holm over
 * all slices and entries, so that a candidate that harms none is blocked with a probability of at most alpha; the whole alpha, since
 * a part of it would find less harm. Where each slice must be proven, that is an intersection and needs no correction. Pure.
 *
 * Nothing is said where there is no champion. Slices under ten rows are counted and not named.
 * @throws RangeError as the metrics do.
 */
export function judgeSlices(criteria: Criteria, facts: Facts): Judged {
  const { slices: slicings = [], alpha } = criteria
  if (slicings.length === 0 || facts.champion === undefined) return { results: [] }
  const sets = slicings.map((_, entry) => facts.slices?.[entry] ?? [])
  const shown = toldOf(criteria, facts).slices.flat()
  let next = 0
  const asked = slicings.flatMap((slicing, entry) =>
    (sets[entry] ?? []).flatMap(({ names, rows }, at) => {
      const isShown = shown[next++] ?? []
      return rows.flatMap((members, place): readonly Asked[] => {
        const of = { by: slicing.by[at], place }
        const slice = { name: names[place] ?? '', rows: members, isHidden: isShown[place] !== true, of }
        return members.length < FEWEST_SHOWN ? [] : [{ entry, slicing, slice }]
      })
    }),
  )
  const all = testAll(asked, criteria, facts)
  const sorted = adjusted(all, alpha).toSorted((a, b) => (a.p ?? 2) - (b.p ?? 2) || b.result.n - a.result.n)
  const results = slicings.map((slicing, entry) => {
    const tiny = (sets[entry] ?? []).flatMap(({ rows }) => rows).filter(({ length }) => length < FEWEST_SHOWN).length
    return resultOf(slicing, { own: sorted.filter((each) => each.entry === entry), tiny, rows: facts.labels.length })
  })
  const listed = sorted.filter(({ isHidden }) => !isHidden).map(({ result }) => result)
  const hidden = shown.flat().filter((isShown) => !isShown).length
  return { results, slices: { alpha, results: listed, hidden } }
}

/** With Holm's p-values over all slices that could be tested. */
function adjusted(all: readonly Tested[], alpha: number): readonly Tested[] {
  const pValues = holm(all.flatMap(({ p }) => p ?? []))
  let next = 0
  return all.map((tested): Tested => {
    if (tested.p === undefined) return tested
    const pValue = pValues[next++] ?? 1
    const kind = pValue < alpha ? 'harmed' : tested.result.kind
    // What is harmed needs no more rows.
    const { needed, ...rest } = tested.result
    const isOpen = kind === 'inconclusive' && needed !== undefined
    return { ...tested, result: { ...rest, kind, pValue, ...(isOpen && { needed }) } }
  })
}

interface Slice {
  readonly name: string
  readonly rows: Places
  readonly isHidden: boolean
  /** Which part it is of what divides the rows. */
  readonly of: { readonly by: SlicesBy | undefined; readonly place: number }
}

/** One slice that one entry asks about. */
interface Asked {
  readonly entry: number
  readonly slicing: Slicing
  readonly slice: Slice
}

/** Tests in the order in which it is asked. The rows of a slice are picked once for all entries that ask about it, and let go. */
function testAll(asked: readonly Asked[], criteria: Criteria, facts: Facts): readonly Tested[] {
  const bySlice = new Map<Places, number[]>()
  for (const [at, { slice }] of asked.entries()) bySlice.set(slice.rows, [...(bySlice.get(slice.rows) ?? []), at])
  const tested = new Map<number, Tested>()
  for (const [rows, places] of bySlice) {
    const own = subset(facts, rows)
    for (const at of places) {
      const one = asked[at]
      if (one !== undefined) tested.set(at, { entry: one.entry, ...test(one, { criteria, facts, own }) })
    }
  }
  return asked.flatMap((_, at) => tested.get(at) ?? [])
}

interface Within {
  readonly criteria: Criteria
  readonly facts: Facts
  /** The facts of the slice alone. */
  readonly own: Facts
}

function test({ slicing, slice }: Asked, { criteria, facts, own }: Within): Omit<Tested, 'entry'> {
  const { name, rows, isHidden, of } = slice
  const metric = metricOf(slicing)
  const settings = settingsOf(slicing, criteria.data.classes)
  const { champion } = own
  const { noHarm: margin, required: isRequired } = slicing
  const counts = countAmong(rows, metric, facts)
  const shared = { slice: name, metric: metric.name, ...counts, margin, isRequired }
  const untested = { isHidden, p: undefined, result: { ...shared, kind: 'inconclusive' as const } }
  if (counts.n < slicing.minRows) return { ...untested, result: { ...untested.result, needed: slicing.minRows } }
  if (champion === undefined) return untested
  const side = (predictions: Predictions, whole: Predictions | undefined) =>
    evaluated(metric, own, { side: ofSlice(predictions, { metric, of, whole }), settings })
  const pair: Pair = {
    metric,
    candidate: side(own.candidate, facts.candidate),
    champion: side(champion, facts.champion),
  }
  const alphas = { alpha: criteria.alpha, proofAlpha: alphaOf(criteria, facts) }
  const { p, ...said } = testSlice(pair, slicing, alphas)
  return { isHidden, p, result: { ...shared, ...said } }
}

interface OfSlice extends Pick<Slice, 'of'> {
  readonly metric: Metric
  /** Of all rows. */
  readonly whole: Predictions | undefined
}

/** What a model says of a slice, where the metric is one number of its rows: that was computed on the slice. */
function ofSlice(predictions: Predictions, { metric: { name, isOfParts }, of, whole }: OfSlice): Predictions {
  if (isOfParts !== true || of.by === undefined) return predictions
  const values = whole?.sliced?.[name]?.[sliceKey(of.by)]?.[of.place]
  if (values === undefined) throw new RangeError(`${name} was not computed on a slice that is to be tested`)
  return { ...predictions, customs: { [name]: values } }
}
