import { execFile } from 'node:child_process'
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Reading } from '../../../core/engines/tables/sketch/cell.ts'
import { formatOf, type KnownFormat, sketchTable } from '../../../core/engines/tables/sketch/sketch-table.ts'
import { ConfigError } from '../../../core/errors/errors.ts'
import { faultLine } from '../../../core/errors/render.ts'
import type { ColumnSketch } from '../../../core/stats/profile/column-sketch.ts'
import type { NumberSketch } from '../../../core/stats/profile/number-sketch.ts'

const fixtures = join(import.meta.dirname, '../../fixtures/datasets')

interface ExpectedNumbers {
  readonly n: number
  readonly min: number
  readonly max: number
  readonly mean: number
  readonly variance: number
  readonly skewness: number
  readonly kurtosis: number
  readonly quantiles: Readonly<Record<string, number>>
}
interface ExpectedColumn {
  readonly type: string
  readonly missing: number
  readonly distinct: number
  readonly numbers?: ExpectedNumbers
  readonly times?: ExpectedNumbers
  readonly levels?: Readonly<Record<string, number>>
}
const expected = JSON.parse(await readFile(join(fixtures, 'expected.json'), 'utf8')) as {
  readonly rows: number
  readonly columns: Readonly<Record<string, ExpectedColumn>>
}

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trainyard-sketch-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

interface Source {
  readonly text: string
  readonly format: KnownFormat
}

async function sketched({ text, format }: Source, reading: Partial<Reading> = {}) {
  const file = join(folder, `table.${format}`)
  await writeFile(file, text)
  return sketchTable(file, format, { missing: new Set(), texts: new Set(), ...reading })
}

async function columnOf(cells: readonly string[], reading: Partial<Reading> = {}): Promise<ColumnSketch> {
  const table = await sketched(
    { text: ['x,y', ...cells.map((cell) => `${cell},1`), ''].join('\n'), format: 'csv' },
    reading,
  )
  return table.column('x')
}

/** The faults of a table that is refused, in words. */
async function faultsOf(source: Source): Promise<string> {
  try {
    await sketched(source)
  } catch (error) {
    if (error instanceof ConfigError) return error.faults.map(faultLine).join('; ')
    throw error
  }
  return 'none'
}

function near(actual: number, wanted: number, tolerance: number): void {
  expect(Math.abs(actual - wanted)).toBeLessThanOrEqual(tolerance * Math.max(1e-9, Math.abs(wanted)))
}

function expectNumbers(sketch: NumberSketch | undefined, wanted: ExpectedNumbers): void {
  if (sketch?.sums === undefined) throw new Error('no numbers')
  expect([sketch.sums.n, sketch.min, sketch.max]).toEqual([wanted.n, wanted.min, wanted.max])
  near(sketch.sums.mean, wanted.mean, 1e-12)
  near(sketch.sums.variance, wanted.variance, 1e-10)
  expect(sketch.sums.skewness).toBeCloseTo(wanted.skewness, 8)
  expect(sketch.sums.kurtosis).toBeCloseTo(wanted.kurtosis, 8)
  for (const [share, quantile] of Object.entries(wanted.quantiles))
    near(sketch.quantile(Number(share)), quantile, 0.008)
}

describe.each([
  ['flights.csv', 'csv'],
  ['flights-snappy.parquet', 'parquet'],
  ['flights-zstd.parquet', 'parquet'],
  ['flights-gzip.parquet', 'parquet'],
] as const)('the sketch of %s', async (file, format) => {
  const table = await sketchTable(join(fixtures, file), format, { missing: new Set(), texts: new Set() })

  test('has its rows and columns', () => {
    expect(table.rows).toBe(expected.rows)
    expect([...table.columns.keys()]).toEqual(Object.keys(expected.columns))
  })

  test.each(Object.entries(expected.columns))('says of %s what pandas and numpy say', (name, wanted) => {
    const column = table.column(name)

    expect({ type: column.type, missing: column.missing, rows: column.rows }).toEqual({
      type: wanted.type,
      missing: wanted.missing,
      rows: expected.rows,
    })
    const { count, isExact } = column.distinct()
    if (isExact) expect(count).toBe(wanted.distinct)
    else near(count, wanted.distinct, 0.05)
    if (wanted.numbers !== undefined) expectNumbers(column.numbers, wanted.numbers)
    if (wanted.times !== undefined) expectNumbers(column.times, wanted.times)
    if (wanted.levels !== undefined) {
      const named = column.levels
        ?.toData(10)
        .levels.flatMap(([, rows, level]) => (level === undefined ? [] : [[level, rows]]))
      expect(Object.fromEntries(named ?? [])).toEqual(wanted.levels)
    }
  })
})

