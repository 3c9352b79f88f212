import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { statement } from '../../core/records/evidence.ts'
import { runEvent, versionEvent } from '../../core/records/event.ts'
import type { Tree } from '../../core/records/tree.ts'
import type { Workspace } from '../../core/workspace/workspace.ts'

/** Opens a workspace as one step of one actor does. */
export type OpenGolden = (request: string) => Promise<Workspace>

const git = { repository: 'acme/models', ref: 'refs/heads/main', commit: 'c0ffee0c0ffee0c0ffee0c0ffee0c0ffee0c0ffe' }
const machine = { os: 'linux', arch: 'x64', cpus: 2, cpuModel: 'cpu', memoryBytes: 8_000_000_000 }
const none = { tags: {}, datasets: [] }

/**
 * Writes a small workspace in which there is one of everything that this release can write: the material of the golden
 * folders, from which every later release must be able to read and go on. `folder` takes the files on their way.
 */
export async function makeGolden(open: OpenGolden, folder: string): Promise<void> {
  const step = async <T>(request: string, work: (workspace: Workspace) => Promise<T>): Promise<T> => {
    const workspace = await open(request)
    try {
      return await work(workspace)
    } finally {
      await workspace.close()
    }
  }
  await step('data', (workspace) => datasets(workspace, folder))
  await step('train-1', (workspace) => trainAndRegister(workspace, folder, { auc: 0.81 }))
  await step('train-2', (workspace) => trainAndRegister(workspace, folder, { auc: 0.89 }))
  await step('failed', (workspace) => failedRun(workspace))
  await step('by-hand', (workspace) => byHand(workspace, folder))
  await step('decisions', decisions)
  await step('serving', serving)
  await step('delivery', delivery)
  // Enough entries for a checkpoint, and some after it.
  for (let round = 1; round <= 12; round++)
    await step(`tag-${round}`, ({ models }) => models.tag('flights', 2, { Round: String(round) }))
}

function keep(workspace: Workspace, folder: string, files: Readonly<Record<string, string>>): Promise<Tree> {
  const sources = Object.entries(files).map(([path, text], at) => {
    const from = join(folder, `golden-${at}`)
    writeFileSync(from, text)
    return { path, from }
  })
  return workspace.files.put(sources, { isModel: true })
}

async function datasets(workspace: Workspace, folder: string): Promise<void> {
  const files = await keep(workspace, folder, { 'april.csv': 'carrier,delay\nAA,3\nUA,-2\n' })
  await workspace.datasets.register({
    name: 'months',
    files,
    tags: { Month: 'april' },
    description: 'Flights of April',
  })
  const may = await keep(workspace, folder, { 'may.csv': 'carrier,delay\nAA,7\n' })
  await workspace.datasets.register({ name: 'months', files: may })
}

async function trainAndRegister(
  workspace: Workspace,
  folder: string,
  metrics: { readonly auc: number },
): Promise<void> {
  const code = await keep(workspace, folder, {
    'train.py': 'print("training")\n',
    'requirements.txt': 'numpy==2.4.6\n',
  })
  const many = Array.from({ length: 60 }, (_, n) => ({
    path: `data/part-${String(n).padStart(4, '0')}.csv`,
    digest: code.digest,
    size: 9,
  }))
  const lock = await workspace.files.putBytes(Buffer.from('numpy==2.4.6 --hash=sha256:00\n'))
  const { run } = await workspace.runs.start({
    model: 'flights',
    experiment: 'baseline',
    command: ['python', 'train.py', '--seed', '7'],
    git,
    environment: { kind: 'locked', digest: lock, python: '3.11.2', lock },
    code,
    data: many,
    machine,
    deadline: '2999-01-01T00:00:00.000Z',
    passEnv: ['SEED'],
  })
  const artifacts = await keep(workspace, folder, {
    'model.onnx': `weights ${metrics.auc}\r\n\u0000`,
    'sub/labels.txt': 'late\nin time\n',
  })
  const end = {
    state: 'succeeded' as const,
    exitCode: 0,
    metrics,
    params: { C: 1, solver: 'lbfgs', isBalanced: true },
    artifacts,
  }
  await workspace.runs.finish(run.id, end, runEvent(run, { at: '2026-01-01T00:00:00.000Z', digest: artifacts.digest }))
  await workspace.models.register(
    {
      model: 'flights',
      files: artifacts,
      run: run.id,
      description: 'Says which flights are late',
      tags: { Stage: 'test' },
      signature: {
        inputs: [{ name: 'hour', type: 'float32', shape: [-1, 1] }],
        outputs: [{ name: 'probabilities', type: 'float32', shape: [-1, 2] }],
      },
      datasets: ['months@1'],
      ref: git.ref,
    },
    (version) => versionEvent({ type: 'model.registered', version, git, at: version.createdAt }),
  )
}

