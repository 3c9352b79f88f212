import { describe, expect, test } from 'vitest'
import { effectivePairs, effectiveShare } from '../../core/stats/effective-counts.ts'
import { normalDraw, type Random, seededRandom } from '../../core/stats/random.ts'
import { pairedCounts, tangoInterval, tangoNonInferiority } from '../../core/stats/tango.ts'
import type { Units } from '../../core/stats/units.ts'
import { wilsonInterval } from '../../core/stats/wilson.ts'
import { expectRelative, frequency, upperLimit } from './support.ts'

const random = seededRandom(5)
const draw = (n: number, p: number) => Float64Array.from({ length: n }, () => (random() < p ? 1 : 0))
const rows = { candidate: draw(400, 0.8), champion: draw(400, 0.75) }

describe('what pairs of rows are worth', () => {
  test('is at most their number, and as many as there are when all are the same and independent', () => {
    const plain = pairedCounts(rows, 'higher')
    const worth = effectivePairs(rows, { weights: rows.candidate.map(() => 7) }, 'higher')

    // The robust variance divides by n - 1 where that of counts divides by n.
    expect(worth.n / plain.n).toBeGreaterThan(399 / 400 - 1e-9)
    expect(worth.n).toBeLessThanOrEqual(400)
    expectRelative(worth.onlyCandidateRight / worth.n, plain.onlyCandidateRight / plain.n, 1e-12)
    expectRelative(worth.onlyChampionRight / worth.n, plain.onlyChampionRight / plain.n, 1e-12)
    expectRelative(tangoInterval(worth, 0.05).lower, tangoInterval(plain, 0.05).lower, 0.03)
  })

  test('is one for each cluster whose rows all say the same', () => {
    const user = rows.candidate.map((_, row) => Math.floor(row / 10))
    const same = { candidate: user.map((place) => place % 5 && 1), champion: user.map((place) => place % 4 && 1) }

    const worth = effectivePairs(same, { clusters: user }, 'higher')

    expect(worth.n).toBeGreaterThan(38)
    expect(worth.n).toBeLessThanOrEqual(40)
    expect(worth.degreesOfFreedom).toBeCloseTo(39, 9)
  })

  test('is the number of clusters where no row tells the models apart, which is no zero width', () => {
    const user = rows.candidate.map((_, row) => Math.floor(row / 10))
    const { doubt, ...worth } = effectivePairs({ candidate: user, champion: user }, { clusters: user }, 'higher')

    expect(doubt).toBeUndefined()
    expect(worth).toMatchObject({ n: 40, onlyCandidateRight: 0, onlyChampionRight: 0 })
    const { lower, upper } = tangoInterval(worth, 0.05)
    // t² / (n + t²) with t of 39 degrees of freedom.
    expect(lower).toBeCloseTo(-(1.6849 ** 2) / (40 + 1.6849 ** 2), 4)
    expect(upper).toBeCloseTo(-lower, 12)
  })

  test('is in doubt with under ten clusters', () => {
    const clusters = rows.candidate.map((_, row) => row % 9)

    expect(effectivePairs(rows, { clusters }, 'higher').doubt).toBe('too-few-clusters')
    expect(effectiveShare(rows.candidate, { clusters }).doubt).toBe('too-few-clusters')
  })

  test('does not depend on which way the metric points', () => {
    const weights = rows.candidate.map((_, row) => 1 + (row % 3))
    const higher = effectivePairs(rows, { weights }, 'higher')
    const lower = effectivePairs(rows, { weights }, 'lower')

    expectRelative(lower.onlyCandidateRight, higher.onlyChampionRight, 1e-9)
    expectRelative(lower.n, higher.n, 1e-9)
  })
})

const ALPHA = 0.05
const repeats = Number(process.env['SIMULATE'] ?? 400)

interface Setting {
  readonly users: number
  readonly perUser: number
  /** How often a user who is concerned at all has the models disagree: 1 is always. */
  readonly within: number
  /** Standard deviation of the logarithm of the weights. */
  readonly spread: number
}

