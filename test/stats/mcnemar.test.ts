import { describe, expect, it } from 'vitest'
import { mcNemar } from '../../core/stats/mcnemar.ts'
import oracle from './oracle.json' with { type: 'json' }
import { expectRelative } from './support.ts'

describe("McNemar's test", () => {
  it('has the p-values of the oracle, up to a million discordant rows', () => {
    for (const { b, c, exact, midP } of oracle.mcNemar) {
      const result = mcNemar({ onlyCandidateRight: b, onlyChampionRight: c })
      expectRelative(result.exact, exact, 1e-9)
      expectRelative(result.midP, midP, 1e-9)
    }
  })

  it('agrees with the published example (Cavo 2012, in Fagerland, Lydersen, Laake 2017)', () => {
    const { exact, midP } = mcNemar({ onlyCandidateRight: 6, onlyChampionRight: 16 })

    expect(exact).toBeCloseTo(0.052479, 6)
    expect(midP).toBeCloseTo(0.03469, 6)
  })

  it('does not care which model is which', () => {
    const there = mcNemar({ onlyCandidateRight: 3, onlyChampionRight: 60 })
    expect(mcNemar({ onlyCandidateRight: 60, onlyChampionRight: 3 })).toEqual(there)
  })

  it('is 1 without discordant rows, and refuses what is no count', () => {
    expect(mcNemar({ onlyCandidateRight: 0, onlyChampionRight: 0 })).toEqual({ exact: 1, midP: 1 })
    expect(() => mcNemar({ onlyCandidateRight: 1.5, onlyChampionRight: 0 })).toThrow(RangeError)
    expect(() => mcNemar({ onlyCandidateRight: -1, onlyChampionRight: 0 })).toThrow(RangeError)
  })
})