describe('a Parquet file', () => {
  test('of odd types counts lists, structures and bytes, and keeps whole numbers beyond 2^53 apart', async () => {
    const table = await sketchTable(join(fixtures, 'odd.parquet'), 'parquet', { missing: new Set(), texts: new Set() })

    const seen = [...table.columns].map(([name, column]) => [name, column.type, column.missing, column.present])
    expect(seen).toEqual([
      ['id', 'text', 1, 2],
      ['price', 'number', 1, 2],
      ['list', 'other', 1, 2],
      ['pair', 'other', 1, 2],
      ['bytes', 'text', 1, 2],
      ['nan', 'number', 1, 2],
    ])
    expect(table.column('id').distinct()).toEqual({ count: 2, isExact: true })
    expect(table.column('price').numbers?.sums?.mean).toBe(1.75)
    expect(table.column('nan').infinite).toBe(1)
  })

  test('that is none is refused by name', async () => {
    expect(await faultsOf({ text: 'PAR1 not really', format: 'parquet' })).toMatch(/table\.parquet.*is no Parquet file/)
  })
})

describe('a cell of a CSV file', () => {
  test.each([
    ['1|-2|+3', 'integer'],
    ['1|2.0|1e3|.5', 'number'],
    ['true|False|TRUE', 'boolean'],
    ['2013-01-01|2013-02-28', 'date'],
    ['2013-01-01|2013-02-28T10:00', 'time'],
    ['2013-01-01 10:00:00.25+02:00|2013-02-28T10:00:00Z', 'time'],
    ['00501|02134', 'text'],
    ['12345678901234567890|1', 'mixed'],
    ['1|NA', 'mixed'],
    ['0x1F|1_000', 'text'],
    ['2013-13-45|2013-1-1', 'text'],
    ['inf|-inf', 'text'],
    ['|nan|NaN', 'empty'],
  ])('among %s makes the column %s', async (cells, type) => {
    expect((await columnOf(cells.split('|'))).type).toBe(type)
  })

  test('is missing where a word says so', async () => {
    const column = await columnOf(['1', 'NA', '-', '3', ''], { missing: new Set(['NA', '-']) })

    expect([column.type, column.missing, column.present]).toEqual(['integer', 3, 2])
  })

  test('stays text in a column of codes', async () => {
    const column = await columnOf(['10001', '501', ''], { texts: new Set(['x']) })

    expect([column.type, column.missing, column.distinct().count]).toEqual(['text', 1, 2])
  })

  test('that is a time without a zone is one in UTC', async () => {
    const column = await columnOf(['2013-01-01 05:30', '2013-01-01T07:30+02:00'])

    expect([column.times?.min, column.times?.max]).toEqual([Date.UTC(2013, 0, 1, 5, 30), Date.UTC(2013, 0, 1, 5, 30)])
  })
})

describe('JSON Lines', () => {
  test('keep the types that they have, and a key that is absent is missing', async () => {
    const text = '{"a": 1, "b": "5", "c": true}\n{"a": 2.5, "d": [1]}\n\n{"a": null, "b": ""}\n'
    const table = await sketched({ text, format: 'jsonl' })

    const seen = [...table.columns].map(([name, column]) => [name, column.type, column.missing, column.rows])
    expect(seen).toEqual([
      ['a', 'number', 1, 3],
      ['b', 'text', 2, 3],
      ['c', 'boolean', 2, 3],
      ['d', 'other', 2, 3],
    ])
  })
})

