import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCli } from '../run-cli.ts'

const fixture = join(import.meta.dirname, '../../fixtures/datasets/flights-snappy.parquet')
let folder = ''

/** What a command prints to standard output. */
async function printed(...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await runCli(args, { cwd: folder })
  expect([exitCode, exitCode === 0 ? '' : stderr]).toEqual([0, ''])
  return stdout
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trainyard-datasets-'))
  await cp(fixture, join(folder, 'flights.parquet'))
  const rows = Array.from({ length: 60 }, (_, at) => `${at},${at % 2 === 0 ? 'JFK' : 'EWR'}`)
  await writeFile(join(folder, 'small.csv'), ['delay,origin', ...rows, ''].join('\n'))
  await printed('register-dataset', '--dataset', 'flights', '--files', '*.parquet', '--tags', 'Year=2013')
  await printed('register-dataset', '--dataset', 'small', '--files', 'small.csv')
  const more = Array.from({ length: 20 }, (_, at) => `${at + 0.5},LGA,1`)
  await writeFile(
    join(folder, 'small.csv'),
    ['delay,origin,new', ...rows.map((row) => `${row},`), ...more, ''].join('\n'),
  )
  await printed('register-dataset', '--dataset', 'small', '--files', 'small.csv', '--by-reference')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('datasets', () => {
  test('lists the newest version of each, the versions of one, and those with a tag', async () => {
    const newest = (await printed('datasets')).trim().split('\n')
    expect(newest[0]).toMatch(/^DATASET +REGISTERED +BY +FILES +SIZE +ROWS +COLUMNS +TAGS$/)
    expect(newest[1]).toMatch(/^flights@1 .* 1 +48\.7 kB +1,200 +9 +Year=2013$/)
    expect(newest[2]).toMatch(/^small@2 .* 80 +3$/)

    const versions = JSON.parse(await printed('datasets', 'small', '--json')) as readonly { readonly version: number }[]
    expect(versions.map(({ version }) => version)).toEqual([2, 1])
    expect(await printed('datasets', '--tag', 'Year=2014')).toBe('No version matches.\n')
  })
})

describe('dataset', () => {
  test('shows every column with its distribution, and no line is longer than a terminal', async () => {
    const text = await printed('dataset', 'flights')

    expect(text).toContain('flights.parquet: 1,200 rows')
    expect(text).toMatch(/^month +integer +0 % +12 +1 … 12 +\d+ +[▁-█]{12}$/m)
    expect(text).toMatch(/^carrier +text +\d\.\d % +6 +UA .* %, B6 .* %, EV/m)
    expect(text).toMatch(/^tail +text +0 % +\d+ +other 100 %$/m)
    expect(text).toMatch(/^day +date +0 % +\d+ +2013-01-\d\d … 2014-01-01/m)
    expect(text).not.toContain('9E')
    expect(text.split('\n').filter((line) => line.length > 100)).toEqual([])
  })

  test('shows what differs from another version in numbers', async () => {
    const text = await printed('dataset', 'small@2', '--against', 'small@1')

    expect(text.trim().split('\n')).toEqual([
      'small@1 → small@2',
      '└─ small.csv  60 → 80 rows',
      '   ├─ + column new',
      '   ├─ ~ column delay',
      '   │  ├─ type integer → number',
      '   │  ├─ distinct 60 → 80',
      '   │  ├─ mean 29.5 → 24.63',
      '   │  └─ median 29 → 19.5',
      '   └─ ~ column origin',
      '      ├─ distinct 2 → 3',
      '      └─ new among the frequent: LGA',
    ])
  })

  test('gives programs schema and numbers as JSON', async () => {
    const shown: unknown = JSON.parse(await printed('dataset', 'small@1', '--json'))
    expect(shown).toMatchObject({
      name: 'small',
      version: 1,
      tables: [
        {
          rows: 60,
          columns: [
            {
              name: 'delay',
              type: 'integer',
              missing: 0,
              numbers: { min: 0, max: 59, quantiles: { p25: 14, p50: 29 } },
            },
            {
              name: 'origin',
              levels: {
                top: [
                  { name: 'EWR', rows: 30 },
                  { name: 'JFK', rows: 30 },
                ],
                others: 0,
              },
            },
          ],
        },
      ],
    })
    expect(await printed('dataset', 'small@2', '--against', 'small@1', '--json')).toContain('"added": [\n        "new"')
  })

  test('refuses what names no version', async () => {
    const { exitCode, stderr } = await runCli(['dataset', 'small@champion'], { cwd: folder })
    expect([exitCode, stderr.includes('names no version of a dataset')]).toEqual([2, true])
    expect((await runCli(['dataset', 'none'], { cwd: folder })).exitCode).toBe(2)
  })
})
