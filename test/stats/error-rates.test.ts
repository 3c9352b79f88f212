import { describe, expect, it } from 'vitest'
import { pairedAucInterval } from '../../core/stats/delong.ts'
import { logGamma } from '../../core/stats/gamma.ts'
import { tNonInferiority } from '../../core/stats/interval.ts'
import { normalQuantile } from '../../core/stats/normal.ts'
import { meanInterval } from '../../core/stats/paired-t.ts'
import { normalDraw, type Random, seededRandom } from '../../core/stats/random.ts'
import { type PairedCounts, tangoNonInferiority } from '../../core/stats/tango.ts'
import { frequency, upperLimit } from './support.ts'

const ALPHA = 0.05

/** Two models that disagree on 5 % of all rows, the candidate worse by exactly the margin of 2 points. */
function drawAtTheBoundary(n: number, random: Random): PairedCounts {
  const counts = { n, onlyCandidateRight: 0, onlyChampionRight: 0 }
  for (let row = 0; row < n; row++) {
    const u = random()
    if (u < 0.015) counts.onlyCandidateRight++
    else if (u < 0.05) counts.onlyChampionRight++
  }
  return counts
}

/** The rule of many tools: the observed difference is not below the margin. */
function isPassedByPoint({ n, onlyCandidateRight, onlyChampionRight }: PairedCounts, margin: number): boolean {
  return (onlyCandidateRight - onlyChampionRight) / n >= -margin
}

/** The textbook interval with the variance at the estimate. */
function isPassedByWald({ n, onlyCandidateRight: b, onlyChampionRight: c }: PairedCounts, margin: number): boolean {
  const difference = (b - c) / n
  const standardError = Math.sqrt((b + c) / n - difference * difference) / Math.sqrt(n)
  return difference + normalQuantile(ALPHA) * standardError > -margin
}

describe('a candidate that is worse by exactly the margin', () => {
  it.each([50, 200, 1000])("passes Tango's test no more often than alpha on %d rows", (n) => {
    const random = seededRandom(n)
    const passes = frequency(4000, () => tangoNonInferiority(drawAtTheBoundary(n, random), 0.02).pValue < ALPHA)
    expect(passes).toBeLessThanOrEqual(upperLimit(ALPHA, 4000))
    expect(passes).toBeGreaterThan(0.02)
  })

  it.each([50, 200, 1000])('passes half of the time or more when the point estimate decides, on %d rows', (n) => {
    const random = seededRandom(n)
    const passes = frequency(4000, () => isPassedByPoint(drawAtTheBoundary(n, random), 0.02))
    expect(passes).toBeGreaterThan(0.5)
  })

  it("passes a Wald interval three times too often on 50 rows, which is why Tango's is used", () => {
    const random = seededRandom(50)
    const passes = frequency(4000, () => isPassedByWald(drawAtTheBoundary(50, random), 0.02))
    expect(passes).toBeGreaterThan(3 * ALPHA)
  })

  it.each([50, 200, 1000])('passes the paired t test no more often than alpha on %d rows', (n) => {
    const random = seededRandom(n)
    const decide = () => {
      const differences = Float64Array.from({ length: n }, () => -0.1 + normalDraw(random))
      const interval = meanInterval(differences, ALPHA)
      return { byTest: tNonInferiority(interval, 0.1).pValue < ALPHA, byPoint: interval.estimate >= -0.1 }
    }
    const decisions = Array.from({ length: 3000 }, decide)

    expect(decisions.filter(({ byTest }) => byTest).length / 3000).toBeLessThanOrEqual(upperLimit(ALPHA, 3000))
    expect(decisions.filter(({ byPoint }) => byPoint).length / 3000).toBeGreaterThan(0.4)
  })
})

/** The probability that Tango's test passes, summed over all tables of n rows; `loss` is p(only the champion is right). */
function exactPassRate(n: number, { gain, loss, margin }: { gain: number; loss: number; margin: number }): number {
  const ways = (b: number, c: number) =>
    logGamma(n + 1) -
    logGamma(b + 1) -
    logGamma(c + 1) -
    logGamma(n - b - c + 1) +
    b * Math.log(gain) +
    c * Math.log(loss) +
    (n - b - c) * Math.log(1 - gain - loss)
  let total = 0
  for (let b = 0; b <= n; b++) {
    for (let c = 0; c <= n - b; c++) {
      const { pValue } = tangoNonInferiority({ n, onlyCandidateRight: b, onlyChampionRight: c }, margin)
      if (pValue < ALPHA) total += Math.exp(ways(b, c))
    }
  }
  return total
}

describe("Tango's test, without simulation", () => {
  it.each([10, 50])('lets a candidate at the margin pass in hardly more than alpha of all tables of %d rows', (n) => {
    for (const margin of [0, 0.01, 0.02, 0.05, 0.1]) {
      for (let discordance = margin + 0.005; discordance < 0.6; discordance += 0.03) {
        const [gain, loss] = [(discordance - margin) / 2, (discordance + margin) / 2]
        const rate = exactPassRate(n, { gain, loss, margin })
        expect(rate, `margin ${margin}, discordance ${discordance}`).toBeLessThan(n === 10 ? 0.063 : 0.057)
      }
    }
  })

  it('lets it pass as often as the simulation above says', () => {
    expect(exactPassRate(50, { gain: 0.015, loss: 0.035, margin: 0.02 })).toBeCloseTo(0.0329, 4)
  })
})

describe("DeLong's paired interval", () => {
  it('covers the truth about as often as it says from ten positives on', () => {
    const random = seededRandom(17)
    const labels = Array.from({ length: 110 }, (_, row) => (row < 10 ? 1 : 0))
    const covered = frequency(1500, () => {
      const shared = labels.map((label) => 1.3 * label + normalDraw(random))
      const candidate = shared.map((score) => score + normalDraw(random))
      const champion = shared.map((score) => score + normalDraw(random))
      const { lower, upper } = pairedAucInterval({ labels, candidate, champion }, 0.025)
      return lower <= 0 && upper >= 0
    })
    expect(covered).toBeGreaterThan(0.92)
    expect(covered).toBeLessThan(0.98)
  })
})
