import { describe, expect, test } from 'vitest'
import type { Criteria } from '../../../core/compare-and-gate/criteria.ts'
import { decide } from '../../../core/compare-and-gate/decide.ts'
import { reuseOf } from '../../../core/compare-and-gate/reuse/spend.ts'
import type { Judgement } from '../../../core/records/evidence.ts'
import { seededRandom } from '../../../core/stats/random.ts'
import { criteria, twenty, use } from './uses.ts'

describe('twenty candidates that are worse by exactly the margin, judged on one set of data', () => {
  const n = 500
  const labels = new Float64Array(n)

  /** How often at least one of them passes. */
  function familyWise(asked: Criteria, repeats: number): number {
    const random = seededRandom(11)
    let passed = 0
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      const champion = labels.map(() => (random() < 0.9 ? 0 : 1))
      const draw = () => champion.map((right) => (right === 0 ? (random() < 0.06 ? 1 : 0) : random() < 0.34 ? 0 : 1))
      const before: Judgement[] = []
      let isPassed = false
      for (let place = 0; place < 20; place += 1) {
        const reuse = reuseOf(asked, before, use(`c${place}`))
        before.push(use(`c${place}`, reuse.spending && reuse.alpha))
        const verdict = decide(asked, {
          labels,
          candidate: { classes: draw() },
          champion: { classes: champion },
          reuse,
        })
        isPassed ||= verdict.kind === 'pass'
      }
      if (isPassed) passed += 1
    }
    return passed / repeats
  }

  // The figures of docs/gate.md come from TRAINYARD_SIMULATIONS=4000.
  const repeats = Number(process.env['TRAINYARD_SIMULATIONS'] ?? 120)
  const limit = 0.05 + 3 * Math.sqrt((0.05 * 0.95) / repeats)

  test('let one pass in more than four of ten families when alpha is not spent, and in at most 5 % when it is', () => {
    const rates = [undefined, twenty, { spend: 'unlimited' }].map((rule) => familyWise(criteria(rule), repeats))
    console.info(`${repeats} families: without ${rates[0]}, bonferroni ${rates[1]}, unlimited ${rates[2]}`)

    expect(rates[0]).toBeGreaterThan(0.4)
    expect(rates[1]).toBeLessThan(limit)
    expect(rates[2]).toBeLessThan(limit)
  })
})
