import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Names } from '../../../core/engines/tables/names.ts'

test('every name is found at its first place, and no other name is found', () => {
  const name = fc.oneof(fc.constantFrom('', 'a', 'b', 'ab', 'é', '\u{1f600}', '1', '1.0'), fc.string())
  fc.assert(
    fc.property(fc.array(name), fc.array(name), (texts, others) => {
      const names = new Names(texts)
      for (const one of [...texts, ...others]) expect(names.placeOf(one)).toBe(texts.indexOf(one))
    }),
  )
})

test('names that are alike are found among many', () => {
  const texts = ['row-', '', '000', '1e'].flatMap((start) => Array.from({ length: 5000 }, (_, at) => `${start}${at}`))
  const names = new Names(texts)
  for (const [at, text] of texts.entries()) if (names.placeOf(text) !== at) expect.fail(`${text} is not at ${at}`)
  expect(names.placeOf('row-5000')).toBe(-1)
})
