import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { benjaminiHochberg } from '../../core/stats/benjamini-hochberg.ts'
import { holm } from '../../core/stats/holm.ts'
import { seededRandom } from '../../core/stats/random.ts'
import { expectRelative, frequency, upperLimit } from './support.ts'
import oracle from './tests/oracle.json' with { type: 'json' }

const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 })
const methods = [
  ['Holm', holm, 'holm'],
  ['Benjamini and Hochberg', benjaminiHochberg, 'benjaminiHochberg'],
] as const

describe('p-values adjusted for their number', () => {
  it.each(methods)('are those of the oracle after %s', (_, adjust, key) => {
    for (const row of oracle.adjusted) {
      const adjusted = adjust(row.p)
      for (const [place, expected] of row[key].entries()) expectRelative(adjusted[place] ?? Number.NaN, expected, 1e-12)
    }
  })

  it('are those of Benjamini and Hochberg 1995, whose method refutes the first four of their fifteen', () => {
    const p = [
      0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1,
    ]
    expect(benjaminiHochberg(p).map((q) => q <= 0.05)).toEqual(p.map((_, place) => place < 4))
    expect(holm(p).map((q) => q <= 0.05)).toEqual(p.map((_, place) => place < 3))
  })

  it.each(methods)(
    'are never smaller than they were, keep their order, and follow their places after %s',
    (_, adjust) => {
      fc.assert(
        fc.property(pValues, (p) => {
          const adjusted = adjust(p)
          const order = p.map((_p, place) => place).sort((a, b) => (p[a] ?? 0) - (p[b] ?? 0))
          for (const [rank, place] of order.entries()) {
            expect(adjusted[place]).toBeGreaterThanOrEqual(p[place] ?? 0)
            expect(adjusted[place]).toBeLessThanOrEqual(1)
            const before = order[rank - 1]
            if (before !== undefined) expect(adjusted[place]).toBeGreaterThanOrEqual(adjusted[before] ?? 0)
          }
          expect([...adjust(p.toReversed())].reverse()).toEqual([...adjusted])
        }),
      )
    },
  )

  it('are never larger after Benjamini and Hochberg than after Holm', () => {
    fc.assert(
      fc.property(pValues, (p) => {
        const strict = holm(p)
        for (const [place, q] of benjaminiHochberg(p).entries())
          expect(q).toBeLessThanOrEqual((strict[place] ?? 0) + 1e-15)
      }),
    )
  })

  it('refute one of twenty true hypotheses no more often than alpha after Holm', () => {
    const random = seededRandom(31)
    const refuted = frequency(4000, () => holm(Array.from({ length: 20 }, random)).some((p) => p < 0.05))
    expect(refuted).toBeLessThan(upperLimit(0.05, 4000))
    expect(refuted).toBeGreaterThan(0.03)
  })

  it('are none for none, and refuse what is no probability by its place', () => {
    for (const [, adjust] of methods) {
      expect(adjust([])).toEqual([])
      for (const bad of [Number.NaN, -1e-9, 1.1]) expect(() => adjust([0.5, bad])).toThrow(/p-value 1/)
    }
  })
})
