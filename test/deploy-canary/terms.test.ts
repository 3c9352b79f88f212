import { expect, test } from 'vitest'
import { criteriaShape } from '../../core/compare-and-gate/criteria.ts'
import { criteriaFileShape } from '../../core/deploy-canary/criteria-file.ts'
import { termsOf } from '../../core/deploy-canary/terms.ts'
import { defaultErrorPolicy } from '../../core/stats/canary/policy.ts'

const parts = { plan: ['5%:2m', '50%:3m'], minBakeMs: 300_000, deadlineMs: 3_600_000, criteria: undefined }
const spell = (name: string) => `--${name}`

test('without criteria the policy is the one whose error rates were simulated', () => {
  expect(termsOf(parts, spell).policy).toEqual(defaultErrorPolicy)
})

test('criteria say margins, times and dispersion, and the probabilities are shared out among the rules', () => {
  const criteria = {
    alpha: { rollback: 0.02, promote: 0.1 },
    warmUp: '30s',
    window: '10s',
    errors: { tolerance: 1.2, fast: 4, margin: 2, absolute: 0.01, dispersion: 'poisson' },
  } as const

  expect(termsOf({ ...parts, criteria }, spell).policy).toEqual({
    fast: { ratio: 4, alpha: 0.002 },
    anytime: { tolerance: 1.2, alpha: 0.008 },
    promote: { ratio: 2, alpha: 0.05, absolute: 0.01 },
    deadline: { afterMs: 3_600_000, extendMs: 0, rollbackAlpha: 0.01, promoteAlpha: 0.05 },
    minBakeMs: 300_000,
    warmUpMs: 30_000,
    windowMs: 10_000,
    dispersion: 'poisson',
    sampleRatioAlpha: 0.001,
  })
})

test.each([
  [{ plan: ['5%'] }, /--plan.*is not a share with a time/s],
  [{ deadlineMs: 299_999 }, /--deadline.*which takes 5m/s],
  [{ minBakeMs: 3_600_001 }, /--deadline.*which takes 1h1ms/s],
  [{ criteria: { errors: { tolerance: 3, margin: 1.5 } } }, /--criteria.*contradicts itself/s],
])('%j is refused', (part, words) => {
  let faults = ''
  try {
    termsOf({ ...parts, ...part }, spell)
  } catch (error) {
    faults = JSON.stringify(error)
  }
  expect(faults).toMatch(words)
})

test('one criteria file serves the gate and the canary', () => {
  const file = {
    version: 1,
    data: { file: 'later.csv', id: 'id', label: 'label' },
    criteria: [{ metric: 'accuracy', absolute: { min: 0.5 } }],
    canary: { window: '30s', errors: { margin: 2 } },
  }

  expect(criteriaShape.safeParse(file).success).toBe(true)
  expect(criteriaFileShape.parse(file).canary).toEqual({ window: '30s', errors: { margin: 2 } })
  expect(criteriaFileShape.safeParse({ ...file, canary: { window: '30' } }).success).toBe(false)
  expect(criteriaFileShape.safeParse({ ...file, canary: { errors: { margins: 2 } } }).success).toBe(false)
})
