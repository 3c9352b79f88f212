import { expect, test } from 'vitest'
import { brokenRules } from '../../core/step/rules.ts'

const spell = (name: string) => `--${name}`
const given = (texts: Record<string, string>) => new Map(Object.entries(texts))

test('a required input is missed only where its condition holds', () => {
  const rules = [{ require: 'reason', when: { force: 'true' } }]

  expect(brokenRules(rules, given({ force: 'false' }), spell)).toEqual([])
  expect(brokenRules(rules, given({ force: 'true', reason: 'x' }), spell)).toEqual([])
  expect(brokenRules(rules, given({ force: 'true' }), spell)).toEqual([
    { names: ['reason'], problem: 'is missing, which is needed when --force is true' },
  ])
})

test('exactly one of several is asked for', () => {
  const rules = [{ exactlyOne: ['run', 'files'] as const }]

  expect(brokenRules(rules, given({ run: 'x' }), spell)).toEqual([])
  expect(brokenRules(rules, given({}), spell)).toEqual([
    { names: ['run', 'files'], problem: 'are all missing: give one of them' },
  ])
  expect(brokenRules(rules, given({ run: 'x', files: 'y' }), spell)).toEqual([
    { names: ['run', 'files'], problem: 'exclude each other: give one' },
  ])
})
