import type { Doubt, Interval } from '../stats/interval.ts'
import type { Unit } from './units.ts'

/** A number for people: four significant digits, never in exponents unless tiny; counts whole. */
export function significant(value: number): string {
  if (!Number.isFinite(value)) return value === Infinity ? '∞' : value === -Infinity ? '−∞' : 'unknown'
  if (Number.isSafeInteger(value) && Math.abs(value) >= 10_000) return value.toLocaleString('en-US')
  if (value !== 0 && Math.abs(value) < 1e-5) return value.toExponential(2)
  return String(Number(value.toPrecision(4)))
}

/** A confidence level for people: 90 %, 99.5 %; never 100 %. */
export function percent(level: number): string {
  return level > 0.9999 && level < 1 ? '> 99.99 %' : `${Number((100 * level).toPrecision(4))} %`
}

/** The same with its sign. */
export function signed(value: number): string {
  return value > 0 ? `+${significant(value)}` : significant(value)
}

const doubts: Readonly<Record<Doubt, string>> = {
  'too-few-rows': 'there are too few rows',
  'too-few-of-a-class': 'there are fewer than ten rows of a class',
  'too-few-differ': 'the models differ on fewer than ten rows',
  'too-few-clusters': 'the rows depend on each other in fewer than ten clusters, or a few clusters hold most of them',
  'no-interval': 'no interval of it is known to hold',
  undefined: 'it has no value on these rows',
  lopsided: 'every resample of the rows comes out on one side of the estimate',
  'zero-baseline': 'the champion’s is 0, and nothing is a share of that',
  'no-variation': 'every row says the same, so that chance cannot be estimated',
}

interface Undecided {
  readonly doubt: Doubt | undefined
  readonly needed: number | undefined
  readonly unit?: Unit | undefined
}

/** What a criterion that could not be decided says: "these rows cannot tell whether it is at most 0.4; about 5,000 would". */
export function undecided(asked: string, { doubt, needed, unit }: Undecided): string {
  const rows = unit === 'query' ? 'queries' : 'rows'
  const words = doubt === undefined ? '' : doubts[doubt]
  const why = unit === 'query' ? words.replace('every row', 'every query').replace('rows', 'queries') : words
  const because = doubt === undefined ? '' : `, because ${why}`
  return `these ${rows} cannot tell whether it is ${asked}${because}${wouldTell(needed)}`
}

/** How many would decide what these cannot: "; about 5,000 would". */
export function wouldTell(needed: number | undefined): string {
  return needed === undefined ? '' : `; about ${needed.toLocaleString('en-US')} would`
}

/** Both ends of an interval for people; nothing where it says nothing. */
export function between(word: string, { lower, upper, doubt }: Interval, write = significant): string {
  return doubt === undefined ? ` (${word}between ${write(lower)} and ${write(upper)})` : ''
}

/** A p-value for people. */
export function probability(p: number): string {
  return p < 0.0001 ? '< 0.0001' : String(Number(p.toPrecision(2)))
}
