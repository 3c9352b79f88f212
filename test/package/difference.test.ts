import { expect, test } from 'vitest'
import type { Tensor } from '../../core/engines/onnx/engine.ts'
import { differenceOf } from '../../core/package/difference.ts'

const floats = (...values: readonly number[]): Tensor => ({
  type: 'float32',
  shape: [values.length],
  data: Float32Array.from(values),
})
const texts = (...values: readonly string[]): Tensor => ({ type: 'string', shape: [values.length], data: [...values] })

test.each([
  ['equal numbers', floats(0.5, -1), floats(0.5, -1), 0],
  ['the last digits of a float32', floats(1000), floats(1000.05), 0.05],
  ['what is missing or endless on both sides', floats(Number.NaN, Infinity), floats(Number.NaN, Infinity), 0],
  ['minus zero', floats(-0), floats(0), 0],
  ['equal texts', texts('a', 'b'), texts('a', 'b'), 0],
])('%s are alike', (_, own, answered, most) => {
  const difference = differenceOf(new Map([['y', own]]), new Map([['y', answered]]))

  expect(difference).toEqual({ kind: 'alike', most: expect.closeTo(most, 4) as number })
})

test.each([
  ['another number', floats(0.5, 0.25), floats(0.5, 0.26), /^the output y is 0\.2599\d* at place 2, expected 0\.25$/],
  ['a small number for a large one', floats(1e6), floats(1), /expected 1000000$/],
  ['a missing number', floats(1), floats(Number.NaN), /is NaN at place 1, expected 1$/],
  ['a number for a missing one', floats(Number.NaN), floats(1), /is 1 at place 1, expected NaN$/],
  ['an endless number', floats(Infinity), floats(1), /is 1 at place 1, expected Infinity$/],
  ['another text', texts('a'), texts('b'), /is b at place 1, expected a$/],
  ['fewer rows', floats(1, 2), floats(1), /is float32\[1\], expected float32\[2\]$/],
  ['another type', floats(1), texts('1'), /is string\[1\], expected float32\[1\]$/],
])('%s is not', (_, own, answered, sentence) => {
  const difference = differenceOf(new Map([['y', own]]), new Map([['y', answered]]))

  expect(difference).toEqual({ kind: 'unlike', sentence: expect.stringMatching(sentence) as string })
})

test('an output that is not answered is a difference; one that nobody expects is none', () => {
  expect(differenceOf(new Map([['y', floats(1)]]), new Map())).toMatchObject({ sentence: 'the output y is missing' })
  expect(differenceOf(new Map(), new Map([['z', floats(1)]]))).toEqual({ kind: 'alike', most: 0 })
})
