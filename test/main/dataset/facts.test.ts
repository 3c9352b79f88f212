import { describe, expect, test } from 'vitest'
import { breaks, differenceOf } from '../../../core/main/dataset/difference.ts'
import { type ColumnFacts, factsOf, type TableFacts } from '../../../core/main/dataset/facts.ts'
import { barWords, percent, value } from '../../../core/main/dataset/words.ts'
import { TableSketch } from '../../../core/stats/profile/table-sketch.ts'

type Cell = number | string | null

/** The facts about a table of these columns, all of one length. */
function tableOf(columns: Readonly<Record<string, readonly Cell[]>>, file = 'a.csv'): TableFacts {
  const sketch = new TableSketch()
  for (const [name, cells] of Object.entries(columns)) {
    const column = sketch.column(name)
    for (const cell of cells) {
      if (cell === null) column.addMissing()
      else if (typeof cell === 'number') column.addNumber(cell)
      else column.addText(cell)
    }
  }
  sketch.addRows(Object.values(columns)[0]?.length ?? 0)
  return factsOf({ file, files: 1, sketch })
}

function columnOf(cells: readonly Cell[]): ColumnFacts {
  const [column] = tableOf({ x: cells }).columns
  if (column === undefined) throw new Error('no column')
  return column
}

const upTo = (count: number) => Array.from({ length: count }, (_, at) => at)
const times = (count: number, cell: Cell) => Array.from({ length: count }, () => cell)

describe('what is told of a column', () => {
  test('is nothing but counts where fewer than ten rows hold numbers', () => {
    expect(columnOf(upTo(9))).toEqual({ name: 'x', type: 'integer', missing: 0, distinct: { count: 9, isExact: true } })
  })

  test('has the quantiles beyond which ten rows lie, and no others', () => {
    expect(columnOf(upTo(20)).numbers?.quantiles).toEqual({ p50: 9 })
    expect(columnOf(upTo(40)).numbers?.quantiles).toEqual({ p25: 9, p50: 19, p75: 29 })
    expect(Object.keys(columnOf(upTo(200)).numbers?.quantiles ?? {})).toEqual(['p5', 'p25', 'p50', 'p75', 'p95'])
  })

  test('has a bar for each of a few values, and none for values of fewer than ten rows', () => {
    const bars = columnOf([...times(20, 1), ...times(9, 2), ...times(40, 5)]).numbers?.bars

    expect(bars).toEqual({ from: 1, to: 5, rows: [20, 0, 40] })
  })

  test('has bars that together hold the rows between the limits', () => {
    const bars = columnOf(upTo(10_000)).numbers?.bars

    expect([bars?.from, bars?.to]).toEqual([expect.closeTo(99, -1), expect.closeTo(9899, -3)])
    expect(bars?.rows).toHaveLength(16)
    const sum = bars?.rows.reduce((total, rows) => total + rows, 0) ?? 0
    expect(Math.abs(sum - 9_800)).toBeLessThan(200)
    for (const rows of bars?.rows ?? []) expect(Math.abs(rows - sum / 16)).toBeLessThan(60)
  })

  test('names the texts of at least ten rows, and says of the others how many rows they have where that is ten', () => {
    const cells = [...times(30, 'often'), ...times(10, 'ten'), ...times(9, 'nine')]

    expect(columnOf(cells).levels).toEqual({
      top: [
        { name: 'often', rows: 30 },
        { name: 'ten', rows: 10 },
      ],
      others: undefined,
    })
    expect(columnOf([...cells, 'once']).levels?.others).toBe(10)
    expect(columnOf(times(30, 'often')).levels?.others).toBe(0)
  })

  test('tells the kinds of a mixed column, and no numbers as if it were one of numbers', () => {
    const column = columnOf([...upTo(30), ...times(12, 'NA')])

    expect(column).toMatchObject({ type: 'mixed', kinds: { integer: 30, text: 12 } })
    expect(column).not.toHaveProperty('numbers')
  })
})

describe('the difference of two versions', () => {
  const before = tableOf({ delay: upTo(30), origin: times(30, 'JFK'), gone: upTo(30) })
  const after = tableOf({ delay: times(40, null), origin: upTo(40), new: upTo(40) })

  test('names the columns that came and went, and shows both numbers of the others', () => {
    const difference = differenceOf([before], [after])

    expect(difference).toMatchObject({
      added: [],
      removed: [],
      tables: [
        {
          rows: { from: 30, to: 40 },
          added: ['new'],
          removed: ['gone'],
          columns: [
            { name: 'delay', type: { from: 'integer', to: 'empty' }, missing: { from: 0, to: 1 } },
            { name: 'origin', type: { from: 'text', to: 'integer' }, distinct: { from: 1, to: 40 } },
          ],
        },
      ],
    })
    expect(breaks(difference)).toEqual([
      'a.csv: the column gone is gone',
      'a.csv: the column origin was text and is integer',
    ])
  })

  test('holds a table against the one that shares most of its columns, whatever its file is called', () => {
    const [carriers, flights] = [
      tableOf({ code: ['UA'], name: ['United'] }, 'c.csv'),
      tableOf({ code: ['UA'], at: [1], delay: [2] }, 'f.csv'),
    ]
    const [moved, other] = [
      tableOf({ code: ['B6'], at: [3], delay: [4.5] }, 'z.csv'),
      tableOf({ weather: ['rain'] }, 'w.csv'),
    ]

    const difference = differenceOf([carriers, flights], [moved, other])

    expect(difference.tables.map(({ file, columns }) => [file, columns.length])).toEqual([['z.csv', 3]])
    expect([difference.added, difference.removed]).toEqual([['w.csv'], ['c.csv']])
    expect(breaks(difference)).toEqual(['the table c.csv is gone'])
  })
})

describe('in words', () => {
  test.each([
    [0, '0'],
    [12, '12'],
    [0.123456, '0.1235'],
    [1234.5678, '1235'],
    [99_999.9, '100000'],
    [123_456_789, '123,456,789'],
    [1e-7, '1.000e-7'],
    [-2.5e20, '-2.500e+20'],
  ])('the number %d is %s', (number, words) => {
    expect(value(number, { type: 'number' })).toBe(words)
  })

  test('a day is a day, and a time has minutes', () => {
    const at = Date.UTC(2013, 4, 6, 7, 8, 9)
    expect([value(at, { type: 'date' }), value(at, { type: 'time' })]).toEqual(['2013-05-06', '2013-05-06 07:08'])
    expect(value(9e15, { type: 'time' })).toBe('9.000e+15')
  })

  test('a share is never rounded to none or to all', () => {
    expect([percent(0, 5), percent(1, 100_000), percent(99_999, 100_000), percent(5, 5), percent(1, 3)]).toEqual([
      '0 %',
      '<0.1 %',
      '>99.9 %',
      '100 %',
      '33.3 %',
    ])
  })

  test('a bar of fewer than ten rows is a blank', () => {
    const numbers = { min: 0, max: 1, quantiles: {}, bars: { from: 0, to: 1, rows: [0, 10, 40, 80] } }
    expect(barWords(numbers)).toBe(' ▂▅█')
  })
})
