import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { failureOf, gate } from '../main/bench.ts'
import type { MemoryHost } from '../support/memory-host.ts'
import { aComparison, criteriaFile, projectFile } from './a-comparison.ts'

/** Prediction files of twelve rows, each with something wrong; make.py there says with what. As Parquet, and as texts. */
const fixtures = join(import.meta.dirname, '../fixtures/tables')
const texts = JSON.parse(await readFile(join(fixtures, 'rows.json'), 'utf8')) as Record<
  string,
  [ids: (string | null)[], said: (string | null)[]]
>

const rows = Array.from({ length: 12 }, (_, at) => [at + 1, (at + 1) % 2] as const)
const data = ['id,y', ...rows.map((row) => row.join(','))].join('\n')
const criteria = criteriaFile([
  { metric: 'accuracy', absolute: { min: 0.5 } },
  { metric: 'logLoss', absolute: { max: 1 } },
])

function asCsv(name: string): string {
  const [ids = [], said = []] = texts[name] ?? []
  return ['id,probability', ...ids.map((id, at) => `${id ?? ''},${said[at] ?? ''}`)].join('\n')
}

function asJsonLines(name: string): string {
  const [ids = [], said = []] = texts[name] ?? []
  const number = (text: string | null | undefined) =>
    text === null || text === undefined ? null : Number.isFinite(Number(text)) ? Number(text) : text
  return ids.map((id, at) => JSON.stringify({ id: number(id), probability: number(said[at]) })).join('\n')
}

const asParquet = (name: string) => readFile(join(fixtures, `rows-${name}.parquet`))

/** Lets the candidate predict so, by each way that a prediction can come. */
async function gateWith(name: string, way: string): Promise<MemoryHost> {
  const said = way === 'jsonl' ? asJsonLines(name) : way === 'parquet' ? await asParquet(name) : asCsv(name)
  const file = `said.${way === 'command' ? 'csv' : way}`
  await using bench = await aComparison({
    'trainyard.yml': `${projectFile}    predict: node predict.mjs {model} {out}\n`,
    'criteria.yml': criteria,
    'data.csv': data,
    'good.csv': asCsv('good'),
    'predict.mjs': `import { copyFileSync } from 'node:fs'\ncopyFileSync('said.csv', process.argv[3])`,
    [file]: said,
  })
  return await bench.run(gate, {
    candidate: 'kettle@2',
    championPredictions: 'good.csv',
    onInconclusive: 'warn',
    ...(way === 'command' ? {} : { candidatePredictions: file }),
  })
}

const ways = ['csv', 'jsonl', 'parquet', 'command']

test.each(['csv', 'jsonl', 'parquet'])('a predict command may write %s: it is seen by its beginning', async (kind) => {
  const said =
    kind === 'jsonl' ? asJsonLines('row-twice') : kind === 'parquet' ? await asParquet('row-twice') : asCsv('row-twice')
  await using bench = await aComparison({
    'trainyard.yml': `${projectFile}    predict: node predict.mjs {model} {out}\n`,
    'criteria.yml': criteria,
    'data.csv': data,
    'good.csv': asCsv('good'),
    'predict.mjs': `import { copyFileSync } from 'node:fs'\ncopyFileSync('said', process.argv[3])`,
    said,
  })

  const host = await bench.run(gate, { candidate: 'kettle@2', championPredictions: 'good.csv' })

  const place = { csv: '.csv:14', jsonl: '.jsonl:13', parquet: '.parquet, row 13' }[kind] ?? ''
  expect(failureOf(host)).toContain(`predictions${place}) is predicted twice`)
})

const byWay = (names: readonly string[], among = ways) =>
  names.flatMap((name) => among.map((way) => [name, way] as const))

