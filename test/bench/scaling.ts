import { execFile, execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { treeOf } from '../../core/records/tree.ts'
import { openWorkspace } from '../../core/workspace/open.ts'
import type { Workspace } from '../../core/workspace/workspace.ts'
import { GitServer } from '../support/git-server.ts'
import { mlflowPython, MlflowServer } from '../support/mlflow.ts'
import { writeBulkBranch, writeBulkFolder } from '../workspace/bulk.ts'
import { openOptions, reference } from '../workspace/places.ts'
import { registered } from '../workspace/records.ts'
import { type Bench, fixed, inTurn, median } from './timing.ts'

const run = promisify(execFile)

const models = 1000
const pageSize = 50
const rounds = 7

/** Versions of one model. `TRAINYARD_BENCH_VERSIONS=1000,10000,100000` takes minutes to write the largest. */
const sizes = (process.env['TRAINYARD_BENCH_VERSIONS'] ?? '1000,10000').split(',').map(Number)

/** What is asked of a workspace that nobody has opened yet, and of an MLflow server that is up. */
interface Question {
  readonly name: string
  /** Milliseconds in which a workspace in a folder, and one over git, is to answer. */
  readonly bounds: readonly [folderMs: number, gitMs: number]
  ours(workspace: Workspace, versions: number): Promise<unknown>
  /** A path of MLflow's API. */
  mlflow(versions: number): string
}

const both = "name='flights' AND tags.Team='ops' AND tags.Batch='2'"

const questions: readonly Question[] = [
  {
    name: 'resolve flights@champion',
    bounds: [10, 2000],
    ours: (workspace) => workspace.models.resolve(reference('flights@champion')),
    mlflow: () => 'registered-models/alias?name=flights&alias=champion',
  },
  {
    name: 'resolve flights@latest',
    bounds: [10, 2000],
    ours: (workspace) => workspace.models.resolve(reference('flights@latest')),
    mlflow: () => `model-versions/search?filter=${encodeURIComponent("name='flights'")}&max_results=1`,
  },
  {
    name: 'search by two tags',
    bounds: [150, 2000],
    ours: ({ models: all }) => all.versions('flights', { tags: { Team: 'ops', Batch: '2' } }),
    mlflow: () => `model-versions/search?filter=${encodeURIComponent(both)}&max_results=1000`,
  },
  {
    name: 'a page of versions',
    bounds: [50, 2000],
    ours: ({ models: all }, versions) => all.versions('flights', { before: Math.ceil(versions / 2), limit: pageSize }),
    mlflow: () => `model-versions/search?filter=${encodeURIComponent("name='flights'")}&max_results=${pageSize}`,
  },
  {
    name: 'a page of models',
    bounds: [50, 2000],
    ours: ({ models: all }) => all.list({ after: 'model-0500', limit: pageSize }),
    mlflow: () => `registered-models/search?max_results=${pageSize}`,
  },
]

/** One workspace, and the least that anybody who reads it has to do. */
interface Ready extends AsyncDisposable {
  readonly place: 'folder' | 'git'
  readonly peer: string
  open(intent: 'read' | 'write'): Promise<Workspace>
  least(): Promise<unknown>
}

/**
 * Cold reads and appends at growing sizes. The peers are in the same run: bare reads of the same entries for a folder,
 * `git clone --depth 1` for a branch, and an MLflow server with as many versions where it is installed.
 */
export const scaling: Bench = {
  name: 'scale',
  async run() {
    const lines: string[] = []
    for (const versions of sizes) {
      // Many synced files are slow on a disk, and only reading is compared here.
      const folder = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'trainyard-bench-'))
      try {
        await using mlflow = await mlflowWith(versions, folder)
        for (const make of [folderWith, branchWith]) {
          await using ready = await make(versions, folder)
          for (const question of questions) lines.push(await ask(question, { ready, versions, mlflow }))
          lines.push(await append(ready, versions))
        }
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    }
    return lines
  },
}

