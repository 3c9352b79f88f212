import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { absoluteMarginEvidence, logAbsoluteMargin, tilts } from '../../../core/stats/canary/absolute-margin.ts'
import { type Arms, logMeanExp, type Mixture } from '../../../core/stats/canary/mixture.ts'
import { harmEvidence, logRateRatio, safetyEvidence } from '../../../core/stats/canary/rate-ratio.ts'
import { logGamma } from '../../../core/stats/gamma.ts'
import oracle from './oracle.json' with { type: 'json' }
import { armsOf } from './support.ts'

const ratios = [1.15, 1.5, 2, 4, 16]

function logE(mixture: Mixture, batches: readonly Arms[], dispersion: number): number {
  for (const arms of batches) mixture.add(arms)
  return mixture.logE(dispersion)
}

/** The probabilities of 0 to n errors. */
function binomial(n: number, p: number): readonly number[] {
  const ways = (k: number): number => logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1)
  return Array.from({ length: n + 1 }, (_, k) => Math.exp(ways(k)) * p ** k * (1 - p) ** (n - k))
}

interface Truth {
  readonly canary: readonly [requests: number, rate: number]
  readonly stable: readonly [requests: number, rate: number]
}

/** The mean of a likelihood ratio over all outcomes of a batch. */
function exactMean({ canary, stable }: Truth, logRatio: (arms: Arms) => number): number {
  const [mine, theirs] = [binomial(...canary), binomial(...stable)]
  let mean = 0
  for (const [x, p] of mine.entries()) {
    for (const [y, q] of theirs.entries()) mean += p * q * Math.exp(logRatio(armsOf([canary[0], x, stable[0], y])))
  }
  return mean
}

describe('the e-processes', () => {
  it('have the logarithms of the oracle, tempered or not', () => {
    for (const { name, batches, dispersion, harm, safety, absolute } of oracle.evidence) {
      const rows = batches.map(armsOf)
      const agree = (value: number, expected: number): void =>
        expect(Math.abs(value - expected), name).toBeLessThan(1e-12 * Math.max(1, Math.abs(expected)))
      for (const { ratio, logE: expected } of harm) agree(logE(harmEvidence(ratio), rows, dispersion), expected)
      for (const { ratio, logE: expected } of safety) agree(logE(safetyEvidence(ratio), rows, dispersion), expected)
      for (const { margin, logE: expected } of absolute) {
        agree(logE(absoluteMarginEvidence(margin), rows, dispersion), expected)
      }
    }
  })

  it('start at 1, and a batch without one of the sides changes nothing', () => {
    for (const mixture of [harmEvidence(1), safetyEvidence(1.5), absoluteMarginEvidence(0.01)]) {
      mixture.add(armsOf([0, 0, 100, 3]))
      mixture.add(armsOf([100, 3, 0, 0]))
      expect(mixture.logE()).toBeCloseTo(0, 14)
    }
  })

  it('average without overflow', () => {
    expect(logMeanExp(Float64Array.of(5000, 5000))).toBe(5000)
    expect(logMeanExp(Float64Array.of(-5000, -5000 + Math.log(3)))).toBeCloseTo(-5000 + Math.log(2), 12)
  })

  it('refuse boundaries that mean nothing', () => {
    for (const ratio of [0, -1, Infinity, Number.NaN]) expect(() => harmEvidence(ratio)).toThrow(RangeError)
    for (const margin of [0, 1, Number.NaN]) expect(() => absoluteMarginEvidence(margin)).toThrow(RangeError)
  })
})

