import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { definition } from '../../core/register-dataset/definition.ts'
import { run } from '../../core/register-dataset/run.ts'
import { Bench, failureOf, fetch, fromFork, inCi, register, said, type Step, train } from '../main/bench.ts'
import { trained } from '../main/trained.ts'

const registerDataset: Step<typeof definition> = { definition, run }
const flights = await readFile(join(import.meta.dirname, '../fixtures/datasets/flights.csv'), 'utf8')

/** A table of one number and one text, of so many rows. */
function tableOf(rows: number, name = 'delay'): string {
  const lines = Array.from({ length: rows }, (_, at) => `${at},${at % 3 === 0 ? 'UA' : 'B6'}`)
  return [`${name},carrier`, ...lines, ''].join('\n')
}

describe('the files of a dataset', () => {
  test('become a version with a digest that anybody can check, rows, columns, tags and commit', async () => {
    await using bench = await Bench.make({ 'data/jan.csv': tableOf(40), 'data/feb.csv': tableOf(20) })
    const commit = bench.commit()

    const outputs = await bench.go(registerDataset, {
      dataset: 'flights',
      files: 'data/*.csv',
      description: 'Two months',
      tags: 'Year=2013',
    })

    const dataset = await bench.look(({ datasets }) => datasets.get('flights'))
    const sums = execFileSync('sha256sum', ['data/feb.csv', 'data/jan.csv'], { cwd: bench.folder, encoding: 'utf8' })
    const digest = execFileSync('sha256sum', { input: sums, encoding: 'utf8' }).slice(0, 64)
    expect(outputs).toEqual({
      version: '1',
      reference: 'flights@1',
      digest: `sha256:${digest}`,
      isNew: 'true',
      rows: '60',
      columns: '2',
    })
    expect(dataset).toMatchObject({ description: 'Two months', tags: { Year: '2013' }, rows: 60, git: { commit } })
    expect(dataset).not.toHaveProperty('address')
    const [file] = dataset.files.files
    const kept = await bench.look(({ files }) => files.read(file?.digest ?? 'sha256:'))
    expect(Buffer.from(kept).toString()).toBe(tableOf(20))
  })

  test('are one version however often they are registered, and tags are added to it', async () => {
    await using bench = await Bench.make({ 'a.csv': tableOf(30) })
    const inputs = { dataset: 'flights', files: '*.csv' }
    await bench.go(registerDataset, inputs, { context: inCi('ci/1') })
    const before = await bench.entries()

    const repeated = await bench.go(registerDataset, inputs, { context: inCi('ci/1', 2) })
    const elsewhere = await bench.go(registerDataset, inputs)
    expect(await bench.entries()).toEqual(before)
    const tagged = await bench.go(registerDataset, { ...inputs, tags: 'Quality=checked' })

    for (const outputs of [repeated, elsewhere, tagged])
      expect(outputs).toMatchObject({ version: '1', isNew: 'false', rows: '30' })
    const found = await bench.look(({ datasets }) => datasets.list({ tags: { Quality: 'checked' } }))
    expect(found).toHaveLength(1)
  })

  test('stay where they are when they are registered by reference: their bytes are in no workspace', async () => {
    await using bench = await Bench.make({ 'data/a.csv': tableOf(30) })
    const address = 'https://ada:secret@store.example/flights/?sig=abc#key'
    await bench.go(registerDataset, { dataset: 'there', files: 'data', byReference: 'true', address })
    await bench.go(registerDataset, { dataset: 'here', files: 'data', byReference: 'true' })

    const [here, there] = await bench.look(({ datasets }) => datasets.list())

    expect(there).toMatchObject({ isByReference: true, address: 'https://store.example/flights/', rows: 30 })
    expect(here).toMatchObject({ isByReference: true, address: './' })
    const [file] = here?.files.files ?? []
    await expect(bench.look(({ files }) => files.read(file?.digest ?? 'sha256:'))).rejects.toThrow(/TY0207/)
  })

  test('that are no tables have no profile, and the log says so', async () => {
    await using bench = await Bench.make({ 'images/a.png': 'one', 'images/b.png': 'two' })

    const host = await bench.run(registerDataset, { dataset: 'images', files: 'images' })

    expect(host.ended?.exitCode).toBe(0)
    expect(said(host, 'notice')).toContain('2 files no table by its name')
    expect(await bench.look(({ datasets }) => datasets.get('images'))).not.toHaveProperty('profile')
  })

  test('of a fork are not registered, and a dry run records nothing', async () => {
    await using bench = await Bench.make({ 'a.csv': tableOf(30) })
    const inputs = { dataset: 'flights', files: '*.csv' }

    expect(failureOf(await bench.run(registerDataset, inputs, { context: fromFork }))).toContain('TY0211')
    const dry = await bench.run(registerDataset, { ...inputs, dryRun: 'true' })

    expect(dry.outputs.get('reference')).toBe('flights@1')
    expect(dry.summaryText).toContain('dataset flights@1 registered')
    expect(await bench.entries()).toEqual([])
  })

  test('that match nothing, or are broken, are refused before anything is recorded', async () => {
    await using bench = await Bench.make({ 'a.csv': 'a,b\n1,2\n3\n' })

    expect(failureOf(await bench.run(registerDataset, { dataset: 'x', files: '*.parquet' }))).toContain('match no file')
    await bench.write({ 'odd\\name.tsv': 'a\n1\n' })
    expect(failureOf(await bench.run(registerDataset, { dataset: 'x', files: '*.tsv' }))).toContain('not every system')
    const broken = failureOf(await bench.run(registerDataset, { dataset: 'x', files: '*.csv' }))

    expect(broken).toMatch(/a\.csv:3.*another number of cells/)
    expect(await bench.entries()).toEqual([])
  })
})

