import { agoUnits, type When } from './query.ts'

/** A stretch of time in milliseconds since 1970; its end does not belong to it, unless it is one moment. */
export interface Period {
  readonly fromMs: number
  readonly toMs: number
}

const form = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3})\d*)?)?(Z|[+-]\d\d:?\d\d)?)?$/

/**
 * The period that a date or a time of day means: a whole day, minute or second, or a millisecond. Without a zone it is UTC.
 * Undefined for a text that is no time, and for a day that no calendar has.
 */
export function periodOf(text: string): Period | undefined {
  const match = form.exec(text)
  if (match === null) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0))
  const midnight = Date.UTC(year, month - 1, day)
  if (new Date(midnight).toISOString().slice(0, 10) !== text.slice(0, 10)) return undefined
  if (match[4] === undefined) return { fromMs: midnight, toMs: midnight + agoUnits.d }
  if (hour > 23 || minute > 59 || second > 59) return undefined
  const offsetMs = zoneOf(match[8] ?? 'Z')
  if (offsetMs === undefined) return undefined
  const fraction = Number((match[7] ?? '').padEnd(3, '0'))
  const fromMs = midnight + ((hour * 60 + minute) * 60 + second) * 1000 + fraction - offsetMs
  const lengthMs = match[7] !== undefined ? 1 : match[6] !== undefined ? agoUnits.s : agoUnits.m
  return { fromMs, toMs: fromMs + lengthMs }
}

function zoneOf(zone: string): number | undefined {
  if (zone === 'Z') return 0
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(-2))]
  if (hours > 23 || minutes > 59) return undefined
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * agoUnits.m
}

/** The period of a written time, at a time of looking. @throws RangeError for a text that `periodOf` refuses. */
export function periodAt(when: When, nowMs: number): Period {
  if (when.kind === 'ago') {
    const atMs = nowMs - when.count * agoUnits[when.unit]
    return { fromMs: atMs, toMs: atMs + 1 }
  }
  const period = periodOf(when.text)
  if (period === undefined) throw new RangeError(`not a time: ${when.text}`)
  return period
}

const ago = /^(\d{1,6})([smhdw])$/

/** The first word of `7d ago`. */
export function agoOf(text: string): Extract<When, { kind: 'ago' }> | undefined {
  const [, count, letter] = ago.exec(text) ?? []
  const unit = (['s', 'm', 'h', 'd', 'w'] as const).find((one) => one === letter)
  return count === undefined || unit === undefined ? undefined : { kind: 'ago', count: Number(count), unit }
}