describe('the mean of one batch, over all its outcomes', () => {
  it('is at most 1 where the canary fails no more often than the boundary says, for every alternative', () => {
    for (const boundary of [1, 1.5, 3]) {
      for (const stableRate of [0.001, 0.02, 0.1, 0.3]) {
        for (const part of [0, 0.3, 1]) {
          for (const [n, m] of [
            [1, 1],
            [7, 30],
            [25, 12],
          ] as const) {
            const truth: Truth = { canary: [n, part * boundary * stableRate], stable: [m, stableRate] }
            for (const ratio of ratios) {
              const mean = exactMean(truth, (arms) => logRateRatio(arms, boundary, boundary * ratio))
              expect(mean).toBeLessThanOrEqual(1 + 1e-12)
            }
          }
        }
      }
    }
  })

  it('is at most 1 where the canary fails at least as often as the boundary says', () => {
    for (const boundary of [1, 1.5]) {
      for (const stableRate of [0.001, 0.02, 0.1, 0.3]) {
        for (const times of [1, 1.4, 2]) {
          const truth: Truth = { canary: [12, times * boundary * stableRate], stable: [20, stableRate] }
          for (const ratio of ratios) {
            const mean = exactMean(truth, (arms) => logRateRatio(arms, boundary, boundary / ratio))
            expect(mean).toBeLessThanOrEqual(1 + 1e-12)
          }
        }
      }
    }
  })

  it('is at most 1 where the canary is worse by the absolute margin or more', () => {
    for (const margin of [0.001, 0.02, 0.2]) {
      for (const stableRate of [0, 0.001, 0.05, 0.4]) {
        for (const more of [0, 0.05]) {
          const truth: Truth = { canary: [15, stableRate + margin + more], stable: [22, stableRate] }
          for (const tilt of tilts) {
            expect(exactMean(truth, (arms) => logAbsoluteMargin(arms, margin, tilt))).toBeLessThanOrEqual(1 + 1e-12)
          }
        }
      }
    }
  })

  it('comes close to 1 on the boundary when errors are rare, so that no evidence is thrown away', () => {
    const truth: Truth = { canary: [40, 0.0015], stable: [60, 0.001] }
    expect(exactMean(truth, (arms) => logRateRatio(arms, 1.5, 3))).toBeGreaterThan(0.999)
    const nearby: Truth = { canary: [40, 0.003], stable: [60, 0.001] }
    expect(exactMean(nearby, (arms) => logAbsoluteMargin(arms, 0.002, 0.7))).toBeGreaterThan(0.999)
  })

  it('is above 1 on the other side, or the test could not fail', () => {
    const truth: Truth = { canary: [40, 0.06], stable: [60, 0.01] }
    expect(exactMean(truth, (arms) => logRateRatio(arms, 1, 6))).toBeGreaterThan(1.5)
  })
})

describe('properties of the evidence', () => {
  const arm = fc
    .record({ requests: fc.integer({ min: 1, max: 5000 }), part: fc.double({ min: 0, max: 0.2, noNaN: true }) })
    .map(({ requests, part }) => ({ requests, errors: Math.floor(requests * part) }))
  const batches = fc.array(fc.record({ canary: arm, stable: arm }), { minLength: 1, maxLength: 20 })

  it('does not depend on the order of the batches', () => {
    fc.assert(
      fc.property(batches, (rows) => {
        expect(logE(harmEvidence(1), rows, 1)).toBeCloseTo(logE(harmEvidence(1), [...rows].reverse(), 1), 8)
      }),
    )
  })

  it('grows for harm and falls for safety with every further error of the canary', () => {
    fc.assert(
      fc.property(batches, (rows) => {
        const worse = rows.map(({ canary, stable }, index) =>
          index === 0 && canary.errors < canary.requests
            ? { canary: { ...canary, errors: canary.errors + 1 }, stable }
            : { canary, stable },
        )
        expect(logE(harmEvidence(1), worse, 1)).toBeGreaterThanOrEqual(logE(harmEvidence(1), rows, 1))
        expect(logE(safetyEvidence(1.5), worse, 1)).toBeLessThanOrEqual(logE(safetyEvidence(1.5), rows, 1))
      }),
    )
  })

  it('never falls below the logarithm of what the best alternative gives, less ln 10', () => {
    fc.assert(
      fc.property(batches, (rows) => {
        const best = Math.max(
          ...Array.from({ length: 10 }, (_, index) => {
            const alternative = Math.exp(Math.log(1.15) + (index * (Math.log(16) - Math.log(1.15))) / 9)
            return rows.reduce((sum, arms) => sum + logRateRatio(arms, 1, alternative), 0)
          }),
        )
        const mixed = logE(harmEvidence(1), rows, 1)
        expect(mixed).toBeGreaterThanOrEqual(best - Math.log(10) - 1e-9)
        expect(mixed).toBeLessThanOrEqual(best + 1e-9)
      }),
    )
  })
})
