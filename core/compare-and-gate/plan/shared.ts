import type { Interval } from '../../records/verdict.ts'
import type { Metric } from '../../stats/metrics.ts'
import { normalQuantile } from '../../stats/normal.ts'
import { neededRows, type Pilot, type Plan } from '../../stats/sample-size.ts'
import { significant } from '../words.ts'

/** What is looked at of an earlier result. Differences are candidate minus champion. */
export interface Seen {
  readonly metric: string
  readonly candidate?: number | undefined
  readonly difference?: number | undefined
  readonly interval?: Interval | undefined
  /** Only of a bound on the candidate alone. */
  readonly bound?: number | undefined
  readonly n: number
}

/** What is assumed before anything is known. */
export interface Assumptions {
  /** The probability that a criterion is proven when what is assumed is true. */
  readonly power: number
  /** Shares of rows on which exactly one of the two models is right. */
  readonly discordances: readonly number[]
  /** How much better than what is asked a model truly is, in shares. */
  readonly differences: readonly number[]
  /** How many slices harm is looked for in, or must each be proven. */
  readonly slices: number
  /** How many groups fairness compares. */
  readonly groups: number
  /** Rates that all of those groups may have. */
  readonly rates: readonly number[]
  /** What a gate said of earlier models by these criteria: how far its numbers scatter is taken from there. */
  readonly pilot: readonly Seen[]
}

/** How many rows one criterion needs under one assumption. */
export interface Needed {
  readonly criterion: string
  readonly isRequired: boolean
  /** `the models disagree on 5 % of the rows`. */
  readonly assumes: string
  /** Of the rows that the metric counts; undefined where nobody can say. */
  readonly rows?: number
  /** What is counted where that is not all rows, or why there is no number. */
  readonly note?: string
}

/** What is counted of metrics that rank. */
export const queriesCounted = 'queries with a relevant row'

interface ByPilot {
  readonly metric: Metric
  readonly seen: Seen
  readonly margin: number
  readonly plan: Plan
}

/** Rows by how far those of a pilot scatter. */
export function byPilot(
  { metric, seen, margin, plan }: ByPilot,
  assumed: string,
): Pick<Needed, 'assumes' | 'rows' | 'note'> {
  const assumes = `rows scatter as in the pilot, ${assumed}`
  const pilot = pilotOf(seen)
  if (pilot === undefined) return { assumes, note: 'the pilot could not tell how far its rows scatter' }
  if (!(margin > 0)) return { assumes, note: 'no number of rows proves it, if that is the truth' }
  const counted = metric.unit === 'query' ? { note: queriesCounted } : {}
  return { assumes, ...finite(neededRows(pilot, { margin, difference: 0 }, plan)), ...counted }
}

function pilotOf({ interval, n }: Seen): Pilot | undefined {
  if (interval === undefined) return undefined
  const standardError = (interval.high - interval.low) / (-2 * normalQuantile((1 - interval.level) / 2))
  return standardError > 0 ? { n, standardError } : undefined
}

/** What is said where nobody knows how far rows scatter. */
export const unknown = {
  assumes: 'needs a pilot: a version that a gate has judged',
}

/** `the models disagree on 5 % of the rows`. */
export function disagree(discordance: number): string {
  return `the models disagree on ${significant(100 * discordance)} % of the rows`
}

/** The same where it is said of parts of the rows: `5 % disagree`. */
export function disagreeing(discordance: number): string {
  return `${significant(100 * discordance)} % disagree`
}

/** A number of rows, where there is one. */
export function finite(rows: number): Pick<Needed, 'rows'> {
  return Number.isFinite(rows) ? { rows } : {}
}
