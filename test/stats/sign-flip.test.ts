import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normalDraw, seededRandom } from '../../core/stats/random.ts'
import { signFlipInterval, signFlipTest } from '../../core/stats/sign-flip.ts'
import { expectRelative, frequency, upperLimit } from './support.ts'
import oracle from './tests/oracle.json' with { type: 'json' }

const SEED = { seed: 1 }
const few = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 11 })

describe('the sign-flip test of a mean', () => {
  it('has the p-values and bounds of the oracle', () => {
    for (const row of oracle.signFlip) {
      const test = signFlipTest(row.values, row.mean, SEED)
      expect(test.isExact).toBe(true)
      expectRelative(test.greater, row.greater, 1e-14)
      expectRelative(test.less, row.less, 1e-14)
      const { lower, upper } = signFlipInterval(row.values, row.alpha, SEED)
      expect(lower, row.name).toBeCloseTo(row.lower ?? -Infinity, 12)
      expect(upper).toBeCloseTo(row.upper ?? Infinity, 12)
    }
  })

  it("has Fisher's own value for Darwin's fifteen pairs of plants: 1,726 of 32,768", () => {
    // R. Fisher, The Design of Experiments (1935) 21: 863 in each tail, 835 beyond and 28 with the very sum of 314.
    const test = signFlipTest([49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48], 0, SEED)
    expect(test.greater).toBe(863 / 32_768)
    expect(test.twoSided).toBe(1726 / 32_768)
  })

  it('changes its tails, and its bounds, when every sign is turned', () => {
    fc.assert(
      fc.property(few, fc.integer({ min: -5, max: 5 }), (values, mean) => {
        const turned = values.map((value) => -value)
        const [there, back] = [signFlipTest(values, mean, SEED), signFlipTest(turned, -mean, SEED)]
        expect(back.greater).toBe(there.less)
        expect(back.less).toBe(there.greater)
        const [bounds, mirrored] = [signFlipInterval(values, 0.05, SEED), signFlipInterval(turned, 0.05, SEED)]
        expect(mirrored.lower).toBeCloseTo(-bounds.upper, 9)
      }),
    )
  })

  it('finds the less evidence against a mean the larger it is', () => {
    fc.assert(
      fc.property(
        few,
        fc.double({ min: -60, max: 60, noNaN: true }),
        fc.double({ min: 0, max: 60, noNaN: true }),
        (values, mean, more) => {
          const [one, other] = [signFlipTest(values, mean, SEED), signFlipTest(values, mean + more, SEED)]
          expect(other.greater).toBeGreaterThanOrEqual(one.greater)
        },
      ),
    )
  })

  it.each([12, 40])('agrees with its interval about what is proven, on %d rows', (n) => {
    const random = seededRandom(n)
    for (let round = 0; round < 40; round++) {
      const values = Float64Array.from({ length: n }, () => normalDraw(random))
      const options = { seed: round, draws: 399 }
      const { lower, upper } = signFlipInterval(values, 0.05, options)
      expect(signFlipTest(values, lower - 1e-6, options).greater).toBeLessThanOrEqual(0.05)
      expect(signFlipTest(values, lower + 1e-6, options).greater).toBeGreaterThan(0.05)
      expect(signFlipTest(values, upper + 1e-6, options).less).toBeLessThanOrEqual(0.05)
      expect(signFlipTest(values, upper - 1e-6, options).less).toBeGreaterThan(0.05)
    }
  })

  it('draws the same with the same seed, and never finds a p-value of 0', () => {
    const values = Array.from({ length: 30 }, (_, row) => 1 + row)
    const options = { seed: 5, draws: 999 }
    expect(signFlipTest(values, 0, options)).toEqual(signFlipTest(values, 0, options))
    expect(signFlipTest(values, 0, options)).toMatchObject({ greater: 1 / 1000, isExact: false })
    expect(signFlipInterval(values, 0.05, { seed: 6 }).lower).not.toBe(
      signFlipInterval(values, 0.05, { seed: 7 }).lower,
    )
  })

  it.each([
    ['no row', [], 'too-few-rows'],
    ['one row', [1], 'too-few-rows'],
    ['four rows, whose smallest p-value is 1/16', [1, 2, 3, 4], 'too-few-rows'],
    ['equal rows', [0.1, 0.1, 0.1, 0.1, 0.1, 0.1], 'no-variation'],
    ['many zeros', new Float64Array(100), 'no-variation'],
  ] as const)('has no bounds for %s', (_, values, doubt) => {
    expect(signFlipInterval(values, 0.05, SEED)).toMatchObject({ lower: -Infinity, upper: Infinity, doubt })
    expect(signFlipTest(values, Math.max(0, ...values.slice(0, 4)), SEED).greater).toBe(1)
  })

  it('bounds five rows by the smallest and the largest of all', () => {
    expect(signFlipInterval([3, 1, 4, 1.5, 9], 0.05, SEED)).toMatchObject({ lower: 1, upper: 9 })
  })

  it('refuses NaN, infinities, no draws and impossible alphas', () => {
    expect(() => signFlipTest([1, Number.NaN], 0, SEED)).toThrow(/row 1/)
    expect(() => signFlipTest([1, 2], Infinity, SEED)).toThrow(RangeError)
    expect(() => signFlipInterval([Infinity, 1], 0.05, SEED)).toThrow(/row 0/)
    expect(() => signFlipInterval([0, 1], 0.5, SEED)).toThrow(RangeError)
    const many = Array.from({ length: 21 }, (_, row) => row)
    for (const draws of [0, -1, 1.5]) expect(() => signFlipTest(many, 0, { seed: 1, draws })).toThrow(RangeError)
    expect(() => signFlipTest(many, 0, { seed: 0.5 })).toThrow(RangeError)
  })

  it('takes a million rows', () => {
    const random = seededRandom(8)
    const rows = Float64Array.from({ length: 1_000_000 }, () => 0.1 + normalDraw(random))
    expect(signFlipTest(rows, 0, { seed: 1, draws: 19 }).greater).toBe(1 / 20)
  })

  it.each([12, 30])('refutes symmetric differences no more often than alpha, on %d rows', (n) => {
    const random = seededRandom(n)
    const heavy = () => Math.tan(Math.PI * (random() - 0.5))
    const refuted = frequency(1200, () => {
      const values = Float64Array.from({ length: n }, () => -0.1 + heavy())
      return signFlipTest(values, -0.1, { seed: Math.floor(random() * 1e9), draws: 199 }).greater <= 0.05
    })
    expect(refuted).toBeLessThan(upperLimit(0.05, 1200))
    expect(refuted).toBeGreaterThan(0.025)
  })
})
