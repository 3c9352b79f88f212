import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { versionEvent } from '../../core/records/event.ts'
import { statement } from '../../core/records/evidence.ts'
import type { ModelVersion } from '../../core/records/model.ts'
import type { Run, RunStart } from '../../core/records/run.ts'
import { type Tree, treeOf } from '../../core/records/tree.ts'
import { openWorkspace } from '../../core/workspace/open.ts'
import type { Workspace } from '../../core/workspace/workspace.ts'
import { memoryHost } from '../support/memory-host.ts'

/** A workspace in a folder with a small story: two runs, two versions, a gate, a promotion. */
export interface Seeded {
  readonly runs: readonly Run[]
  readonly versions: readonly ModelVersion[]
}

const digest = `sha256:${'ab'.repeat(32)}` as const

/** Writes the story into the workspace folder, each step under a request of its own, as `tester`. */
export async function seed(folder: string, workspaceFolder: string): Promise<Seeded> {
  const host = memoryHost({ context: { folder } })
  const as = async <T>(request: string, work: (workspace: Workspace) => Promise<T>): Promise<T> => {
    const workspace = await openWorkspace({
      url: workspaceFolder,
      host,
      request,
      by: { name: 'tester', host: 'memory' },
      intent: 'write',
      allowPublicFiles: true,
    })
    try {
      return await work(workspace)
    } finally {
      await workspace.close()
    }
  }
  const first = await as('train-1', (workspace) => trained(workspace, folder, 'one'))
  const second = await as('train-2', (workspace) => trained(workspace, folder, 'two'))
  const failed = await as('train-3', async (workspace) => {
    const { run } = await workspace.runs.start(startOf('three', await code(workspace, folder)))
    return workspace.runs.finish(run.id, {
      state: 'failed',
      exitCode: 1,
      metrics: {},
      params: {},
      artifacts: treeOf([]),
    })
  })
  const one = await as('register-1', (workspace) => registered(workspace, first, { Stage: 'old' }))
  const two = await as('register-2', (workspace) => registered(workspace, second, { Stage: 'new', Note: '\u001B[2J' }))
  await as('gate-2', (workspace) => workspace.evidence.add(gateOf(two)))
  await as('promote-1', (workspace) => moved(workspace, undefined, 1, 'the first'))
  await as('promote-2', (workspace) => moved(workspace, 1, 2, 'better'))
  return { runs: [first, second, failed], versions: [one, two] }
}

/** What is known when training starts. */
export function startOf(experiment: string, code = treeOf([{ path: 'train.py', digest, size: 1_234 }])): RunStart {
  return {
    model: 'flights',
    experiment,
    command: ['python', 'train.py'],
    git: { repository: 'octo/flights', ref: 'refs/heads/main', commit: '0123456789abcdef', isDirty: true },
    environment: { kind: 'locked', python: '3.11.2', digest },
    code,
    data: [{ path: 'data/april.csv', digest, size: 2_500_000 }],
    machine: { os: 'linux', arch: 'x64', cpus: 2, cpuModel: 'Test CPU', memoryBytes: 8e9 },
    deadline: '2999-01-01T00:00:00.000Z',
  }
}

async function code(workspace: Workspace, folder: string): Promise<Tree> {
  const from = join(folder, 'train.py')
  await writeFile(from, '#'.repeat(1_234))
  return workspace.files.put([{ path: 'train.py', from }])
}

async function trained(workspace: Workspace, folder: string, experiment: string): Promise<Run> {
  const from = join(folder, `${experiment}.bin`)
  await writeFile(from, experiment)
  const { run } = await workspace.runs.start(startOf(experiment, await code(workspace, folder)))
  const artifacts = await workspace.files.put([{ path: 'model.bin', from }])
  return workspace.runs.finish(run.id, {
    state: 'succeeded',
    exitCode: 0,
    metrics: { auc: 0.89012345, logLoss: 0.34 },
    params: { trees: 80 },
    artifacts,
  })
}

async function registered(workspace: Workspace, run: Run, tags: Record<string, string>): Promise<ModelVersion> {
  const files = run.end?.artifacts ?? treeOf([])
  const start = { model: 'flights', files, run: run.id, tags, datasets: [], description: 'A model.' }
  const { version } = await workspace.models.register(start, (made) =>
    versionEvent({ type: 'model.registered', version: made, git: run.git, at: made.createdAt }),
  )
  return version
}

function gateOf(version: ModelVersion) {
  return statement(
    'gate',
    { name: 'flights@2', digest: version.files.digest },
    {
      model: 'flights',
      candidate: 'flights@2',
      champion: { reference: 'flights@1', digest },
      verdict: { kind: 'pass', results: [], isUncompared: false, reasons: ['Every required criterion is proven.'] },
      criteria: { digest, file: 'criteria.yml' },
      data: { digest, rows: 27_564, file: 'data/april.csv' },
    },
  )
}

async function moved(workspace: Workspace, from: number | undefined, to: number, why: string): Promise<void> {
  await workspace.models.moveAlias({ model: 'flights', alias: 'champion', from, to, why })
}
