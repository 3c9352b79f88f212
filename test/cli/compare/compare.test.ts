import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { compareCode } from '../../../core/cli/compare/code.ts'
import { compareRuns, directionOf } from '../../../core/cli/compare/comparison.ts'
import { comparisonMarkdown } from '../../../core/cli/compare/markdown.ts'
import { comparePackages } from '../../../core/cli/compare/packages.ts'
import { comparisonText } from '../../../core/cli/compare/text.ts'
import type { Digest } from '../../../core/records/digest.ts'
import { treeOf } from '../../../core/records/tree.ts'
import { needTool } from '../../support/tools.ts'
import { aRun, digest } from '../lineage/sample.ts'

/** Snapshots of code whose bytes can be read. */
function snapshots(...folders: readonly Readonly<Record<string, string | Uint8Array>>[]) {
  const blobs = new Map<Digest, Uint8Array>()
  const trees = folders.map((folder) =>
    treeOf(
      Object.entries(folder).map(([path, content]) => {
        const bytes = Buffer.from(content)
        const own: Digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
        blobs.set(own, bytes)
        return { path, digest: own, size: bytes.length }
      }),
    ),
  )
  const [before = treeOf([]), after = treeOf([])] = trees
  const read = (of: Digest) => Promise.resolve(blobs.get(of) ?? new Uint8Array())
  return { pair: [before, after] as const, read }
}

const limits = { fileBytes: 1000, lines: 100 }
const ended = (metrics: Readonly<Record<string, number>>, params: Readonly<Record<string, string | number>>) =>
  ({ state: 'succeeded', exitCode: 0, metrics, params, artifacts: treeOf([]) }) as const

describe('runs side by side', () => {
  const first = aRun('r-1', {
    end: ended({ auc: 0.8, 'val/log_loss': 0.4, lift: 0, gone: 1 }, { depth: 3, kind: 'trees' }),
  })
  const second = aRun('r-2', {
    end: ended({ auc: 0.9, 'val/log_loss': 0.5, lift: 2 }, { depth: 5, kind: 'trees', more: 'x' }),
    data: [{ path: 'data/april.parquet', digest: digest('e1'), size: 1 }],
  })
  const { metrics, params, data, circumstances } = compareRuns([first, second])

  test('differ in metrics by so much, and better or worse only where that is known', () => {
    expect(metrics.map(({ name, differences }) => [name, differences[1]])).toEqual([
      [
        'auc',
        { absolute: expect.closeTo(0.1) as unknown, relative: expect.closeTo(0.125) as unknown, verdict: 'better' },
      ],
      [
        'val/log_loss',
        { absolute: expect.closeTo(0.1) as unknown, relative: expect.closeTo(0.25) as unknown, verdict: 'worse' },
      ],
      ['lift', { absolute: 2 }],
      ['gone', undefined],
    ])
  })

  test('differ in parameters, data and circumstances', () => {
    expect(params).toEqual([
      { name: 'depth', values: [3, 5], isSame: false },
      { name: 'kind', values: ['trees', 'trees'], isSame: true },
      { name: 'more', values: [undefined, 'x'], isSame: false },
    ])
    expect(data).toEqual([{ name: 'data/april.parquet', values: [digest('da7a'), digest('e1')], isSame: false }])
    expect(circumstances.every(({ isSame }) => isSame)).toBe(true)
  })

  test.each([
    ['auc', 'higher'],
    ['test_accuracy', 'higher'],
    ['val/log_loss', 'lower'],
    ['RMSE', 'lower'],
    ['aucs', undefined],
    ['loss', undefined],
    ['constructor', undefined],
  ])('of %s it is known: %s', (name, direction) => {
    expect(directionOf(name)).toBe(direction)
  })
})

test('packages of lock files that differ are told', () => {
  const before = 'numpy==2.4.5 \\\n    --hash=sha256:aa\npandas[parquet]==3.1.1\n# via x==1\nold==1\n'

  expect(comparePackages([before, 'NumPy==2.4.6 ; python_version > "3"\npandas==3.1.1\n'])).toEqual([
    { name: 'numpy', values: ['2.4.5', '2.4.6'], isSame: false },
    { name: 'old', values: ['1', undefined], isSame: false },
  ])
})