async function failedRun(workspace: Workspace): Promise<void> {
  const nothing = await workspace.files.put([])
  const { run } = await workspace.runs.start({
    model: 'flights',
    experiment: 'baseline',
    command: ['python', 'train.py'],
    git: { ...git, isDirty: true },
    environment: { kind: 'none' },
    code: nothing,
    data: [],
    machine,
    deadline: '2999-01-01T00:00:00.000Z',
  })
  const end = {
    state: 'failed' as const,
    signal: 'SIGKILL',
    metrics: {},
    params: {},
    artifacts: nothing,
    lastLines: ['Killed'],
  }
  await workspace.runs.finish(run.id, end)
}

async function byHand(workspace: Workspace, folder: string): Promise<void> {
  for (const [text, parent] of [
    ['tuned by hand', 'flights@2'],
    ['a mistake', undefined],
  ] as const) {
    const files = await keep(workspace, folder, { 'model.onnx': text })
    await workspace.models.register(
      { model: 'flights', files, ...none, ...(parent === undefined ? {} : { parent }) },
      (version) => versionEvent({ type: 'model.registered', version, git: {}, at: version.createdAt }),
    )
  }
  await workspace.models.delete('flights', 4, 'registered by mistake')
}

async function decisions(workspace: Workspace): Promise<void> {
  const { models, evidence } = workspace
  for (const [number, kind] of [
    [1, 'fail'],
    [2, 'pass'],
  ] as const) {
    const { files } = await models.version('flights', number)
    await evidence.add(
      statement(
        'gate',
        { name: `flights@${number}`, digest: files.digest },
        { model: 'flights', verdict: { kind, reasons: [`the gate says ${kind}`] } },
      ),
    )
  }
  await models.moveAlias({
    model: 'flights',
    alias: 'champion',
    from: undefined,
    to: 1,
    why: 'the first one',
    isForced: true,
  })
  const second = await models.version('flights', 2)
  await models.moveAlias({
    model: 'flights',
    alias: 'champion',
    from: 1,
    to: 2,
    why: 'it is better',
    statement: statement(
      'promotion',
      { name: 'flights@2', digest: second.files.digest },
      { model: 'flights', version: 2, from: 1 },
    ),
    event: versionEvent({ type: 'model.promoted', version: second, git, at: second.createdAt }),
  })
  await models.moveAlias({ model: 'flights', alias: 'old', from: undefined, to: 1, why: 'to remember it' })
  await models.moveAlias({ model: 'flights', alias: 'old', from: 1, to: undefined, why: 'forgotten' })
}

async function serving({ deployments }: Workspace): Promise<void> {
  await deployments.setEndpoint({
    name: 'flights-prod',
    environment: 'prod',
    target: 'process',
    address: 'http://127.0.0.1:8080',
  })
  const at = { endpoint: 'flights-prod', model: 'flights' }
  await deployments.record({ ...at, name: 'blue', version: 1, share: 100, state: 'live' })
  await deployments.record({ ...at, name: 'green', version: 2, share: 5, state: 'live', role: 'canary' })
  await deployments.record({ ...at, name: 'green', version: 2, share: 100, state: 'live', role: 'stable' })
  await deployments.record({ ...at, name: 'blue', version: 1, share: 0, state: 'retired' })
}

async function delivery({ outbox }: Workspace): Promise<void> {
  const [first, second, third] = await outbox.pending('github:acme/release')
  if (first === undefined || second === undefined || third === undefined) throw new Error('too few events')
  const claim = { target: 'github:acme/release', forMs: 60_000 }
  await outbox.claim({ ...claim, event: first.id })
  await outbox.receive({ event: first.id, target: claim.target, reference: 'run 7' })
  await outbox.claim({ ...claim, event: second.id })
  await outbox.release({ ...claim, event: second.id })
  await outbox.claim({ ...claim, event: third.id, forMs: 1 })
}
