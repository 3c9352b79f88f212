import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Names } from '../../../core/engines/tables/names.ts'
import { NoCell, TypedCells } from '../../../core/engines/tables/typed-cells.ts'

function ofTexts(texts: readonly string[]): TypedCells {
  const cells = new TypedCells()
  for (const text of texts) cells.addText(text)
  return cells
}

/** What numbers are written like, and what is only near it. */
const odd = [
  '1.0',
  '-0',
  '-0.0',
  '007',
  '+5',
  ' 3 ',
  '1e3',
  '1E+21',
  '0x10',
  'NaN',
  'nan',
  '',
  ' ',
  'Infinity',
  '1_000',
  '9007199254740993',
  '.5',
  '5.',
  '1e999',
]
const cell = fc.oneof(
  fc.constantFrom(...odd),
  fc.double({ noNaN: true }).map(String),
  fc.integer().map(String),
  fc.double({ min: -1e3, max: 1e3, noNaN: true }).map((value) => value.toFixed(3)),
)

describe('cells of text', () => {
  test('stay the very texts, however they are kept', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 9, arbitrary: cell }, { weight: 1, arbitrary: fc.string() }), { maxLength: 300 }),
        (texts) => {
          const cells = ofTexts(texts)

          expect(cells.texts()).toEqual(texts)
          expect(cells.length).toBe(texts.length)
        },
      ),
      { numRuns: 200 },
    )
  })

  test('are numbers where each is one or is missing, and only there', () => {
    expect(ofTexts(['1', '', '2.5', '1.0', 'nan', '-1e3']).numbers()).toEqual(
      Float64Array.of(1, Number.NaN, 2.5, 1, Number.NaN, -1000),
    )
    for (const text of ['x', '0x10', 'Infinity', '1e999', '1_000'])
      expect(ofTexts(['1', text, '2']).numbers()).toBeUndefined()
    expect(ofTexts([]).numbers()).toEqual(new Float64Array())
  })

  test('of which many are written in another way than their number are kept as text, and come back', () => {
    const texts = Array.from({ length: 5000 }, (_, row) => (row / 8).toFixed(3))

    const cells = ofTexts(texts)

    expect(cells.numbers()).toBeUndefined()
    expect(cells.texts()).toEqual(texts)
  })

  test('of which few are, such as the whole ones among decimals, are kept as numbers', () => {
    const texts = Array.from({ length: 5000 }, (_, row) => (row % 20 === 0 ? `${row}.0` : `${row}.5`))

    const cells = ofTexts(texts)

    expect(cells.numbers()?.[40]).toBe(40)
    expect(cells.texts()).toEqual(texts)
  })
})

describe('cells that have a type', () => {
  test('keep whole numbers exact, whatever their size', () => {
    const cells = new TypedCells(3)
    for (const value of [1n, 2n ** 53n + 1n, null]) cells.add(value)

    expect(cells.texts()).toEqual(['1', '9007199254740993', ''])
    expect(cells.numbers()).toBeUndefined()
  })

  test('of nothing that a table could hold are refused', () => {
    for (const value of [[1], { a: 1 }, new Uint8Array(2), new Date(Number.NaN)])
      expect(() => {
        new TypedCells().add(value)
      }).toThrow(NoCell)
    expect(() => {
      new TypedCells().add(2 ** 60, { isDecimal: true })
    }).toThrow('has decimals too large to be exact')
  })
})

describe('texts that are like others', () => {
  const text = fc.constantFrom(...odd, 'row-1', 'row-2', '7')

  test('stay the very texts that they are, in whatever they are like or not, and more or fewer', () => {
    fc.assert(
      fc.property(fc.array(text), fc.array(text), fc.nat(8), (expected, others, alike) => {
        const texts = [...expected.slice(0, alike), ...others]
        const cells = TypedCells.like(new Names(expected))
        for (const [at, one] of texts.entries()) {
          // A file may have types of its own.
          if (at % 2 === 0) cells.addText(one)
          else cells.add(one)
        }
        expect(cells.texts()).toEqual(texts)
        expect(cells.length).toBe(texts.length)
        expect(cells.numbers()).toBeUndefined()
      }),
    )
  })

  test('leave what they are like as it is', () => {
    const expected = ['row-1', 'row-2']
    const cells = TypedCells.like(new Names(expected))
    for (const one of ['row-2', 'row-1', 'row-3']) cells.addText(one)
    expect(cells.texts()).toEqual(['row-2', 'row-1', 'row-3'])
    expect(expected).toEqual(['row-1', 'row-2'])
  })
})

test('a column of few texts keeps all of them, and so does one of many', () => {
  const few = Array.from({ length: 3000 }, (_, row) => `country ${row % 7}`)
  const many = Array.from({ length: 3000 }, (_, row) => `row ${row % 2900}`)
  expect(ofTexts(few).texts()).toEqual(few)
  expect(ofTexts(many).texts()).toEqual(many)
})