describe('a dataset that is fetched', () => {
  test('is written with every file, in the version that is named', async () => {
    await using bench = await Bench.make({ 'data/a.csv': tableOf(30) })
    await bench.go(registerDataset, { dataset: 'flights', files: 'data' })
    await bench.write({ 'data/a.csv': tableOf(31) })
    await bench.go(registerDataset, { dataset: 'flights', files: 'data' })

    expect(await bench.go(fetch, { dataset: 'flights@1', folder: 'one' })).toMatchObject({ reference: 'flights@1' })
    await bench.go(fetch, { dataset: 'flights', folder: 'newest' })

    expect(await readFile(join(bench.folder, 'one/data/a.csv'), 'utf8')).toBe(tableOf(30))
    expect(await readFile(join(bench.folder, 'newest/data/a.csv'), 'utf8')).toBe(tableOf(31))
  })

  test('is verified where it is when its bytes are elsewhere', async () => {
    await using bench = await Bench.make({ 'data/a.csv': tableOf(30), 'data/b.csv': tableOf(9) })
    const address = 's3://tables/flights/'
    await bench.go(registerDataset, { dataset: 'flights', files: 'data', byReference: 'true', address })
    const inputs = { dataset: 'flights@1', folder: '.' }

    expect(await bench.go(fetch, inputs)).toMatchObject({ files: '2' })
    await bench.write({ 'data/b.csv': tableOf(9).replace('1', '7') })
    expect(failureOf(await bench.run(fetch, inputs))).toMatch(/They are at s3:.*data\/b\.csv has other bytes/)
    expect(failureOf(await bench.run(fetch, { ...inputs, folder: 'else' }))).toContain('data/a.csv is missing')
  })
})

