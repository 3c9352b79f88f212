import type { Doubt } from '../stats/interval.ts'

/** A number for people: four significant digits, never in exponents unless tiny. */
export function significant(value: number): string {
  if (!Number.isFinite(value)) return value === Infinity ? '∞' : value === -Infinity ? '−∞' : 'unknown'
  if (value !== 0 && Math.abs(value) < 1e-5) return value.toExponential(2)
  return String(Number(value.toPrecision(4)))
}

/** The same with its sign. */
export function signed(value: number): string {
  return value > 0 ? `+${significant(value)}` : significant(value)
}

const doubts: Readonly<Record<Doubt, string>> = {
  'too-few-rows': 'there are too few rows',
  'too-few-of-a-class': 'fewer than ten rows of a class',
  'no-variation': 'the rows do not vary, which is no information',
}

/** Why a criterion could not be decided, as the end of a sentence. */
export function doubtInWords(doubt: Doubt | undefined, needed: number | undefined): string {
  const why = doubt === undefined ? '' : `; ${doubts[doubt]}`
  return needed === undefined ? why : `${why}; needs n ≥ ${needed.toLocaleString('en-US')}`
}