async function ask(
  question: Question,
  {
    ready,
    versions,
    mlflow,
  }: { readonly ready: Ready; readonly versions: number; readonly mlflow: Mlflow | undefined },
): Promise<string> {
  const ours = async () => {
    let workspace: Workspace | undefined
    const ms = await timed(async () => {
      workspace = await ready.open('read')
      await question.ours(workspace, versions)
    })
    await workspace?.close()
    return ms
  }
  const [mine, least] = await inTurn(rounds, ours, () => timed(() => ready.least()))
  const [a, b] = [median(mine), median(least)]
  const bound = question.bounds[ready.place === 'folder' ? 0 : 1]
  const parts = [`${fixed(a)} ms (at most ${bound})`, `ratio ${fixed(a / b, 2)} to ${ready.peer} (${fixed(b)} ms)`]
  if (mlflow !== undefined) {
    const theirs: number[] = []
    for (let round = 0; round < rounds; round++) theirs.push(await timed(() => mlflow.ask(question.mlflow(versions))))
    parts.push(`ratio ${fixed(a / median(theirs), 2)} to MLflow (${fixed(median(theirs))} ms)`)
  }
  return `scale ${ready.place} ${versions}: ${question.name}: ${parts.join('; ')}`
}

/** Registering one more, often enough for checkpoints to be among them. */
async function append(ready: Ready, versions: number): Promise<string> {
  const times: number[] = []
  const workspace = await ready.open('write')
  for (let n = 0; n < (ready.place === 'folder' ? 96 : rounds); n++) {
    const digest = `sha256:${n.toString(16).padStart(64, 'f')}` as const
    const files = treeOf([{ path: 'model.onnx', digest, size: n }])
    const start = { model: 'flights', files, tags: {}, datasets: [] }
    times.push(await timed(() => workspace.models.register(start, registered)))
  }
  await workspace.close()
  const mean = times.reduce((sum, ms) => sum + ms, 0) / times.length
  return `scale ${ready.place} ${versions}: register one more: median ${fixed(median(times))} ms, mean ${fixed(mean)} ms`
}

async function folderWith(versions: number, folder: string): Promise<Ready> {
  const url = join(folder, 'workspace')
  await writeBulkFolder(url, { versions, models, runEvery: 10 })
  const entries = join(url, 'entries', readdirSync(join(url, 'entries')).sort().at(-1) ?? '')
  return {
    place: 'folder',
    peer: 'reading its newest 32 entries',
    open: (intent) => openWorkspace(openOptions(url, folder, { intent })),
    least: () =>
      Promise.all(
        readdirSync(entries)
          .slice(-32)
          .map((name) => readFile(join(entries, name))),
      ),
    [Symbol.asyncDispose]: () => rm(url, { recursive: true }),
  }
}

async function branchWith(versions: number, folder: string): Promise<Ready> {
  const bare = join(folder, 'served', 'acme', 'models.git')
  execFileSync('git', ['init', '--quiet', '--bare', bare])
  await writeBulkBranch(bare, { versions, models, runEvery: 10, tempFolder: folder })
  execFileSync('git', ['-C', bare, 'repack', '-adq'])
  const server = await GitServer.start({ folder: join(folder, 'served'), tokens: { writer: 'write' } })
  const url = `git:${server.url}/acme/models.git`
  const clone = join(folder, 'clone')
  const remote = server.url.replace('//', '//x:writer@')
  return {
    place: 'git',
    peer: 'git clone --depth 1',
    open: (intent) => openWorkspace(openOptions(url, folder, { intent, token: 'writer' })),
    async least() {
      await run('git', [
        'clone',
        '--quiet',
        '--bare',
        '--depth',
        '1',
        '-b',
        'trainyard',
        `${remote}/acme/models.git`,
        clone,
      ])
      await rm(clone, { recursive: true })
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

interface Mlflow extends AsyncDisposable {
  ask(path: string): Promise<unknown>
}

async function mlflowWith(versions: number, folder: string): Promise<Mlflow | undefined> {
  const python = mlflowPython('3')
  if (python === undefined) return undefined
  const database = join(folder, 'mlflow.db')
  const server = await MlflowServer.start(python, { backend: `sqlite:///${database}` })
  const seed = join(import.meta.dirname, 'scaling', 'seed_mlflow.py')
  execFileSync(python.python, [seed, database, String(versions), String(models)])
  return {
    async ask(path) {
      const response = await fetch(`${server.url}/api/2.0/mlflow/${path}`)
      const answer: unknown = await response.json()
      if (!response.ok) throw new Error(`MLflow answered ${response.status}: ${JSON.stringify(answer)}`)
      return answer
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now()
  await work()
  return performance.now() - from
}
