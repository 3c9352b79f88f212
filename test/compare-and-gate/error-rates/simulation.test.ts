import { describe, expect, it } from 'vitest'
import { upperLimit } from '../../stats/support.ts'
import { families } from './families.ts'
import { alpha, atTheBoundary } from './simulate.ts'
import { said } from './cells/power.ts'
import { blocked } from './cells/slices.ts'

/** Few runs, so that this stays short; `npm run sim:gate` has more, and docs/gate-error-rates.md what it printed. */
const runs = 300

/**
 * Where no more than this is promised: errors so heavy that their squares have no variance, few rows of a class under an area,
 * and what average precision is known for. docs/gate.md says so.
 */
const known: Readonly<Record<string, number>> = {
  'mse (t₃ errors)': 0.11,
  'rmse (t₃ errors)': 0.08,
  'r2 (t₃ errors)': 0.12,
  'auc (10 % positive)': 0.1,
  'prAuc (10 % positive)': 0.08,
  prAuc: 0.07,
  'prAuc (ties)': 0.08,
}

describe('a candidate that is worse by exactly the margin', () => {
  it.each(families)('passes hardly more often than alpha by $name', (family) => {
    // Twenty lists of ten rows are too few for some metrics of lists to pass anything.
    const n = family.query === undefined ? 200 : 1000
    const { pairedPass, pairedFail, tfma } = atTheBoundary(family, { n, runs, seed: 50 })

    expect(pairedPass / runs).toBeLessThanOrEqual(upperLimit(known[family.name] ?? alpha, runs))
    // A gate that never passes anything keeps every promise.
    expect(pairedPass / runs).toBeGreaterThan(0.005)
    expect(pairedFail / runs).toBeLessThanOrEqual(upperLimit(alpha, runs))
    expect(tfma / runs).toBeGreaterThan(0.35)
  })
})

describe('a candidate that is one point worse, on 500 rows', () => {
  it.each([0, 0.005])(
    'passes in at most 5 % with a margin of %d, and four times as often by a point rule',
    (margin) => {
      const { pass, tfma } = said({ difference: -0.01, n: 500, margin }, { runs: 1000, seed: 51 })

      expect(pass / 1000).toBeLessThanOrEqual(alpha)
      expect(tfma / 1000).toBeGreaterThan(4 * alpha)
    },
  )
})

describe('a candidate that is as good on each of twenty slices of 100 rows', () => {
  it('is blocked in at most 5 %, and nearly always by a point rule', () => {
    const rates = blocked({ slices: 20, rows: 100, noHarm: 0, harm: 0 }, { runs, seed: 52 })

    expect(rates.ours / runs).toBeLessThanOrEqual(upperLimit(alpha, runs))
    expect(rates.unadjusted / runs).toBeGreaterThan(0.4)
    expect(rates.tfma / runs).toBeGreaterThan(0.9)
  })

  it('is blocked where it is ten points worse on one slice of 300', () => {
    const rates = blocked({ slices: 20, rows: 300, noHarm: 0, harm: 0.1 }, { runs: 100, seed: 53 })

    expect(rates.ours / 100).toBeGreaterThan(0.8)
  })
})
