import { expect, test } from 'vitest'
import { retryAfterMs } from '../../../core/engines/http/retry.ts'

const now = Date.parse('2026-03-01T12:00:00Z')

test.each([
  ['0', 0],
  [' 120 ', 120_000],
  ['Sun, 01 Mar 2026 12:00:30 GMT', 30_000],
  ['Sun, 01 Mar 2026 11:00:00 GMT', 0],
  ['soon', undefined],
  [null, undefined],
])('Retry-After: %s asks for %s ms', (value, ms) => {
  expect(retryAfterMs(value, now)).toBe(ms)
})
