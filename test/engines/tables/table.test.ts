import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Names } from '../../../core/engines/tables/names.ts'
import { readTable } from '../../../core/engines/tables/table.ts'
import { ConfigError } from '../../../core/errors/errors.ts'
import { faultLine } from '../../../core/errors/render.ts'

let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trainyard-tables-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}

/** The faults of an error in words, with the folder cut off. */
async function faultsOf(action: () => unknown): Promise<readonly string[]> {
  try {
    await action()
  } catch (error) {
    if (error instanceof ConfigError) {
      const lines = error.faults.map((fault) => faultLine(fault).replaceAll(`${folder}/`, ''))
      return error.details === '' ? lines : [...lines, error.details]
    }
    throw error
  }
  return []
}

describe('a CSV file', () => {
  test('that is told what a column is probably like is read as it is', async () => {
    const path = await file('alike.csv', 'id,p\n1,0.5\nb,0.25\n')
    for (const like of [['1', 'b'], ['1', 'c', 'b'], ['b', '1'], ['1'], []]) {
      const table = await readTable(path, { like: { id: new Names(like) } })
      expect(table.column('id')).toEqual(['1', 'b'])
      expect(Array.from(table.numbers('p'))).toEqual([0.5, 0.25])
      await expect(faultsOf(() => table.numbers('id'))).resolves.toHaveLength(1)
    }
    const numbers = await readTable(path, { like: { p: new Names(['0.5', '0.25']) } })
    expect(Array.from(numbers.numbers('p'))).toEqual([0.5, 0.25])
  })

  test('keeps the columns that are asked for, and knows the names of all', async () => {
    const json = await file('some.jsonl', '{"id":"a","p":1}\n{"x":"?","id":"b"}\n')
    for (const path of [await file('some.csv', 'x,id,p\n?,a,1\n,b,\n'), json]) {
      const table = await readTable(path, { only: ['id', 'p', 'q'] })
      expect(table.names.toSorted()).toEqual(['id', 'p', 'x'])
      expect(table.column('id')).toEqual(['a', 'b'])
      expect(table.column('p')).toEqual(['1', ''])
      expect(() => table.column('x')).toThrow(new RangeError('column x was not asked for'))
      await expect(faultsOf(() => table.column('q'))).resolves.toHaveLength(1)
      const small = await readTable(path, { only: ['id'], wholeUpTo: 2 })
      expect(small.column('p')).toEqual(['1', ''])
      const large = await readTable(path, { only: ['id'], wholeUpTo: 1 })
      expect(large.column('id')).toEqual(['a', 'b'])
      expect(() => large.column('p')).toThrow(new RangeError('column p was not asked for'))
    }
  })

  test('becomes columns of text, with the line of each row', async () => {
    const text = '\uFEFFid,name,delay\r\n1,"Smith, J.",3.5\r\n\r\n2,"two\r\nlines",\r\n3,"say ""hi""",-1e2\r\n'

    const table = await readTable(await file('plain.csv', text))

    expect(table.names).toEqual(['id', 'name', 'delay'])
    expect(table.rows).toBe(3)
    expect(table.column('name')).toEqual(['Smith, J.', 'two\r\nlines', 'say "hi"'])
    expect([0, 1, 2].map((row) => table.lineOf(row))).toEqual([2, 5, 6])
    expect(table.numbers('delay', { missing: 'nan' })).toEqual(Float64Array.of(3.5, Number.NaN, -100))
  })

  test('with tabs is read by its name', async () => {
    const table = await readTable(await file('tabs.TSV', 'a\tb\n1,5\t2\n'))

    expect(table.column('a')).toEqual(['1,5'])
  })

  test('with a header alone has no rows', async () => {
    const table = await readTable(await file('header.csv', 'a,b\n'))

    expect([table.rows, table.column('b')]).toEqual([0, []])
  })

  test('of 30,000 rows and 12 columns comes whole', async () => {
    const names = Array.from({ length: 12 }, (_, at) => `c${at}`)
    const rows = Array.from({ length: 30_000 }, (_, row) => names.map((_name, at) => `${row}.${at}`).join(','))
    const path = await file('large.csv', `${names.join(',')}\n${rows.join('\n')}\n`)

    const table = await readTable(path)

    expect(table.rows).toBe(30_000)
    expect(table.column('c11')[29_999]).toBe('29999.11')
    expect(table.numbers('c0')[12_345]).toBe(12_345)
    expect(table.lineOf(29_999)).toBe(30_001)
  })

  test.each<[name: string, content: string | Uint8Array, fault: string]>([
    ['empty.csv', '', 'the table (in empty.csv:1) is empty; expected a header'],
    [
      'ragged.csv',
      'a,b\n1,2\n1,2,3\n',
      'the table (in ragged.csv:3) has a row with another number of cells than its header',
    ],
    ['twice.csv', 'a,b,a\n1,2,3\n', 'the table (in twice.csv:1) has two columns called a'],
    [
      'nameless.csv',
      'a,\n1,2\n',
      'the table (in nameless.csv:1) has a column without a name (pandas writes one for its index, but not with index=False)',
    ],
    ['latin.csv', Buffer.from('a\nM\xFCnchen\n', 'latin1'), 'the table (in latin.csv) is not UTF-8'],
    ['cut.csv', Buffer.from('a\nMünchen\n').subarray(0, 4), 'the table (in cut.csv) is not UTF-8'],
  ])('%s is refused with its place', async (name, content, fault) => {
    const path = await file(name, content)

    expect(await faultsOf(() => readTable(path))).toEqual([fault])
  })

  test('with a quote that never ends is refused with its place', async () => {
    const path = await file('quote.csv', 'a,b\n1,"2\n')

    expect(await faultsOf(() => readTable(path))).toEqual([
      expect.stringMatching(/^the table \(in quote\.csv:\d\) is not CSV: /),
    ])
  })
})

