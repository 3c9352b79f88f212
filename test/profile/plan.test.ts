import { expect, test } from 'vitest'
import { InputError } from '../../core/errors/errors.ts'
import { planOf } from '../../core/profile/plan.ts'

const names = { rates: 'rates', duration: 'duration' }

test('rates are measured in ascending order', () => {
  expect(planOf(['100', '20', '0.5'], 10_000, names)).toEqual({ rates: [0.5, 20, 100], durationMs: 10_000 })
})

test('everything that is wrong is said at once', () => {
  const faults = faultsOf(['20', 'fast', '0', '-1', '20', '30000'], 500)

  expect(faults).toEqual([
    'rates fast is not a rate from above 0 to 20000',
    'rates 0 is not a rate from above 0 to 20000',
    'rates -1 is not a rate from above 0 to 20000',
    'rates 20 stands twice',
    'rates 30000 is not a rate from above 0 to 20000',
    'duration  is 0.5 s, not from 1 to 600 s',
  ])
})

test.each([
  ['no rate', [], 10_000, 'rates  names no rate'],
  ['too many', Array.from({ length: 21 }, (_, at) => String(at + 1)), 1000, 'rates  names 21 rates, more than 20'],
  ['too long in all', ['1', '2', '3', '4'], 600_000, 'duration  would take 40 minutes for 4 rates'],
])('%s is refused', (_, rates, durationMs, fault) => {
  expect(faultsOf(rates, durationMs)).toEqual([fault])
})

function faultsOf(rates: readonly string[], durationMs: number): readonly string[] {
  try {
    planOf(rates, durationMs, names)
    return []
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return error.faults.map(({ subject, value = '', problem }) => `${subject} ${value} ${problem}`)
  }
}
