import type { CriterionResult } from '../../records/verdict.ts'
import type { Metric } from '../../stats/metrics.ts'
import { countedUnits } from '../units.ts'
import { significant } from '../words.ts'
import type { Tested } from './tested.ts'
import type { Slicing } from './shape.ts'

interface Said {
  readonly metric: Metric
  readonly slicing: Slicing
  /** Sorted by harm. */
  readonly own: readonly Tested[]
  /** Slices under ten rows. */
  readonly tiny: number
  readonly kind: CriterionResult['kind']
}

/** `worse`, or `worse by > 0.03`. */
export function worseBy(margin: number): string {
  return margin === 0 ? 'worse' : `worse by > ${margin}`
}

/** One plain sentence about all slices of one entry. */
export function slicesSentence({ metric, slicing, own, tiny, kind }: Said): string {
  const { noHarm: margin, proveNonInferior, onInconclusive } = slicing
  const harmed = own.filter(({ result }) => result.kind === 'harmed')
  const open = own.filter(({ result }) => result.kind === 'inconclusive').length + tiny
  const total = own.length + tiny
  const worse = margin === 0 ? 'worse' : `worse by more than ${margin}`
  const tooLittle = `${open} of ${total} ${open === 1 ? 'says' : 'say'} too little to tell`
  const small = open === 0 ? '' : `; ${tooLittle}`
  if (harmed.length > 0)
    return `${metric.title} is ${worse} in ${harmed.length} of ${total} slices, ${whereOf(harmed)}${small}.`
  if (kind === 'fail' && onInconclusive === 'fail')
    return `${metric.title}: ${tooLittle} whether it is ${worse}, and the criteria let that fail.`
  if (proveNonInferior) {
    const proven = own.length - open + tiny
    return `${metric.title} is proven not to be worse by ${margin} or more in ${proven} of ${total} slices${small}${neededWords(own)}.`
  }
  if (open === total) return `No slice says enough to tell whether ${metric.title} is ${worse} there (${total} slices).`
  return `${metric.title} is in none of ${total} slices shown to be ${worse}${small}.`
}

/** Where the harm is surest. */
function whereOf(harmed: readonly Tested[]): string {
  const word = harmed.length === 1 ? 'where' : 'most surely where'
  const first = harmed.find(({ isHidden }) => !isHidden)
  if (first === undefined) return 'which cannot be named without telling of slices with fewer than ten rows'
  const { slice, n, unit = 'row', difference = Number.NaN } = first.result
  return `${word} ${slice} (by ${significant(Math.abs(difference))}, on ${countedUnits(n, unit)})`
}

/** What the open slices that are shown need, by the one that lacks most. */
function neededWords(own: readonly Tested[]): string {
  const [first] = own
    .flatMap(({ result: { slice, n, unit, needed, kind }, isHidden }) =>
      isHidden || kind !== 'inconclusive' || needed === undefined
        ? []
        : [{ slice, needed: countedUnits(needed, unit ?? 'row'), share: needed / n }],
    )
    .toSorted((a, b) => b.share - a.share)
  return first === undefined ? '' : `; ${first.slice} takes about ${first.needed}`
}
