import { expect, test } from 'vitest'
import { type RunState, stateAt } from '../../core/records/run.ts'

const deadline = '2026-01-01T05:00:00.000Z'
const [before, after] = [Date.parse('2026-01-01T04:59:59.000Z'), Date.parse('2026-01-01T05:00:01.000Z')]

test.each<[RunState, number, RunState]>([
  ['running', before, 'running'],
  ['running', Date.parse(deadline), 'running'],
  ['running', after, 'lost'],
  ['queued', after, 'lost'],
  ['succeeded', after, 'succeeded'],
  ['failed', after, 'failed'],
  ['cancelled', after, 'cancelled'],
])('a run that is %s is, at %d, %s', (state, at, seen) => {
  expect(stateAt({ state, deadline }, at)).toBe(seen)
})