describe('the difference of code', () => {
  const before = { 'train.py': 'a\nb\nc\n', 'same.py': 'x\n', 'gone.py': 'old\n', 'blob.bin': new Uint8Array([0, 1]) }
  const after = { 'train.py': 'a\nB\nc\n', 'same.py': 'x\n', 'new/add.py': 'new', 'blob.bin': new Uint8Array([0, 2]) }

  test('is one that git applies, and names what is no text', async (context) => {
    const { pair, read } = snapshots(before, after)
    const { files } = await compareCode(pair, limits, read)

    expect(files.map(({ path, kind, note }) => [path, kind, note])).toEqual([
      ['blob.bin', 'changed', 'is no text'],
      ['gone.py', 'removed', undefined],
      ['new/add.py', 'added', undefined],
      ['train.py', 'changed', undefined],
    ])
    await using folder = {
      path: await mkdtemp(join(tmpdir(), 'trainyard-patch-')),
      [Symbol.asyncDispose]: () => rm(folder.path, { recursive: true }),
    }
    for (const [path, content] of Object.entries(before)) await writeFile(join(folder.path, path), content)
    const patch = `${files.flatMap((file) => file.patch ?? []).join('\n')}\n`
    const applied = spawnSync(needTool(context, 'git'), ['apply', '-'], {
      cwd: folder.path,
      input: patch,
      encoding: 'utf8',
    })

    expect(applied.stderr).toBe('')
    expect(await readFile(join(folder.path, 'train.py'), 'utf8')).toBe(after['train.py'])
    expect(await readFile(join(folder.path, 'new/add.py'), 'utf8')).toBe(after['new/add.py'])
  })

  test('is kept short, and says by how much', async () => {
    const lines = (word: string) => Array.from({ length: 50 }, (_, n) => `${word} ${n}`).join('\n')
    const { pair, read } = snapshots(
      { 'a.py': lines('a'), 'b.py': lines('a') },
      { 'a.py': lines('b'), 'b.py': lines('c') },
    )
    const { files, linesLeftOut } = await compareCode(pair, { fileBytes: 10_000, lines: 20 }, read)

    expect(files[0]?.patch?.split('\n')).toHaveLength(20)
    expect(files[1]).toEqual({ path: 'b.py', kind: 'changed', note: 'is left out' })
    expect(linesLeftOut).toBeGreaterThan(100)
  })

  test('reads no file that is too large', async () => {
    const { pair } = snapshots({ 'a.py': 'x'.repeat(2000) }, { 'a.py': 'y' })

    expect((await compareCode(pair, limits, () => Promise.reject(new Error('read')))).files).toEqual([
      { path: 'a.py', kind: 'changed', note: 'is too large to compare' },
    ])
  })
})

describe('what is shown', () => {
  const whole = async () => {
    const hostile = '```\n</details><script>alert(1)</script>\n\u001B[2Jx\n'
    const { pair, read } = snapshots({ 'train.py': 'a\n\tb\n' }, { 'train.py': `a\n\tc\n${hostile}` })
    const runs = [
      aRun('r-1', { end: ended({ auc: 0.8 }, { depth: 3, kind: 'trees' }) }),
      aRun('r-2', { end: ended({ auc: 0.9 }, { depth: 5, kind: 'trees', 'a|b': '<b>' }), experiment: 'x' }),
    ]
    return { ...compareRuns(runs), packages: [], code: [await compareCode(pair, limits, read)] }
  }

  test('at a terminal is harmless and says what is the same', async () => {
    const text = comparisonText(await whole())

    expect(text).toMatch(/METRIC {2}1 {4}2\nauc {5}0\.8 {2}0\.9 \(\+0\.1, \+12\.5 %, better\)/)
    expect(text).toContain('1 more parameter is the same.')
    expect(text).toContain('1 file of code differs: 1 changed.\n--- a/train.py')
    expect(text).not.toContain('\u001B')
  })

  test('as Markdown stays in its table and in its fence', async () => {
    const text = comparisonMarkdown(await whole())

    expect(text).toContain('| metric | 1 | 2 |\n| --- | --- | --- |\n| `auc` | 0.8 | 0.9 (+0.1, +12.5 %, better) |')
    expect(text).toContain(String.raw`| ${'`'}a\|b${'`'} | - | ${'`'}<b>${'`'} |`)
    expect(text).toMatch(/\n````diff\n[^]*<script>[^]*\n````\n/)
  })
})