describe('a JSON Lines file', () => {
  test('becomes columns of text, whatever order and keys its lines have', async () => {
    const text = '{"id":1,"late":true}\n\n{"late":null,"id":"b","note":"x"}\r\n{"id":0.1}'

    const table = await readTable(await file('plain.jsonl', text))

    expect(table.names).toEqual(['id', 'late', 'note'])
    expect(table.column('id')).toEqual(['1', 'b', '0.1'])
    expect(table.column('late')).toEqual(['true', '', ''])
    expect(table.column('note')).toEqual(['', 'x', ''])
    expect([0, 1, 2].map((row) => table.lineOf(row))).toEqual([1, 3, 4])
  })

  test.each([
    ['not-json.jsonl', '{"a":1}\n{"a":\n', /^the line \(in not-json\.jsonl:2\) is not JSON: /],
    ['list.jsonl', '[1]\n', /^the line \(in list\.jsonl:1\) is not a JSON object$/],
    ['deep.ndjson', '{"a":{"b":1}}\n', /^key a \(in deep\.ndjson:1\) is neither text, number nor true or false$/],
    [
      'large.jsonl',
      '{"id":9007199254740993}\n',
      /^key id \(in large\.jsonl:1\) is a whole number too large to be read exactly; write it as text$/,
    ],
  ])('%s is refused with its place', async (name, content, fault) => {
    const path = await file(name, content)

    expect(await faultsOf(() => readTable(path))).toEqual([expect.stringMatching(fault)])
  })
})

describe('a table', () => {
  test.each([
    ['a missing file', 'gone.csv', 'the table (in gone.csv) does not exist'],
    [
      'an unknown kind',
      'data.xlsx',
      'the table (in data.xlsx) is not a kind of table that can be read; expected a name that ends in .csv, .tsv, .jsonl, .ndjson, .parquet',
    ],
  ])('that is %s is refused', async (_name, path, fault) => {
    expect(await faultsOf(() => readTable(join(folder, path)))).toEqual([fault])
  })

  test('without needed columns is refused, naming all of them and those that there are', async () => {
    const path = await file('few.csv', 'a,b\n1,2\n')

    expect(await faultsOf(() => readTable(path, { needed: ['id', 'a', 'label'] }))).toEqual([
      'column id (in few.csv:1) is missing; expected one of a, b',
      'column label (in few.csv:1) is missing; expected one of a, b',
    ])
    const table = await readTable(path)
    expect(await faultsOf(() => table.column('c'))).toEqual([
      'column c (in few.csv:1) is missing; expected one of a, b',
    ])
  })

  test('reads numbers as every language writes them, and nothing else', async () => {
    const good = ['1', ' -2.50 ', '+.5', '3.', '1e-3', '1E5']
    const table = await readTable(await file('good.csv', `x,y\n${good.map((text) => `${text},0`).join('\n')}\n`))

    expect([...table.numbers('x')]).toEqual([1, -2.5, 0.5, 3, 0.001, 100_000])
  })

  test('says which cells are no numbers, the first five by line and the others by count', async () => {
    const bad = ['0x10', 'Infinity', '1,5', '1_000', 'ten', '1e999', '--1', '1']
    const path = await file('bad.csv', `x,y\n${bad.map((text) => `"${text}",0`).join('\n')}\n`)
    const table = await readTable(path)

    expect(await faultsOf(() => table.numbers('x'))).toEqual([
      'column x "0x10" (in bad.csv:2) is not a finite number',
      'column x "Infinity" (in bad.csv:3) is not a finite number',
      'column x "1,5" (in bad.csv:4) is not a finite number',
      'column x "1_000" (in bad.csv:5) is not a finite number',
      'column x "ten" (in bad.csv:6) is not a finite number',
      '2 more cells of column x are not numbers.',
    ])
  })

  test('refuses missing values unless they are let through', async () => {
    const table = await readTable(await file('holes.csv', 'x,y\n1,0\n,0\nNaN,0\n'))

    expect(await faultsOf(() => table.numbers('x'))).toEqual([
      'column x (in holes.csv:3) is missing',
      'column x (in holes.csv:4) is missing',
    ])
    expect(table.numbers('x', { missing: 'nan' })).toEqual(Float64Array.of(1, Number.NaN, Number.NaN))
  })
})
