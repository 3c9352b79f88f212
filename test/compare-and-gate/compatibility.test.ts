import { expect, test } from 'vitest'
import { incompatibilities } from '../../core/compare-and-gate/compatibility.ts'
import type { Signature, TensorSignature } from '../../core/records/model.ts'

const delay: TensorSignature = { name: 'dep_delay', type: 'float32', shape: [-1, 1] }
const carrier: TensorSignature = { name: 'carrier', type: 'string', shape: [-1, 1] }
const label: TensorSignature = { name: 'label', type: 'int64', shape: [-1] }
const champion: Signature = { inputs: [delay, carrier], outputs: [label] }

test('the same signature, more outputs and another order are compatible', () => {
  const more: TensorSignature = { ...label, name: 'probabilities' }

  expect(incompatibilities(champion, champion)).toEqual([])
  expect(incompatibilities({ inputs: [carrier, delay], outputs: [more, label] }, champion)).toEqual([])
  expect(incompatibilities(champion, undefined)).toEqual([])
})

test.each<[string, Signature, string]>([
  [
    'an input more',
    { ...champion, inputs: [...champion.inputs, { ...delay, name: 'hour' }] },
    'takes an input that the champion does not: hour',
  ],
  ['an input less', { ...champion, inputs: [delay] }, 'does not take the champion’s input carrier'],
  ['an output less', { ...champion, outputs: [] }, 'does not give the champion’s output label'],
  [
    'another type',
    { ...champion, inputs: [delay, { ...carrier, type: 'int64' }] },
    'carrier: string[?, 1] has become carrier: int64[?, 1]',
  ],
  [
    'another shape',
    { ...champion, inputs: [{ ...delay, shape: [-1, 2] }, carrier] },
    'has become dep_delay: float32[?, 2]',
  ],
])('%s breaks what callers rely on', (_, candidate, words) => {
  const breaks = incompatibilities(candidate, champion)

  expect(breaks).toHaveLength(1)
  expect(breaks[0]).toContain(words)
})
