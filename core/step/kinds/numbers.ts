import { type Kind, no, ok } from '../kind.ts'

/** Inclusive limits of a number. */
export interface Range {
  readonly min?: number
  readonly max?: number
}

const wholePattern = /^[+-]?\d+$/
const numberPattern = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/

/** A whole number within limits. */
export function integerKind(range: Range): Kind<number> {
  return numeric({ name: 'integer', noun: 'a whole number', pattern: wholePattern, type: 'integer', range })
}

/** A finite decimal number within limits; never NaN. */
export function numberKind(range: Range): Kind<number> {
  return numeric({ name: 'number', noun: 'a number', pattern: numberPattern, type: 'number', range })
}

interface Numeric {
  readonly name: 'integer' | 'number'
  readonly noun: string
  readonly pattern: RegExp
  readonly type: string
  readonly range: Range
}

function numeric({ name, noun, pattern, type, range }: Numeric): Kind<number> {
  const { min, max } = range
  return {
    name,
    rule: `${noun}${limitsInWords(range)}`,
    example: String(min ?? max ?? 10),
    schema: { type, ...(min === undefined ? {} : { minimum: min }), ...(max === undefined ? {} : { maximum: max }) },
    parse(text) {
      const value = pattern.test(text) ? Number(text) : Number.NaN
      if (!Number.isFinite(value) || (name === 'integer' && !Number.isSafeInteger(value))) return no(`is not ${noun}`)
      if (min !== undefined && value < min) return no(`is below ${min}`)
      return max !== undefined && value > max ? no(`is above ${max}`) : ok(value)
    },
  }
}

function limitsInWords({ min, max }: Range): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`
  if (min !== undefined) return `, at least ${min}`
  return max === undefined ? '' : `, at most ${max}`
}

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
const durationPattern = /^(?:\d+(?:ms|[smhd]))+$/

/** A span of time in milliseconds, written with units: `90s`, `10m`, `1h30m`. A bare number is refused: it hides its unit. */
export const durationKind: Kind<number> = {
  name: 'duration',
  rule: 'a duration with its unit (ms, s, m, h or d)',
  example: '10m',
  schema: { type: 'string', pattern: durationPattern.source },
  parse(text) {
    if (!durationPattern.test(text)) return no('is not a duration')
    let total = 0
    for (const [, amount, unit] of text.matchAll(/(\d+)(ms|[smhd])/g))
      total += Number(amount) * unitMs[unit as keyof typeof unitMs]
    return total > 0 && Number.isSafeInteger(total) ? ok(total) : no('is not a positive duration')
  },
}
