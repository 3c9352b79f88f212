import type { SliceResult } from '../../records/verdict.ts'
import type { Metric } from '../../stats/metrics.ts'
import { significant } from '../words.ts'

interface Said {
  readonly metric: Metric
  readonly margin: number
  /** Sorted by harm. */
  readonly own: readonly SliceResult[]
  /** Slices under ten rows. */
  readonly hidden: number
}

/** `worse`, or `worse by > 0.03`. */
export function worseBy(margin: number): string {
  return margin === 0 ? 'worse' : `worse by > ${margin}`
}

/** One plain sentence about all slices of one entry. */
export function slicesSentence({ metric, margin, own, hidden }: Said): string {
  const harmed = own.filter(({ kind }) => kind === 'harmed')
  const open = own.filter(({ kind }) => kind === 'inconclusive').length + hidden
  const total = own.length + hidden
  const worse = margin === 0 ? 'worse' : `worse by more than ${margin}`
  const small = open === 0 ? '' : `; ${open} of ${total} ${open === 1 ? 'says' : 'say'} too little to tell`
  const [first] = harmed
  if (first !== undefined) {
    const { slice, n, difference = Number.NaN } = first
    const by = significant(Math.abs(difference))
    const where = `${harmed.length === 1 ? 'where' : 'most surely where'} ${slice} (by ${by}, on ${n.toLocaleString('en-US')} rows)`
    return `${metric.title} is ${worse} in ${harmed.length} of ${total} slices, ${where}${small}.`
  }
  if (open === total) return `No slice says enough to tell whether ${metric.title} is ${worse} there (${total} slices).`
  return `${metric.title} is in none of ${total} slices shown to be ${worse}${small}.`
}