describe('the rows of the evaluation data', () => {
  test.each([...byWay(['good', 'text-ids']), ...byWay(['decimal-ids'], ['jsonl', 'parquet'])])(
    'are all found among predictions: %s as %s',
    async (name, way) => {
      const host = await gateWith(name, way)

      expect(host.ended?.exitCode).toBe(0)
      expect(host.text).toMatch(/^kettle@2 predicted 12 rows/m)
      const [accuracy] = JSON.parse(host.outputs.get('results') ?? '') as object[]
      expect(accuracy).toMatchObject({ metric: 'accuracy', candidate: 1, n: 12 })
    },
  )

  /** How the words end that say where a row is. */
  const at = (row: number) => String.raw`\(in [^)]*(:${row + 1}|:${row}|, row ${row})\)`
  const wrong: Readonly<Record<string, readonly string[]>> = {
    'row-missing': ['id "6" .* is not predicted', 'id "10" .* is not predicted', '2 more places .* are wrong too'],
    'row-twice': [`id "7" ${at(13)} is predicted twice`],
    'row-unknown': [`id "99" ${at(13)} is not a row of the evaluation data`],
    'other-rows': [`id "101" ${at(1)} is not a row of the evaluation data`, '19 more places .* are wrong too'],
    'id-missing': [`id "" ${at(2)} names no row`, 'id "2" .* is not predicted'],
    nan: [`column probability ${at(5)} is missing`],
    missing: [`column probability ${at(5)} is missing`],
    infinite: [`column probability "(inf|Infinity)" ${at(5)} is not a finite number`],
  }

  test.each(byWay(Object.keys(wrong)))('are never dropped: %s as %s is refused by name', async (name, way) => {
    const host = await gateWith(name, way)

    expect(host.ended?.exitCode).toBe(2)
    expect(host.outputs.get('verdict')).toBe('error')
    for (const words of wrong[name] ?? []) expect(failureOf(host)).toMatch(new RegExp(words))
  })

  test.each(['csv', 'command'])('are not guessed from ids that are written differently, as %s', async (way) => {
    const host = await gateWith('decimal-ids', way)

    expect(host.ended?.exitCode).toBe(2)
    expect(failureOf(host)).toMatch(/id "1\.0" \(in .*:2\) is not a row of the evaluation data, which writes it 1/)
  })
})

describe('evaluation data', () => {
  test('may be Parquet, and says the row of what is wrong there', async () => {
    const parquet = criteriaFile([{ metric: 'mae', absolute: { max: 1 } }], {
      file: 'data.parquet',
      label: 'probability',
    })
    const text = asCsv('good').replace('probability', 'prediction')
    await using bench = await aComparison({
      'criteria.yml': parquet,
      'data.parquet': await asParquet('good'),
      'twice.parquet': await asParquet('row-twice'),
      'noname.parquet': await asParquet('id-missing'),
      'nan.parquet': await asParquet('nan'),
      'said.csv': text,
    })
    const inputs = { candidate: 'kettle@2', candidatePredictions: 'said.csv', championPredictions: 'said.csv' }

    const good = await bench.go(gate, { ...inputs, onInconclusive: 'warn' })
    const failures = await Promise.all(
      ['twice', 'noname', 'nan'].map(async (name) =>
        failureOf(await bench.run(gate, { ...inputs, data: `${name}.parquet` })),
      ),
    )

    expect(JSON.parse(good['results'] ?? '')).toMatchObject([{ metric: 'mae', candidate: 0, n: 12 }])
    expect(failures[0]).toMatch(/id "7" \(in .*twice\.parquet, row 13\) names a row that was there already/)
    expect(failures[1]).toMatch(/id "" \(in .*noname\.parquet, row 2\) names no row/)
    expect(failures[2]).toMatch(/column probability \(in .*nan\.parquet, row 5\) is missing/)
  })

  test.each(['', 'NaN'])('with an id that is missing (%s) is refused: it names no row', async (id) => {
    await using bench = await aComparison({
      'data.csv': data.replace('\n3,', `\n${id},`),
      'criteria.yml': criteria,
      'said.csv': asCsv('good'),
    })

    const host = await bench.run(gate, { candidate: 'kettle@2', candidatePredictions: 'said.csv' })

    expect(failureOf(host)).toMatch(/id ".*" \(in .*data\.csv:4\) names no row/)
  })
})