describe('collected requests', () => {
  const tensor = (name: string, shape: readonly number[], data: readonly unknown[], datatype = 'FP32') => ({
    name,
    datatype,
    shape,
    data,
  })
  const line = (...inputs: readonly object[]) => `${JSON.stringify({ id: 'r', inputs })}\n`

  test('become a table with a row for each row of each batch', async () => {
    const text =
      line(
        tensor('age', [2, 1], [30, 40]),
        tensor('city', [2], ['Rome', ''], 'BYTES'),
        tensor('x', [2, 2], [1, 2, 3, 4]),
      ) + line(tensor('age', [1, 1], [[50]]), tensor('city', [1], ['Rome'], 'BYTES'), tensor('x', [1, 2], [[5, 6]]))
    const table = await sketched({ text, format: 'requests' })

    expect(table.rows).toBe(3)
    const seen = [...table.columns].map(([name, column]) => [
      name,
      column.type,
      column.missing,
      column.numbers?.sums?.mean,
    ])
    expect(seen).toEqual([
      ['age', 'number', 0, 40],
      ['city', 'text', 1, undefined],
      ['x[0]', 'number', 0, 3],
      ['x[1]', 'number', 0, 4],
    ])
  })

  test.each([
    ['{"outputs": []}\n', /requests:2.*is not the body of a request/],
    [
      line(tensor('a', [2], [1])),
      /key a.*requests:2.*does not hold as many values as its shape says|requests:2.*key a does not/,
    ],
    [line(tensor('a', [2], [1, 2]), tensor('b', [1], [1])), /inputs of different numbers of rows/],
  ])('that are none are refused with their line', async (text, problem) => {
    expect(await faultsOf({ text: `${line()}${text}`, format: 'requests' })).toMatch(problem)
  })
})

describe('a large table', () => {
  const tables = join(import.meta.dirname, '../../../core/engines/tables/sketch/sketch-table.ts')

  test('is read in a small heap', async () => {
    const file = join(folder, 'large.csv')
    const block = Array.from({ length: 5_000 }, (_, at) => `${at},row number ${at} of its block,${at / 7}`).join('\n')
    await writeFile(file, 'id,text,number\n')
    for (let times = 0; times < 150; times++) await appendFile(file, `${block}\n`)
    const script = `
      const { sketchTable } = await import(${JSON.stringify(tables)})
      const table = await sketchTable(${JSON.stringify(file)}, 'csv', { missing: new Set(), texts: new Set() })
      console.log(table.rows)`

    // The texts alone are 40 MB, and each would be a string of its own.
    const args = ['--max-old-space-size=32', '--input-type=module', '--eval', script]
    const { stdout } = await promisify(execFile)(process.execPath, args, { encoding: 'utf8' })

    expect(stdout.trim()).toBe('750000')
  })

  test.each(['csv', 'jsonl', 'requests', 'parquet'] as const)(
    'of the format %s is left when the reading is aborted',
    async (format) => {
      const line = { csv: '1,2', jsonl: '{"a": 1}', requests: '{"inputs": []}', parquet: '' }[format]
      const file = format === 'parquet' ? join(fixtures, 'flights-zstd.parquet') : join(folder, `aborted.${format}`)
      if (format !== 'parquet')
        await writeFile(file, `${'x,y\n'.repeat(format === 'csv' ? 1 : 0)}${`${line}\n`.repeat(5_000)}`)
      const reason = new Error('enough')

      const reading = sketchTable(file, format, {
        missing: new Set(),
        texts: new Set(),
        signal: AbortSignal.abort(reason),
      })

      await expect(reading).rejects.toBe(reason)
    },
  )
})

test('what is no table by its name is left alone, unless the format is said', () => {
  expect(formatOf('a/B.CSV', 'auto')).toBe('csv')
  expect(formatOf('image.png', 'auto')).toBeUndefined()
  expect(formatOf('requests.log', 'requests')).toBe('requests')
})
