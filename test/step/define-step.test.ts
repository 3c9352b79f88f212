import { expect, test } from 'vitest'
import { defineStep } from '../../core/step/define-step.ts'
import { name, text } from '../../core/step/input.ts'

const base = {
  id: 'example',
  title: 'Show it',
  doc: 'An example.',
  branding: { icon: 'check', color: 'green' },
  permissions: {},
  workspace: 'read',
  outputs: {},
} as const

test('a step has the inputs that all steps share', () => {
  expect(Object.keys(defineStep({ ...base, inputs: { model: name({ doc: 'The model.' }) } }).inputs)).toEqual([
    'model',
    'workspace',
    'projectFile',
    'token',
    'dryRun',
  ])
})

test.each([
  ['an input of all steps', { workspace: text({ doc: 'x' }) }, 'declared for all steps'],
  ['a name that is not camelCase', { 'on-fail': text({ doc: 'x' }) }, 'not in camelCase'],
  [
    'required together with a default',
    { a: text({ doc: 'x', required: true, default: 'b' }) },
    'required and has a default',
  ],
  [
    'an earlier name that is in use',
    { a: text({ doc: 'x', was: ['b'] }), b: text({ doc: 'x' }) },
    'which is declared too',
  ],
])('%s is refused', (_, inputs, message) => {
  expect(() => defineStep({ ...base, inputs })).toThrow(message)
})
