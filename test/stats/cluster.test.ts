import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clusterInfluenceInterval, unitsInfluenceInterval } from '../../core/stats/cluster.ts'
import { influenceInterval } from '../../core/stats/influence.ts'
import { moments } from '../../core/stats/moments.ts'
import { normalDraw, seededRandom } from '../../core/stats/random.ts'
import { expectRelative, upperLimit } from './support.ts'
import oracle from './tests/oracle.json' with { type: 'json' }

const tenPlaces = Array.from({ length: 10 }, (_, place) => place)

describe('the interval over clusters', () => {
  it('has the bounds of the oracle', () => {
    for (const { influence, clusters, weights, alpha, estimate, ...row } of oracle.clusters) {
      const interval = clusterInfluenceInterval({ estimate, influence, clusters, weights }, alpha)
      expectRelative(interval.standardError, row.standardError, 1e-12)
      expectRelative(interval.skew, row.skew, 1e-9)
      expectRelative(interval.lower, row.lower, 1e-10)
      expectRelative(interval.upper, row.upper, 1e-10)
      expectRelative(interval.degreesOfFreedom, row.effective - 1, 1e-10)
      expect(interval.clusters).toBe(row.groups)
    }
  })

  it('is the interval of independent rows where every row is a cluster', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 10, maxLength: 40 }),
        (influence) => {
          const clusters = influence.map((_, row) => row)
          const {
            clusters: groups,
            effectiveClusters,
            ...interval
          } = clusterInfluenceInterval({ estimate: 0.5, influence, clusters }, 0.05)
          const plain = influenceInterval({ estimate: 0.5, influence }, 0.05)
          expect(interval.doubt).toBe(plain.doubt)
          expect(groups).toBe(influence.length)
          expect(effectiveClusters).toBe(influence.length)
          if (plain.doubt !== undefined) return
          expectRelative(interval.standardError, plain.standardError, 1e-9)
          expect(interval.skew).toBeCloseTo(plain.skew, 6)
        },
      ),
    )
  })

  it('depends neither on the order of rows nor on the names of clusters', () => {
    const values = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8]
    const clusters = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0]
    const order = [11, 3, 5, 0, 1, 2, 10, 9, 8, 4, 7, 6]
    const plain = clusterInfluenceInterval({ estimate: 1, influence: values, clusters }, 0.05)
    const turned = clusterInfluenceInterval(
      {
        estimate: 1,
        influence: order.map((row) => values[row] ?? 0),
        clusters: Int32Array.from(order, (row) => 7000 - 13 * (clusters[row] ?? 0)),
      },
      0.05,
    )
    expectRelative(turned.lower, plain.lower, 1e-12)
    expect(turned.clusters).toBe(11)
  })

  it('grows by the square root of m when every row is repeated m times inside its cluster, never shrinks', () => {
    const random = seededRandom(3)
    const influence = Float64Array.from({ length: 30 }, () => normalDraw(random))
    const once = clusterInfluenceInterval({ estimate: 0, influence, clusters: influence.map((_, row) => row) }, 0.05)
    const copies = Float64Array.from({ length: 300 }, (_, row) => influence[Math.floor(row / 10)] ?? 0)
    const clusters = copies.map((_, row) => Math.floor(row / 10))
    const repeated = clusterInfluenceInterval({ estimate: 0, influence: copies, clusters }, 0.05)

    expectRelative(repeated.standardError, once.standardError, 1e-12)
    expect(influenceInterval({ estimate: 0, influence: copies }, 0.05).standardError).toBeLessThan(
      once.standardError / 3,
    )
  })

  it.each([
    ['no rows', [], [], 'too-few-rows'],
    ['one row', [1], [0], 'too-few-rows'],
    ['one cluster', [1, 2, 3], [0, 0, 0], 'too-few-clusters'],
    ['nine clusters', [1, 2, 3, 4, 5, 6, 7, 8, 9], [0, 1, 2, 3, 4, 5, 6, 7, 8], 'too-few-clusters'],
    [
      'a cluster that holds half of all rows',
      [...tenPlaces, ...tenPlaces, 3],
      [...tenPlaces, ...tenPlaces.map(() => 10), 11],
      'too-few-clusters',
    ],
    ['equal values', tenPlaces.map(() => 0.1), tenPlaces, 'no-variation'],
    [
      'values that differ by rounding alone',
      tenPlaces.map((p) => (p % 2 === 0 ? 0.1 + 0.2 : 0.3)),
      tenPlaces,
      'no-variation',
    ],
    [
      'clusters that differ by nothing',
      [...tenPlaces.map(() => 0.1), ...tenPlaces.map(() => 0.7)],
      [...tenPlaces, ...tenPlaces],
      'no-variation',
    ],
  ] as const)('is the whole range, and says why, for %s', (_, influence, clusters, doubt) => {
    const interval = clusterInfluenceInterval(
      { estimate: 0.2, influence, clusters, range: { lower: 0, upper: 1 } },
      0.05,
    )
    expect(interval).toMatchObject({ lower: 0, upper: 1, doubt })
  })

  it('refuses what is no number, no place and no pair, and names the row', () => {
    const of = { estimate: 0, influence: [1, 2, 3], clusters: [0, 1, 2] }
    expect(() => clusterInfluenceInterval({ ...of, influence: [1, Number.NaN, 2] }, 0.05)).toThrow(/row 1/)
    expect(() => clusterInfluenceInterval({ ...of, influence: [1, 2, -Infinity] }, 0.05)).toThrow(/row 2/)
    for (const place of [-1, 0.5, Number.NaN, 2 ** 31]) {
      expect(() => clusterInfluenceInterval({ ...of, clusters: [0, 1, place] }, 0.05)).toThrow(/row 2: a cluster/)
    }
    expect(() => clusterInfluenceInterval({ ...of, clusters: [0, 1] }, 0.05)).toThrow(RangeError)
    for (const weight of [-1, Number.NaN, Infinity]) {
      expect(() => clusterInfluenceInterval({ ...of, weights: [1, weight, 1] }, 0.05)).toThrow(/row 1/)
    }
    expect(() => clusterInfluenceInterval({ ...of, weights: [1] }, 0.05)).toThrow(RangeError)
    expect(() => clusterInfluenceInterval(of, 0.5)).toThrow(RangeError)
  })

  it('says nothing of a cluster that has all the weight, and counts a row without weight', () => {
    const of = { estimate: 0, influence: tenPlaces, clusters: tenPlaces }
    const alone = clusterInfluenceInterval({ ...of, weights: tenPlaces.map((place) => (place === 3 ? 1 : 0)) }, 0.05)
    expect(alone).toMatchObject({ clusters: 10, effectiveClusters: 1, doubt: 'too-few-clusters', skew: 0 })
    expect(alone.standardError).toBeNaN()
    const some = clusterInfluenceInterval({ ...of, weights: tenPlaces.map((place) => (place < 5 ? 1 : 0)) }, 0.05)
    expect([some.clusters, some.effectiveClusters]).toEqual([10, 5])
    expect(clusterInfluenceInterval({ ...of, influence: tenPlaces.map(() => 4) }, 0.05).skew).toBe(0)
    expect(clusterInfluenceInterval({ estimate: 0, influence: [1, 2], clusters: [0, 1] }, 0.05)).toMatchObject({
      clusters: 2,
      doubt: 'too-few-clusters',
    })
    expect(clusterInfluenceInterval({ estimate: 0, influence: [], clusters: [] }, 0.05)).toMatchObject({
      clusters: 0,
      effectiveClusters: 0,
    })
  })

  it('of rows with weights alone takes each for a cluster, and calls too few of those rows', () => {
    const influence = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8]
    const weights = influence.map((_, row) => 1 + (row % 2))
    const clusters = influence.map((_, row) => row)
    const pairs = clusters.map((row) => row % 6)
    const of = { estimate: 4, influence }

    expect(unitsInfluenceInterval({ ...of, units: { weights } }, 0.05)).toEqual(
      clusterInfluenceInterval({ ...of, weights, clusters }, 0.05),
    )
    expect(unitsInfluenceInterval({ ...of, units: { weights } }, 0.05).doubt).toBeUndefined()
    expect(unitsInfluenceInterval({ ...of, units: { weights, clusters: pairs } }, 0.05)).toEqual(
      clusterInfluenceInterval({ ...of, weights, clusters: pairs }, 0.05),
    )
    const few = { estimate: 4, influence: influence.slice(0, 9) }
    const doubtOf = (units: object) => unitsInfluenceInterval({ ...few, units }, 0.05).doubt
    expect(doubtOf({ weights: weights.slice(0, 9) })).toBe('too-few-rows')
    expect(doubtOf({ clusters: clusters.slice(0, 9) })).toBe('too-few-clusters')
    expect(unitsInfluenceInterval({ estimate: 0, influence: [1], units: { weights: [1] } }, 0.05).doubt).toBe(
      'too-few-rows',
    )
    const equal = unitsInfluenceInterval({ estimate: 4, influence: influence.map(() => 2), units: { weights } }, 0.05)
    expect(equal.doubt).toBe('no-variation')
  })

  it('takes a million rows in 200,000 clusters', () => {
    const random = seededRandom(9)
    const influence = Float64Array.from({ length: 1_000_000 }, () => normalDraw(random))
    const clusters = Int32Array.from(influence, (_, row) => Math.floor(row / 5))
    const { standardError } = clusterInfluenceInterval({ estimate: 0, influence, clusters }, 0.05)
    expectRelative(standardError, 1e-3, 0.02)
  })

  it('holds its level where rows of a user depend on each other, and the interval of independent rows does not', () => {
    const errors = clusterErrors(
      Array.from({ length: 50 }, () => 10),
      2000,
    )
    expect(errors.robust).toBeLessThan(upperLimit(0.05, 2000))
    expect(errors.robust).toBeGreaterThan(0.02)
    expect(errors.naive).toBeGreaterThan(0.1)
  })

  it('holds it where a few users have most rows, too', () => {
    const sizes = Array.from({ length: 50 }, (_, user) => Math.ceil(100 / (user + 1)))
    const { robust } = clusterErrors(sizes, 2000)
    expect(robust).toBeLessThan(upperLimit(0.056, 2000))
    expect(robust).toBeGreaterThan(0.02)
  })
})

/** How often the lower bound of a mean that is 0 lies above it, for users with so many rows each. */
function clusterErrors(sizes: readonly number[], repetitions: number): { robust: number; naive: number } {
  const random = seededRandom(41)
  const clusters = Int32Array.from(sizes.flatMap((size, user) => Array.from({ length: size }, () => user)))
  const missed = { robust: 0, naive: 0 }
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const users = Float64Array.from(sizes, () => normalDraw(random))
    const influence = Float64Array.from(clusters, (user) => (users[user] ?? 0) + 1.5 * normalDraw(random))
    const estimate = moments(influence).mean
    if (clusterInfluenceInterval({ estimate, influence, clusters }, 0.05).lower > 0) missed.robust++
    if (influenceInterval({ estimate, influence }, 0.05).lower > 0) missed.naive++
  }
  return { robust: missed.robust / repetitions, naive: missed.naive / repetitions }
}
