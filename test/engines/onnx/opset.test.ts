import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { opsetOf } from '../../../core/engines/onnx/opset.ts'
import { fieldsOf } from '../../../core/engines/onnx/wire.ts'
import { root } from '../../../scripts/lib/sources.mjs'

const fixture = (name: string) => readFile(join(root, 'test/fixtures/onnx', `${name}.onnx`))

test.each([
  ['flights', 17],
  ['foreign-operator', 17],
  ['zipmap', 17],
])('%s asks for version %i of ONNX’s own operators', async (name, version) => {
  expect(opsetOf(await fixture(name))).toBe(version)
})

test('bytes that are no model, or are cut off, ask for nothing', async () => {
  const whole = await fixture('flights')

  expect(opsetOf(new TextEncoder().encode('no model'))).toBeUndefined()
  expect(opsetOf(new Uint8Array())).toBeUndefined()
  for (let size = 1; size < whole.length; size += 97)
    expect([undefined, opsetOf(whole)]).toContain(opsetOf(whole.subarray(0, size)))
})

test('fields are read in their order, with where they stand', () => {
  // 1: 300, 2: 'ab', 3: fixed32, 4: fixed64
  const message = Uint8Array.of(0x08, 0xac, 0x02, 0x12, 2, 97, 98, 0x1d, 1, 0, 0, 0, 0x21, 1, 0, 0, 0, 0, 0, 0, 0)

  expect([...fieldsOf(message)].map(({ number, value, start, end }) => [number, Number(value), start, end])).toEqual([
    [1, 300, 0, 3],
    [2, 0, 3, 7],
    [3, 0, 7, 12],
    [4, 0, 12, 21],
  ])
  expect([...fieldsOf(message)][1]?.bytes).toEqual(Uint8Array.of(97, 98))
  expect(() => [...fieldsOf(message.subarray(0, 6))]).toThrow(RangeError)
  expect(() => [...fieldsOf(Uint8Array.of(0x0b))]).toThrow(/wire type 3/)
})
