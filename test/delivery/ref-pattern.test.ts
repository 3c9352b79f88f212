import { expect, test } from 'vitest'
import { matchesRef, shortRef, wholeRef } from '../../core/delivery/ref-pattern.ts'

test.each([
  ['main', 'refs/heads/main'],
  ['main', 'main'],
  ['release/*', 'refs/heads/release/2026.11'],
  ['release/**', 'refs/heads/release/a/b'],
  ['**', 'refs/heads/anything/at/all'],
  ['refs/tags/v*', 'refs/tags/v1.2'],
  ['a+(b)|c', 'refs/heads/a+(b)|c'],
])('the pattern %s means %s', (pattern, ref) => {
  expect(matchesRef(pattern, ref)).toBe(true)
})

test.each([
  ['main', 'refs/heads/main2'],
  ['main', 'refs/heads/not-main'],
  ['main', 'refs/heads/Main'],
  ['main', 'refs/tags/main'],
  ['main', 'refs/pull/7/merge'],
  ['**', 'refs/pull/7/merge'],
  ['release/*', 'refs/heads/release/a/b'],
  ['release/*', 'refs/heads/release'],
  ['v1.2', 'refs/heads/v1x2'],
  ['a+', 'refs/heads/aaa'],
  ['main', 'refs/heads/main\nrefs/heads/other'],
])('the pattern %s does not mean %j', (pattern, ref) => {
  expect(matchesRef(pattern, ref)).toBe(false)
})

test('a branch becomes a ref and a ref a branch', () => {
  expect(wholeRef('main')).toBe('refs/heads/main')
  expect(wholeRef('refs/tags/v1')).toBe('refs/tags/v1')
  expect(shortRef('refs/heads/release/1')).toBe('release/1')
  expect(shortRef('refs/tags/v1')).toBe('refs/tags/v1')
})
