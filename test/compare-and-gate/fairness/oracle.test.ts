import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { changeInterval, differenceInterval, sumInterval } from '../../../core/compare-and-gate/fairness/intervals.ts'
import { count, type RateName, rates } from '../../../core/compare-and-gate/fairness/rates.ts'

/** Written by oracle.py. */
interface Case {
  readonly labels: readonly number[]
  readonly candidate: readonly number[]
  readonly champion: readonly number[]
  readonly group: readonly number[]
  readonly alpha: number
  readonly gap: readonly [number, number]
  readonly change: readonly [number, number]
  readonly precisionChangeError: number
  readonly sumError: number
}

const cases = JSON.parse(readFileSync(join(import.meta.dirname, 'oracle.json'), 'utf8')) as readonly Case[]

describe.each(cases)('intervals of gaps agree with scipy, case %#', (known) => {
  const { alpha, labels } = known
  const whole = { rows: labels.length, units: {} }
  const both = (rate: RateName) => {
    const side = (classes: readonly number[], group: number) =>
      count(
        rates[rate],
        { labels: Float64Array.from(labels), classes: Float64Array.from(classes) },
        known.group.flatMap((one, row) => (one === group ? [row] : [])),
      )
    const of = (group: number) => ({ candidate: side(known.candidate, group), champion: side(known.champion, group) })
    return [of(0), of(1)] as const
  }

  test('of two groups', () => {
    const [one, other] = both('truePositiveRate')
    const { lower, upper } = differenceInterval([one.candidate, other.candidate], whole, alpha)

    expect(lower).toBeCloseTo(known.gap[0], 6)
    expect(upper).toBeCloseTo(known.gap[1], 6)
  })

  test('of the change of a gap, where the same rows count', () => {
    const { lower, upper } = changeInterval(rates.truePositiveRate, both('truePositiveRate'), { ...whole, alpha })

    expect(lower).toBeCloseTo(known.change[0], 6)
    expect(upper).toBeCloseTo(known.change[1], 6)
  })

  test('of the change of a gap in precision, and of the sum of two gaps', () => {
    const change = changeInterval(rates.precision, both('precision'), { ...whole, alpha })

    expect(change).toMatchObject({ standardError: expect.closeTo(known.precisionChangeError, 12) as number })
    expect(sumInterval(both('truePositiveRate'), { ...whole, alpha }).standardError).toBeCloseTo(known.sumError, 12)
  })
})
