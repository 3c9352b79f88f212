import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parsePlan, planMs, planText } from '../../core/deploy-canary/plan.ts'

test('reads shares with their times', () => {
  expect(parsePlan(['5%:2m', '25 % : 5m', '50%:1h30m'])).toEqual({
    ok: true,
    value: [
      { share: 5, forMs: 120_000 },
      { share: 25, forMs: 300_000 },
      { share: 50, forMs: 5_400_000 },
    ],
  })
})

test.each([
  [[], 'has no step'],
  [['5%'], 'is not a share with a time'],
  [['5:2m'], 'is not a share with a time'],
  [['5%:2'], 'is not a share with a time'],
  [['5%:0s'], 'is not a share with a time'],
  [['-5%:2m'], 'is not a share with a time'],
  [['0%:2m'], 'has the share 0 %'],
  [['100%:2m'], 'which only promote gives'],
  [['5%:2m', '5%:3m'], 'shares have to grow'],
  [['25%:2m', '5%:3m'], 'goes from 25 % to 5 %'],
])('%j %s', (items, problem) => {
  const parsed = parsePlan(items)

  expect(parsed.ok).toBe(false)
  expect(JSON.stringify(parsed)).toContain(problem)
})

test('a plan that was written is read as the same plan', () => {
  const step = fc.record({ share: fc.integer({ min: 1, max: 99_999 }), forMs: fc.integer({ min: 1, max: 1e9 }) })
  const plans = fc.uniqueArray(step, { minLength: 1, maxLength: 6, selector: ({ share }) => share })
  fc.assert(
    fc.property(plans, (steps) => {
      const plan = [...steps].sort((a, b) => a.share - b.share).map((one) => ({ ...one, share: one.share / 1000 }))

      expect(parsePlan(planText(plan).split(', '))).toEqual({ ok: true, value: plan })
    }),
  )
})

test('takes as long as its steps together', () => {
  expect(
    planMs([
      { share: 1, forMs: 5 },
      { share: 2, forMs: 7 },
    ]),
  ).toBe(12)
})
