import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { featureNamesOf } from '../../../core/engines/onnx/feature-names.ts'
import { root } from '../../../scripts/lib/sources.mjs'
import { withMetadata } from './metadata.ts'

const fixture = (name: string) => readFile(join(root, 'test/fixtures/onnx', `${name}.onnx`))

test('the columns that onnx itself wrote into a file are read, commas and all', async () => {
  expect(featureNamesOf(await fixture('named'))).toEqual(['fill', 'heat, °C'])
})

test('a file that names none, is cut off, or is no model has none', async () => {
  const whole = await fixture('named')

  expect(featureNamesOf(await fixture('flights'))).toBeUndefined()
  expect(featureNamesOf(new TextEncoder().encode('no model'))).toBeUndefined()
  for (let size = 0; size < whole.length; size += 7)
    expect([undefined, featureNamesOf(whole)]).toContainEqual(featureNamesOf(whole.subarray(0, size)))
})

test.each([
  ['fill, heat', ['fill', 'heat']],
  [' ["a"] ', ['a']],
  ['', undefined],
  ['a,,b', undefined],
  ['a,a', undefined],
  ['["a", 1]', undefined],
  ['["a"', undefined],
  ['[]', undefined],
])('metadata of %j names the columns %j', async (text, names) => {
  expect(featureNamesOf(withMetadata(await fixture('flights'), text))).toEqual(names)
})
