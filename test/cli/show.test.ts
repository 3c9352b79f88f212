import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { runCli } from './run-cli.ts'
import { seed, type Seeded } from './seed.ts'

let folder = ''
let seeded: Seeded
const [first, second, failed] = [0, 1, 2].map((at) => () => seeded.runs[at]?.id ?? '')

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trainyard-show-'))
  seeded = await seed(folder, join(folder, 'ws'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** What a command that looks prints; nothing of it goes elsewhere. */
async function shown(...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await runCli([...args, '--workspace', 'ws'], { cwd: folder })
  expect(stderr).toBe('')
  expect(exitCode).toBe(0)
  // JSON is for programs, which read lines of any length.
  if (!args.includes('--json')) expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([])
  return stdout
}

const json = async (...args: string[]): Promise<unknown> => JSON.parse(await shown(...args, '--json'))

describe('models', () => {
  test('lists each model with its champion', async () => {
    const lines = (await shown('models')).split('\n')

    expect(lines[0]).toBe('MODEL    LATEST  CHAMPION  SINCE             BY      OTHER ALIASES')
    expect(lines[1]).toMatch(/^flights {2}2 {7}2 {9}\d{4}-\d\d-\d\d \d\d:\d\d {2}tester$/)
    expect(await json('models')).toMatchObject([{ name: 'flights', latest: 2, aliases: { champion: 2 } }])
  })

  test('lists the versions of one, newest first, with aliases, runs and tags', async () => {
    const lines = (await shown('models', 'flights')).split('\n')

    expect(lines[1]).toContain(`flights@2  champion  `)
    expect(lines[1]).toContain(second?.())
    expect(lines[2]).toContain('Stage=old')
  })

  test('shows a tag that speaks to terminals as plain text', async () => {
    expect(await shown('models', 'flights')).not.toContain('\u001B')
  })

  test('finds versions by their tags', async () => {
    expect(await json('models', 'flights', '--tag', 'Stage=old')).toMatchObject([{ version: 1 }])
    expect(await json('models', 'flights', '--tag', 'Stage=old,Note=x')).toEqual([])
  })

  test('says that no version has the tags', async () => {
    expect(await shown('models', 'flights', '--tag', 'Stage=none')).toBe('flights has no such version.\n')
  })

  test('says that there is no such model', async () => {
    const { exitCode, stderr } = await runCli(['models', 'otters', '--workspace', 'ws'], { cwd: folder })

    expect(exitCode).toBe(2)
    expect(stderr).toContain('TY0205')
  })
})

describe('runs', () => {
  test('lists runs by experiment, newest first, with state and metrics', async () => {
    const lists = (await shown('runs')).trimEnd().split('\n\n')

    expect(lists.map((list) => list.split(/\s+/).slice(0, 2))).toEqual([
      ['experiment', 'three'],
      ['experiment', 'two'],
      ['experiment', 'one'],
    ])
    expect(lists[0]?.split('\n')[2]).toMatch(new RegExp(`^${failed?.()} .* failed `))
    expect(lists[1]).toMatch(/auc=0\.8901 logLoss=0\.34$/)
  })

  test('of one experiment are one list', async () => {
    expect(await shown('runs', '--experiment', 'two')).toMatch(new RegExp(`^RUN .*\n${second?.()} `))
  })

  test('are found by a search', async () => {
    expect(await json('runs', '--where', 'metric auc > 0.8 and experiment != one')).toMatchObject([{ id: second?.() }])
    expect(await json('runs', '--where', 'metric auc', '--experiment', 'one')).toMatchObject([{ id: first?.() }])
  })

  test('finds runs by state, model and experiment', async () => {
    expect(await json('runs', '--state', 'failed')).toMatchObject([{ id: failed?.() }])
    expect(await json('runs', '--experiment', 'one')).toMatchObject([{ id: first?.() }])
    expect(await json('runs', '--model', 'otters')).toEqual([])
  })
})

describe('runs compare', () => {
  test('puts runs side by side, in words, as Markdown and as JSON', async () => {
    const [one, two] = [`run:${first?.()}`, 'flights@2']

    const text = await shown('runs', 'compare', one, two)
    expect(text).toMatch(/logLoss {2}0\.34 {6}0\.34 \(same\)/)
    expect(text).toContain('The code is the same.')
    expect(await shown('runs', 'compare', one, two, '--markdown')).toContain(`### Runs compared with \`${first?.()}\``)
    expect(await json('runs', 'compare', one, two)).toMatchObject({ runs: [{ id: first?.() }, { id: second?.() }] })
  })

  test('asks for two runs', async () => {
    const { exitCode, stderr } = await runCli(['runs', 'compare', 'r-1', '--workspace', 'ws'], { cwd: folder })

    expect(exitCode).toBe(2)
    expect(stderr).toContain('is neither a run nor a version')
  })
})

describe('search', () => {
  test('finds versions by what they are and by what their run was', async () => {
    expect(await shown('search', 'metric auc > 0.8 and tag Stage = new')).toMatch(/\nflights@2 {2}champion {2}/)
    expect(await json('search', 'alias = champion')).toMatchObject([{ version: 2, aliases: ['champion'] }])
    expect(await json('models', '--where', 'experiment = one')).toMatchObject([{ version: 1 }])
    expect(await json('models', 'flights', '--where', 'tag Stage', '--tag', 'Stage=old')).toMatchObject([
      { version: 1 },
    ])
  })

  test('finds runs and datasets', async () => {
    expect(await json('search', 'state = failed', '--kind', 'runs')).toMatchObject([{ id: failed?.() }])
    expect(await shown('search', '--kind', 'datasets')).toBe('Nothing matches.\n')
  })

  test('tells everything that is wrong with its words at once, with the columns', async () => {
    const asked = 'stage = prod and metric auc > high'
    const { exitCode, stderr } = await runCli(['search', asked, '--workspace', 'ws'], { cwd: folder })

    expect(exitCode).toBe(2)
    expect(stderr).toContain('--query names "stage", which is no field of versions (column 1)')
    expect(stderr).toContain('(column 31)')
  })
})

describe('lineage', () => {
  test('shows a version with its run, code, data, environment, gate and promotions', async () => {
    const tree = await shown('lineage', 'flights@champion')

    expect(tree).toMatch(/^flights@2 {2}registered \d{4}-\d\d-\d\d \d\d:\d\d by tester\n/)
    for (const part of [
      '├─ files  1 file, 3 B, ',
      `├─ run ${second?.()}  succeeded`,
      '│  ├─ command  python train.py',
      '│  ├─ commit  0123456789ab (octo/flights refs/heads/main), with uncommitted changes',
      '│  ├─ code  1 file, 1.23 kB, ',
      '│  │  └─ data/april.csv  2.5 MB  abababababab',
      '│  ├─ environment  locked, Python 3.11.2, abababababab',
      '│  ├─ parameters  trees=80',
      '├─ gate pass against flights@1, ',
      '│  ├─ Every required criterion is proven.',
      '│  ├─ data  data/april.csv, 27564 rows',
      '└─ alias champion',
      '1 → 2 by tester: better',
    ])
      expect(tree).toContain(part)
  })

  test('shows a run, and the version that it became', async () => {
    expect(await shown('lineage', `run:${first?.()}`)).toMatch(/^flights@1 /)
    expect(await shown('lineage', `run:${failed?.()}`)).toMatch(new RegExp(`^run ${failed?.()} {2}failed`))
  })

  test('is JSON for programs', async () => {
    expect(await json('lineage', 'flights@2')).toMatchObject({
      version: { version: 2 },
      run: { id: second?.() },
      evidence: [{ kind: 'gate', verdict: 'pass', predicate: { candidate: 'flights@2' } }],
    })
  })

  test('shows what was made of a commit, down to the versions, and draws it', async () => {
    const tree = await shown('lineage', 'commit:0123456', '--svg', 'made.svg')

    expect(tree).toMatch(/^commit 0123456789ab {2}with uncommitted changes, octo\/flights\n/)
    expect(tree).toMatch(new RegExp(`├─ run ${second?.()} {2}succeeded .*\n│ {2}└─ flights@2 {2}champion, `))
    expect(tree).toContain('Wrote made.svg.')
    expect(await readFile(join(folder, 'made.svg'), 'utf8')).toContain(
      '<title id="lineage-t">Lineage of commit:0123456</title>',
    )
  })

  test('replaces an earlier picture, and nothing else unless it is forced to', async () => {
    await writeFile(join(folder, 'logo.svg'), '<svg/>')
    const draw = (...more: string[]) =>
      runCli(['lineage', 'flights@2', '--svg', 'logo.svg', '--workspace', 'ws', ...more], { cwd: folder })

    const refused = await draw()
    expect(refused.exitCode).toBe(2)
    expect(refused.stderr).toContain('exists and is no earlier picture')
    expect((await draw('--force')).stdout).toContain('Wrote logo.svg.')
    expect((await draw()).exitCode).toBe(0)
  })

  test('of something that names nothing says what has a lineage', async () => {
    const { exitCode, stderr } = await runCli(['lineage', 'flights', '--workspace', 'ws'], { cwd: folder })

    expect(exitCode).toBe(2)
    expect(stderr).toContain('dataset:name@version')
  })

  test('of something that does not exist is an error that says where it was looked for', async () => {
    const { exitCode, stderr } = await runCli(['lineage', 'otters@1', '--workspace', 'ws'], { cwd: folder })

    expect(exitCode).toBe(2)
    expect(stderr).toContain('TY0205')
    expect(stderr).toContain('otters@1')
  })

  test('asks for a reference when there is none', async () => {
    const { exitCode, stderr } = await runCli(['lineage'], { cwd: folder })

    expect(exitCode).toBe(2)
    expect(stderr).toContain('--reference is missing')
  })
})

describe('audit', () => {
  test('shows every entry with its changes, from the first on', async () => {
    const trail = await shown('audit')

    expect(trail).toMatch(/^ {4}1 {2}\d{4}-\d\d-\d\d \d\d:\d\d {2}[0-9a-f]{12} {2}tester\n {7}\S/)
    expect(trail).toContain('flights@2')
    expect(trail.indexOf('flights@1')).toBeLessThan(trail.lastIndexOf('flights@2'))
  })

  test('shows only the newest when asked', async () => {
    expect((await shown('audit', '--last', '1')).match(/^ +\d+ {2}\d{4}/gm)?.length).toBe(1)
  })

  test('is one JSON object a line for programs', async () => {
    const lines = (await shown('audit', '--json')).trimEnd().split('\n')
    const entries = lines.map((line) => z.object({ seq: z.number(), digest: z.string() }).parse(JSON.parse(line)))

    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, at) => at + 1))
    expect(await json('audit', '--verify')).toMatchObject({
      isWhole: true,
      entries: entries.length,
      head: { digest: entries.at(-1)?.digest },
    })
  })

  test('finds an entry that was changed afterwards', async () => {
    const copy = await mkdtemp(join(tmpdir(), 'trainyard-tampered-'))
    try {
      await seed(copy, join(copy, 'ws'))
      await tamper(join(copy, 'ws'))
      const { exitCode, stdout, stderr } = await runCli(['audit', '--verify', '--workspace', 'ws'], { cwd: copy })

      expect(stdout).toMatch(/^Entries: 1 problem\n {2}entry 10 was changed/)
      expect(stderr).toContain('TY0207')
      expect(exitCode).not.toBe(0)
    } finally {
      await rm(copy, { recursive: true, force: true })
    }
  })
})

/** Changes a word in an entry in the middle of the ledger. */
async function tamper(workspace: string): Promise<void> {
  const files = await readdir(workspace, { recursive: true, withFileTypes: true })
  for (const file of files.filter((entry) => entry.isFile())) {
    const path = join(file.parentPath, file.name)
    const text = await readFile(path, 'utf8')
    if (!text.includes('"tester"') || !text.includes('the first')) continue
    await writeFile(path, text.replaceAll('tester', 'nobody'))
    return
  }
  throw new Error('no entry was found to change')
}

test('a reader that closes the pipe early is no failure', async () => {
  const { exitCode, stderr } = await runCli(['audit', '--workspace', 'ws'], { cwd: folder, closesEarly: true })

  expect(stderr).toBe('')
  expect(exitCode).toBe(0)
})