describe('the schema of a dataset', () => {
  const inputs = { dataset: 'flights', files: '*.csv' }

  async function changed(onSchemaChange: string) {
    const bench = await Bench.make({ 'a.csv': tableOf(30) })
    await bench.go(registerDataset, inputs)
    await bench.write({ 'a.csv': tableOf(30, 'lateness').replaceAll(/,B6$/gm, ',7') })
    return { bench, host: await bench.run(registerDataset, { ...inputs, onSchemaChange }) }
  }

  test('that changed is told of, and registered all the same', async () => {
    const { bench, host } = await changed('warn')
    await using _ = bench

    expect(host.ended?.exitCode).toBe(0)
    expect(host.outputs.get('version')).toBe('2')
    expect(host.ended?.message).toContain('since flights@1: a.csv: the column delay is gone')
    expect(host.summaryText).toContain('the column carrier was text and is mixed')
  })

  test('that changed ends the step with exit 3 and registers nothing where it is told to', async () => {
    const { bench, host } = await changed('fail')
    await using _ = bench

    expect(host.ended?.exitCode).toBe(3)
    expect(failureOf(host)).toMatch(/TY0320.*delay is gone/s)
    expect(Object.fromEntries(host.outputs)).toMatchObject({ isNew: 'false', rows: '30' })
    expect(await bench.look(({ datasets }) => datasets.list())).toHaveLength(1)
  })

  test('may change where that is allowed, and a number may become whole', async () => {
    const { bench, host } = await changed('allow')
    await using _ = bench
    expect([host.ended?.exitCode, said(host, 'warning')]).toEqual([0, ''])

    await bench.write({
      'a.csv': tableOf(30, 'lateness')
        .replaceAll(/^(\d+),/gm, '$1.5,')
        .replaceAll(/,B6$/gm, ',7'),
    })
    const widened = await bench.run(registerDataset, { ...inputs, onSchemaChange: 'fail' })
    expect(widened.ended?.exitCode).toBe(0)
  })
})

describe('the page about a dataset', () => {
  test('shows every column, and neither rows nor what fewer than ten rows say', async () => {
    await using bench = await Bench.make({ 'flights.csv': flights })

    const host = await bench.run(registerDataset, { dataset: 'flights', files: '*.csv' })

    const page = host.summaryText
    for (const column of ['flight', 'month', 'delay', 'distance', 'carrier', 'tail', 'late', 'day', 'departed'])
      expect(page).toContain(`\`${column}\``)
    // The rare carrier has six rows, and no tail number has ten.
    expect(page).toContain('`UA`')
    expect(page).not.toContain('9E')
    expect(page).not.toMatch(/N00\d{3}/)
    const profile = await bench.look(async ({ datasets, files }) =>
      Buffer.from(await files.read((await datasets.get('flights')).profile ?? 'sha256:')).toString(),
    )
    expect(/N00\d{3}|"9E"/.test(profile)).toBe(false)
  })
})

describe('a run whose data are a registered dataset', () => {
  const training = { model: 'kettle', command: 'node train.cjs', files: 'm.bin' }
  const code = { '.gitignore': 'm.bin\n', 'train.cjs': "require('node:fs').writeFileSync('m.bin', 'x')\n" }

  test('names the version by the bytes of its files, and so does the model version that it becomes', async () => {
    await using bench = await Bench.make({
      ...code,
      'raw/a.csv': tableOf(30),
      'raw/b.csv': tableOf(20),
      'model/raw.csv': tableOf(30),
    })
    bench.commit()
    await bench.go(registerDataset, { dataset: 'first', files: 'raw/a.csv' })
    await bench.go(registerDataset, { dataset: 'second', files: 'raw/b.csv' })
    await bench.go(registerDataset, { dataset: 'both', files: 'raw' })

    const { candidate = '' } = await bench.go(train, { ...training, data: 'model/*.csv' })
    await bench.go(register, { model: 'kettle', run: candidate, datasets: 'second@1' })

    const version = await bench.look(({ models }) => models.version('kettle', 1))
    const made = await bench.look(({ runs }) => runs.get(version.run ?? ''))
    expect(made.datasets).toEqual(['first@1'])
    expect(version.datasets).toEqual(['first@1', 'second@1'])
  })

  test('names of one dataset the version with the most files', async () => {
    await using bench = await Bench.make({ ...code, 'a.csv': tableOf(30), 'b.csv': tableOf(20) })
    bench.commit()
    for (const files of ['a.csv', '*.csv', 'b.csv']) await bench.go(registerDataset, { dataset: 'flights', files })

    const { candidate = '' } = await bench.go(train, { ...training, data: '*.csv' })

    const made = await bench.look(({ runs }) => runs.get(candidate.slice('run:'.length)))
    expect(made.datasets).toEqual(['flights@2'])
  })

  test('names none where no dataset is registered', async () => {
    await using bench = await Bench.make()
    const id = await trained(bench, { 'm.bin': 'x' })

    expect(await bench.look(({ runs }) => runs.get(id))).not.toHaveProperty('datasets')
  })
})
