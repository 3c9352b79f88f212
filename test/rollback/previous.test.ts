import { expect, test } from 'vitest'
import type { AliasMove } from '../../core/records/model.ts'
import { previousOf } from '../../core/rollback/previous.ts'

function history(...versions: readonly number[]): readonly AliasMove[] {
  return versions.map((to, at) => {
    const from = versions[at - 1]
    const move = {
      alias: 'champion',
      to,
      at: '2026-01-01T00:00:00.000Z',
      by: { name: 'ada', host: 'memory' },
      why: 'x',
    } as const
    return from === undefined ? move : { ...move, from }
  })
}

test.each([
  ['the champion before', [1, 2], 1],
  ['none before the first', [1], undefined],
  ['further back after a rollback, and not to what was taken back', [1, 2, 3, 2], 1],
  ['none after a rollback to the first', [1, 2, 1], undefined],
  ['what was there before a version first was, whatever came since', [1, 2, 3, 1, 3], 2],
])('%s: %j', (_, versions, previous) => {
  expect(previousOf(history(...versions), 'champion', versions.at(-1) ?? 0)).toBe(previous)
})

test('another alias does not count', () => {
  const moves: readonly AliasMove[] = [{ ...(history(1, 2)[1] as AliasMove), alias: 'staging' }, ...history(1, 2)]

  expect(previousOf(moves, 'champion', 2)).toBe(1)
  expect(previousOf(moves, 'other', 2)).toBeUndefined()
})
