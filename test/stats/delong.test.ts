import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { auc, aucInterval, pairedAucInterval } from '../../core/stats/delong.ts'
import { normalDraw, seededRandom } from '../../core/stats/random.ts'
import oracle from './oracle.json' with { type: 'json' }
import { expectRelative } from './support.ts'

/** `each` positives and negatives, alternating. */
function alternating(each: number): number[] {
  return Array.from({ length: 2 * each }, (_, row) => row % 2)
}

const scored = fc.array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: -5, max: 5 })), {
  minLength: 1,
  maxLength: 80,
})

describe('the AUC', () => {
  it('is the share of pairs in the right order, ties counting half', () => {
    fc.assert(
      fc.property(scored, (rows) => {
        const labels = rows.map(([label]) => label)
        fc.pre(labels.includes(0) && labels.includes(1))
        const scores = rows.map(([, score]) => score)
        const pairs = rows.flatMap(([one, high]) =>
          rows.map(([other, low]) => (one > other ? Math.sign(high - low) : 9)),
        )
        const credits = pairs.filter((sign) => sign !== 9).map((sign) => (sign + 1) / 2)
        const expected = credits.reduce((sum, credit) => sum + credit, 0) / credits.length
        expect(auc({ labels, scores })).toBeCloseTo(expected, 14)
      }),
    )
  })

  it('is 0.5 when all scores are tied, and undefined when a class is absent', () => {
    expect(auc({ labels: [0, 1, 1, 0], scores: [3, 3, 3, 3] })).toBe(0.5)
    expect(auc({ labels: [1, 1], scores: [0, 1] })).toBeNaN()
    expect(auc({ labels: [], scores: [] })).toBeNaN()
  })

  it('takes 0 and -0 for the same score', () => {
    expect(auc({ labels: [0, 1], scores: [0, -0] })).toBe(0.5)
  })

  it('refuses labels other than 0 and 1, NaN scores and unequal lengths', () => {
    expect(() => auc({ labels: [0, 2], scores: [0, 1] })).toThrow(/row 1/)
    expect(() => auc({ labels: [0, 1], scores: [0, Number.NaN] })).toThrow(/row 1/)
    expect(() => auc({ labels: [0, 1], scores: [0, Infinity] })).toThrow(RangeError)
    expect(() => auc({ labels: [0, 1], scores: [0] })).toThrow(RangeError)
  })
})

describe("DeLong's intervals", () => {
  it.each(oracle.delong)('are those of the definition over all pairs: $name', (row) => {
    const alone = aucInterval({ labels: row.labels, scores: row.candidate }, row.alpha)
    expectRelative(alone.estimate, row.auc, 1e-13)
    expectRelative(alone.standardError, row.standardError, 1e-11)
    expectRelative(alone.lower, row.lower, 1e-11)
    expectRelative(alone.upper, row.upper, 1e-11)

    const paired = pairedAucInterval(row, row.alpha)
    expectRelative(paired.estimate, row.difference, 1e-11)
    expectRelative(paired.standardError, row.differenceError, 1e-11)
    expectRelative(paired.lower, row.differenceLower, 1e-11)
    expectRelative(paired.upper, row.differenceUpper, 1e-11)
  })

  it('are negated when the models change places', () => {
    const [row] = oracle.delong
    if (row === undefined) throw new Error('the oracle has no case')
    const there = pairedAucInterval(row, 0.05)
    const back = pairedAucInterval({ labels: row.labels, candidate: row.champion, champion: row.candidate }, 0.05)

    expect(back.lower).toBeCloseTo(-there.upper, 14)
    expect(back.upper).toBeCloseTo(-there.lower, 14)
  })

  it('do not depend on the scale of the scores, only on their order', () => {
    const random = seededRandom(6)
    const labels = alternating(40)
    const scores = labels.map((label) => label + 2 * normalDraw(random))

    expect(aucInterval({ labels, scores: scores.map(Math.exp) }, 0.05)).toEqual(aucInterval({ labels, scores }, 0.05))
  })

  it('flag perfect separation and models of equal ranks instead of calling them certain', () => {
    const labels = alternating(20)
    const scores = labels.map((label, row) => label * 100 + row)

    expect(aucInterval({ labels, scores }, 0.05)).toMatchObject({
      estimate: 1,
      standardError: 0,
      lower: 0,
      upper: 1,
      doubt: 'no-variation',
    })
    expect(pairedAucInterval({ labels, candidate: labels, champion: labels }, 0.05)).toMatchObject({
      estimate: 0,
      lower: -1,
      upper: 1,
      doubt: 'no-variation',
    })
  })

  it('flag nine rows of a class and take ten', () => {
    const random = seededRandom(2)
    const rowsOf = (positives: number) => {
      const labels = Array.from({ length: 100 }, (_, row) => (row < positives ? 1 : 0))
      return { labels, scores: labels.map((label) => label + normalDraw(random)) }
    }

    expect(aucInterval(rowsOf(9), 0.05)).toMatchObject({
      lower: 0,
      upper: 1,
      positives: 9,
      doubt: 'too-few-of-a-class',
    })
    expect(aucInterval(rowsOf(10), 0.05)).toMatchObject({
      positives: 10,
      negatives: 90,
      degreesOfFreedom: 9,
      doubt: undefined,
    })
    expect(aucInterval(rowsOf(30), 0.05).degreesOfFreedom).toBe(Infinity)
    expect(aucInterval({ labels: [1], scores: [1] }, 0.05)).toMatchObject({ doubt: 'too-few-of-a-class', negatives: 0 })
  })

  it('take a million rows with ties', () => {
    const random = seededRandom(9)
    const labels = Array.from({ length: 1_000_000 }, (_, row) => row % 2)
    const scores = labels.map((label) => Math.round(100 * (label + normalDraw(random))))

    const { estimate, standardError } = aucInterval({ labels, scores }, 0.05)

    // Two unit normals one apart: Φ(1/√2).
    expect(Math.abs(estimate - 0.7602499)).toBeLessThan(4 * standardError)
    expect(standardError).toBeLessThan(6e-4)
  })
})
