import { expect, test } from 'vitest'
import { requestOf } from '../../core/main/request.ts'

const texts = new Map([
  ['model', 'flights'],
  ['depth', '3'],
])

test('in CI the same step asked the same thing is the same request', () => {
  const context = { identity: 'github/o/r/1/train/step', attempt: 1 }
  const reversed = new Map([...texts].reverse())

  expect(requestOf(context, 'train', texts)).toEqual(requestOf(context, 'train', reversed))
  expect(requestOf(context, 'train', texts).previous).toBeUndefined()
})

test('another job of a matrix, another step or another attempt is another request', () => {
  const context = { identity: 'github/o/r/1/train/step', attempt: 1 }
  const first = requestOf(context, 'train', texts).id

  expect(requestOf(context, 'train', new Map([['model', 'flights']])).id).not.toBe(first)
  expect(requestOf(context, 'register', texts).id).not.toBe(first)
  expect(requestOf({ ...context, attempt: 2 }, 'train', texts).id).not.toBe(first)
})

test('a second attempt knows the request of the first', () => {
  const context = { identity: 'github/o/r/1/train/step', attempt: 1 }

  expect(requestOf({ ...context, attempt: 2 }, 'train', texts).previous).toBe(requestOf(context, 'train', texts).id)
})

test('on a laptop every execution is a request of its own', () => {
  const context = { attempt: 1 }

  expect(requestOf(context, 'train', texts).id).not.toBe(requestOf(context, 'train', texts).id)
})
