import { describe, expect, it } from 'vitest'
import { upperLimit } from '../../stats/support.ts'
import { metrics } from '../../../core/stats/metrics.ts'
import { families, type Family } from './families.ts'
import { alpha, atTheBoundary, type Boundary } from './simulate.ts'
import { said } from './cells/power.ts'
import { blocked } from './cells/slices.ts'

/** Few runs, so that this stays short; `npm run sim:gate` has more, and docs/gate-error-rates.md what it counted. */
const runs = 300

/** Where no more than this is promised: errors so heavy that their squares have no variance. docs/gate-error-rates.md says so. */
const known: Readonly<Record<string, number>> = {
  'mse (t₃ errors)': 0.11,
  'r2 (t₃ errors)': 0.075,
}

const counts = new Map<Family, Boundary>()

function countsOf(family: Family): Boundary {
  // Twenty lists of ten rows are too few for some metrics of lists to pass anything.
  const n = family.query === undefined ? 200 : 1000
  const found = counts.get(family) ?? atTheBoundary(family, { n, runs, seed: 50 })
  counts.set(family, found)
  return found
}

/** The share of the gates of several families. */
function shareOf(some: readonly Family[], count: (counts: Boundary) => number): number {
  return some.reduce((sum, family) => sum + count(countsOf(family)), 0) / (runs * some.length)
}

describe('a candidate that is worse by exactly the margin', () => {
  it.each(families)('passes hardly more often than alpha by $name', (family) => {
    const { pairedPass, pairedFail, singlePass, singleFail, tfma } = countsOf(family)
    const most = upperLimit(known[family.name] ?? alpha, runs)

    expect(pairedPass / runs).toBeLessThanOrEqual(most)
    // A gate that never passes anything keeps every promise.
    expect(pairedPass / runs).toBeGreaterThan(0.005)
    expect(pairedFail / runs).toBeLessThanOrEqual(upperLimit(alpha, runs))
    expect((singlePass + singleFail) / runs).toBeLessThanOrEqual(
      upperLimit(2 * alpha, runs) + (family.name in known ? 0.1 : 0),
    )
    expect(tfma / runs).toBeGreaterThan(0.35)
  })

  it('passes and fails on the average of all metrics as often as it may, and is covered as is stated', () => {
    const some = families.filter(({ name }) => !(name in known))
    const limit = upperLimit(alpha, runs * some.length)

    for (const asked of ['pairedPass', 'pairedFail', 'singlePass', 'singleFail'] as const) {
      const share = shareOf(some, (each) => each[asked])
      expect(share, asked).toBeLessThanOrEqual(limit)
      // What is allowed for a skewness that few rows hardly show keeps some candidates from failing.
      expect(share, asked).toBeGreaterThan(0.025)
    }
    for (const asked of ['paired', 'single'] as const) {
      const covered = shareOf(some, (each) => each[`${asked}Covered`]) / shareOf(some, (each) => each[`${asked}Shown`])
      expect(covered, asked).toBeGreaterThan(1 - upperLimit(2 * alpha, runs * some.length))
    }
    expect(shareOf(some, ({ tfma }) => tfma)).toBeGreaterThan(0.4)
  })

  it('is compared by every metric that can decide', () => {
    const decided = Object.values(metrics).filter((metric) => metric.isOnlyShown !== true)

    expect(new Set(families.map(({ criterion }) => criterion.metric))).toEqual(new Set(decided.map(({ name }) => name)))
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
