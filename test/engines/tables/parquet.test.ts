import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readTable } from '../../../core/engines/tables/table.ts'
import { ConfigError } from '../../../core/errors/errors.ts'
import { faultLine } from '../../../core/errors/render.ts'

/** Written by pyarrow and pandas; make.py says what is in them. */
const fixtures = join(import.meta.dirname, '../../fixtures/tables')
const fixture = (name: string) => readTable(join(fixtures, `${name}.parquet`))

/** The faults of an error in words, with the folder cut off. */
async function faultsOf(action: () => unknown): Promise<readonly string[]> {
  try {
    await action()
  } catch (error) {
    if (error instanceof ConfigError)
      return error.faults.map((fault) => faultLine(fault).replaceAll(`${fixtures}/`, ''))
    throw error
  }
  return []
}

describe('a Parquet file', () => {
  test.each(['snappy', 'zstd', 'gzip', 'none'])('packed by %s becomes columns of exact text', async (codec) => {
    const table = await fixture(`types-${codec}`)

    expect(table.rows).toBe(4)
    const columns = Object.fromEntries(table.names.slice(0, 12).map((name) => [name, table.column(name)]))
    expect(columns).toEqual({
      id: ['9007199254740993', '9007199254740994', '7', '-9007199254740993'],
      unsigned: ['18446744073709551615', '0', '', '1'],
      small: ['1', '-2', '', '4'],
      whole: ['1', '2', '', '4'],
      float: ['0.5', '', '', '-1e+300'],
      single: ['0.10000000149011612', '0.25', '', 'Infinity'],
      truth: ['true', 'false', '', 'true'],
      text: ['a, "b"\n', '', '', 'Zoë'],
      kind: ['x', 'y', '', 'x'],
      day: ['2026-01-02', '', '1970-01-01', '1969-12-31'],
      time: ['2026-01-02T03:04:05.678Z', '', '', ''],
      money: ['1.25', '', '-2.5', '0'],
    })
  })

  test('has numbers without the way through text', async () => {
    const table = await fixture('types-snappy')
    const missing = { missing: 'nan' } as const

    expect(table.numbers('small', missing)).toEqual(Float64Array.of(1, -2, Number.NaN, 4))
    expect(table.numbers('float', missing)).toEqual(Float64Array.of(0.5, Number.NaN, Number.NaN, -1e300))
    expect(table.numbers('money', missing)).toEqual(Float64Array.of(1.25, Number.NaN, -2.5, 0))
  })

  test.each<[column: string, missing: 'refuse' | 'nan', faults: readonly string[]]>([
    ['small', 'refuse', ['column small (in types-snappy.parquet, row 3) is missing']],
    [
      'float',
      'refuse',
      [
        'column float (in types-snappy.parquet, row 2) is missing',
        'column float (in types-snappy.parquet, row 3) is missing',
      ],
    ],
    ['single', 'nan', ['column single "Infinity" (in types-snappy.parquet, row 4) is not a finite number']],
    [
      'kind',
      'nan',
      ['x', 'y', 'x'].map(
        (text, at) => `column kind "${text}" (in types-snappy.parquet, row ${[1, 2, 4][at]}) is not a finite number`,
      ),
    ],
  ])('says the row of what is no number: %s', async (column, missing, faults) => {
    const table = await fixture('types-snappy')

    expect(await faultsOf(() => table.numbers(column, { missing }))).toEqual(faults)
  })

  test.each([
    ['list', 'holds lists or structures, and cannot be read'],
    ['pair', 'holds lists or structures, and cannot be read'],
    ['bytes', 'holds bytes that are no text in UTF-8, and cannot be read'],
    ['exact', 'has decimals too large to be exact, and cannot be read'],
  ])('is read beside a column that cannot be, which is refused when it is asked for: %s', async (column, words) => {
    const table = await fixture('types-snappy')

    expect(await faultsOf(() => table.column(column))).toEqual([`column ${column} (in types-snappy.parquet) ${words}`])
  })

  test('of pandas has its index as a column, and the texts NaN and None as they are', async () => {
    const table = await fixture('pandas')

    expect(table.column('key')).toEqual(['10', '20', '30'])
    expect(table.column('n')).toEqual(['1', '', '3'])
    expect(table.column('s')).toEqual(['NaN', '', 'None'])
    expect(await faultsOf(() => table.numbers('s'))).toEqual([
      'column s (in pandas.parquet, row 1) is missing',
      'column s (in pandas.parquet, row 2) is missing',
      'column s "None" (in pandas.parquet, row 3) is not a finite number',
    ])
  })

  test('of 100,000 rows in several groups comes whole, and every id is exact', async () => {
    const table = await fixture('many')

    const ids = table.column('id')
    const wrong = ids.findIndex((id, row) => id !== String(2n ** 53n + 1n + BigInt(row)))
    expect([table.rows, ids.length, wrong]).toEqual([100_000, 100_000, -1])
    const probabilities = table.numbers('probability')
    expect(probabilities.findIndex((p, row) => p !== (row % 1000) / 1000)).toBe(-1)
    expect(table.column('carrier')[99_998]).toBe(['AA', 'DL', 'UA'][99_998 % 3])
    expect(table.placeOf(99_999)).toMatchObject({ row: 100_000 })
  })

  test('lacking a needed column says which there are', async () => {
    expect(await faultsOf(() => readTable(join(fixtures, 'pandas.parquet'), { needed: ['y', 'n'] }))).toEqual([
      'column y (in pandas.parquet) is missing; expected one of n, s, f, key',
    ])
  })

  test.each([
    ['twice.parquet', /^the table \(in twice\.parquet\) has two columns called a$/],
    ['gone.parquet', /^the table \(in gone\.parquet\) does not exist$/],
    ['../datasets/odd.parquet', /^$/],
  ])('%s', async (name, words) => {
    const faults = await faultsOf(() => readTable(join(fixtures, name)))

    expect(faults.join('\n')).toMatch(words)
  })

  test('that is none is refused', async () => {
    const { copyFile, mkdtemp, rm } = await import('node:fs/promises')
    const { tmpdir } = await import('node:os')
    const folder = await mkdtemp(join(tmpdir(), 'trainyard-parquet-'))
    try {
      const path = join(folder, 'data.parquet')
      await copyFile(join(fixtures, 'rows.json'), path)
      const [fault = ''] = await faultsOf(() => readTable(path))
      expect(fault).toMatch(/data\.parquet\) is no Parquet file that can be read: /)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})