/** Two models that disagree on 5 % of the rows, the candidate worse by exactly the margin of 2 points. */
function drawPairs({ users, perUser, within, spread }: Setting, source: Random) {
  const n = users * perUser
  const pairs = { candidate: new Float64Array(n), champion: new Float64Array(n) }
  const [weights, clusters] = [new Float64Array(n), new Int32Array(n)]
  for (let user = 0; user < users; user++) {
    const u = source()
    const kind = u < 0.015 / within ? 1 : u < 0.05 / within ? -1 : 0
    for (let at = 0; at < perUser; at++) {
      const row = user * perUser + at
      const sign = source() < within ? kind : 0
      pairs.candidate[row] = sign < 0 ? 0 : 1
      pairs.champion[row] = sign > 0 ? 0 : 1
      weights[row] = Math.exp(spread * normalDraw(source))
      clusters[row] = user
    }
  }
  return { pairs, weights, clusters }
}

function passRates(setting: Setting, units: (drawn: ReturnType<typeof drawPairs>) => Units) {
  const source = seededRandom(setting.users + setting.perUser)
  let [naive, robust] = [0, 0]
  for (let repeat = 0; repeat < repeats; repeat++) {
    const drawn = drawPairs(setting, source)
    if (tangoNonInferiority(pairedCounts(drawn.pairs, 'higher'), 0.02).pValue < ALPHA) naive++
    const { doubt, ...counts } = effectivePairs(drawn.pairs, units(drawn), 'higher')
    if (doubt === undefined && tangoNonInferiority(counts, 0.02).pValue < ALPHA) robust++
  }
  return { naive: naive / repeats, robust: robust / repeats }
}

describe('a candidate that is worse by exactly the margin', () => {
  test.each<[string, Setting, 'weights' | 'clusters' | 'both', number]>([
    ['50 rows with weights', { users: 50, perUser: 1, within: 1, spread: 1 }, 'weights', 0],
    ['200 rows with weights', { users: 200, perUser: 1, within: 1, spread: 1 }, 'weights', 0],
    ['1,000 rows with weights', { users: 1000, perUser: 1, within: 1, spread: 1 }, 'weights', 0],
    ['50 users with 10 rows', { users: 50, perUser: 10, within: 1 / 3, spread: 0 }, 'clusters', 0.15],
    ['100 users with 10 rows', { users: 100, perUser: 10, within: 1, spread: 0 }, 'clusters', 0.27],
    ['100 users with 10 rows and weights', { users: 100, perUser: 10, within: 1, spread: 1 }, 'both', 0.27],
  ])('passes no more often than alpha: %s', (name, setting, kind, naiveAtLeast) => {
    const rates = passRates(setting, ({ weights, clusters }) => ({
      ...(kind !== 'clusters' && { weights }),
      ...(kind !== 'weights' && { clusters }),
    }))
    if (process.env['SIMULATE'] !== undefined) console.log(name, rates)

    expect(rates.robust).toBeLessThanOrEqual(upperLimit(ALPHA, repeats))
    expect(rates.naive).toBeGreaterThanOrEqual(naiveAtLeast)
  })

  test('is found below a floor by one model no more often than alpha, over clusters', () => {
    const source = seededRandom(9)
    // Of 60 users the model is right about 90 % on all 8 rows each, and the floor is 90 %.
    const clusters = Int32Array.from({ length: 480 }, (_, row) => row % 60)
    const passes = frequency(repeats, () => {
      const right = Array.from({ length: 60 }, () => (source() < 0.9 ? 1 : 0))
      const counts = effectiveShare(
        Float64Array.from(clusters, (user) => right[user] ?? 0),
        { clusters },
      )
      return wilsonInterval(counts, ALPHA).lower > 0.9
    })

    expect(passes).toBeLessThanOrEqual(upperLimit(ALPHA, repeats))
  })
})
