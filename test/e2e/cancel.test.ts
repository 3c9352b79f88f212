import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Run } from '../../core/records/run.ts'
import { openWorkspace } from '../../core/workspace/open.ts'
import { buildIfStale } from '../../scripts/lib/fresh.mjs'
import { root } from '../../scripts/lib/sources.mjs'
import { actionFace, commandFace, type Face, type StepReading, taskFace } from '../support/faces.ts'
import { kettleRepository } from '../support/kettles.ts'
import { memoryHost } from '../support/memory-host.ts'
import { nodes } from '../support/nodes.ts'
import type { ProjectRepository } from '../support/project-repository.ts'

const scratch = mkdtempSync(join(tmpdir(), 'trainyard-cancel-'))
const binaries = nodes()
const actions = binaries
  .filter(({ name }) => name === 'node24')
  .map(({ name, path }) => [`an action on ${name}`, actionFace(path, root)] as const)
const tasks = binaries.map(
  ({ name, path }) => [`a task on ${name}`, taskFace(path, (step) => join(root, 'tasks', step))] as const,
)
const commands = binaries.map(
  ({ name, path }) => [`a command on ${name}`, commandFace(path, join(root, 'dist/cli/trainyard.mjs'))] as const,
)

/** Ignores SIGINT and SIGTERM, and so does its child. */
const deaf = { model: 'kettles', command: 'node deaf.mjs', files: '*.json' }
const quick = { model: 'kettles', reuse: 'false' }

let repository: ProjectRepository
/** Processes that a test began and that must be gone after it. */
let begun: readonly number[] = []

beforeAll(() => {
  for (const face of ['actions', 'tasks', 'cli']) buildIfStale(face)
  repository = kettleRepository(scratch)
}, 300_000)

afterEach(() => {
  for (const pid of begun.filter(isAlive)) process.kill(pid, 'SIGKILL')
  begun = []
})

afterAll(() => rmSync(scratch, { recursive: true, force: true }))

/** A zombie is dead: the first process of a container may never wait for it. */
function isAlive(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
  return stdout.trim() !== '' && !stdout.trim().startsWith('Z')
}

/** The processes that a training told of: of a deaf one, two. */
function pidsIn({ log }: StepReading, pattern = /deaf (\d+) (\d+)/): readonly number[] {
  const [, ...pids] = pattern.exec(log) ?? []
  expect(pids.length, log).toBeGreaterThan(0)
  begun = pids.map(Number)
  return begun
}

/** Every run of the workspace, newest first, as a fresh clone sees them. */
async function runs(): Promise<readonly Run[]> {
  const host = memoryHost({ context: { folder: repository.clone(), tempFolder: scratch } })
  const workspace = await openWorkspace({
    url: 'git:',
    host,
    request: 'look',
    by: { name: 'somebody', host: 'memory' },
    intent: 'read',
    allowPublicFiles: false,
  })
  try {
    return await workspace.runs.list()
  } finally {
    await workspace.close()
  }
}

async function newest(): Promise<Run> {
  const [run] = await runs()
  if (run === undefined) throw new Error('the workspace has no run')
  return run
}

let ciRuns = 100

function train(face: Face, inputs: Readonly<Record<string, string>>, more: object = {}): Promise<StepReading> {
  ciRuns += 1
  return face.run({ step: 'train', inputs, checkout: repository.clone(), ciRun: { id: ciRuns }, ...more })
}

describe.each([...actions, ...tasks, ...commands])('%s that is cancelled in the midst of training', (name, face) => {
  test("ends everything that training began within the runner's time, and the run is recorded as cancelled", async () => {
    const reading = await train(face, deaf, { cancelOn: 'deaf ' })
    const run = await newest()

    expect(pidsIn(reading).filter(isAlive)).toEqual([])
    // What must be undone is undone before the runner would have used force.
    expect(reading.sent).not.toContain('SIGKILL')
    expect(reading.log).toContain('TY0601')
    expect(run).toMatchObject({ state: 'cancelled', command: ['node', 'deaf.mjs'] })
    // An Azure task says its result in words, and its process succeeds; elsewhere the exit code names the signal.
    expect([reading.result, reading.exitCode]).toEqual(
      name.startsWith('a task') ? ['Canceled', 0] : [expect.any(String), 130],
    )
  })
})

describe.each([...actions, ...commands])('%s that is sent SIGTERM alone', (_, face) => {
  test('says so by its exit code', async () => {
    const reading = await train(face, deaf, { signalsOn: { text: 'deaf ', signals: ['SIGTERM'] } })

    expect(pidsIn(reading).filter(isAlive)).toEqual([])
    expect(reading.exitCode).toBe(143)
    expect((await newest()).state).toBe('cancelled')
  })
})

describe.each([...actions, ...tasks])('%s that was killed', (_, face) => {
  const killed = { signalsOn: { text: 'deaf ', signals: ['SIGKILL'] } }

  test('leaves its run to the clean-up, which ends it once', async () => {
    const reading = await train(face, deaf, killed)
    pidsIn(reading)
    const before = await newest()
    const again = { step: 'train', inputs: deaf, checkout: repository.clone(), ciRun: { id: ciRuns } }
    const first = await face.tidyUp(again, reading.remembered)
    const second = await face.tidyUp(again, reading.remembered)
    const after = await newest()

    expect(before.state).toBe('running')
    expect(first.isGreen, first.log).toBe(true)
    expect(second.isGreen, second.log).toBe(true)
    expect(after).toMatchObject({ id: before.id, state: 'cancelled' })
  })

  test('goes on with the run that it began, when the same step of the same job runs again', async () => {
    const slow = { model: 'kettles', command: 'node slow.mjs', files: 'slow.json', passEnv: 'SLOW' }

    const reading = await train(face, slow, { signalsOn: { text: 'slow ', signals: ['SIGKILL'] }, env: { SLOW: '1' } })
    pidsIn(reading, /slow (\d+)/)
    const before = await newest()
    const again = await train(face, slow, { ciRun: { id: ciRuns } })

    expect(reading.isGreen).toBe(false)
    expect(again.isGreen, again.log).toBe(true)
    expect(again.outputs).toMatchObject({ run: before.id, state: 'succeeded' })
  })
})

describe.each([...actions, ...tasks])('%s that runs again', (_, face) => {
  test('in the same job finds the run that it made, and does not train', async () => {
    const first = await train(face, quick)
    const before = (await runs()).length
    const second = await train(face, quick, { ciRun: { id: ciRuns } })

    expect(first.isGreen, first.log).toBe(true)
    expect(first.log).toContain('Training on 3000 kettles')
    expect(second.isGreen, second.log).toBe(true)
    expect(second.log).not.toContain('Training on')
    expect(second.outputs['run']).toBe(first.outputs['run'])
    expect((await runs()).length).toBe(before)
  })

  test('in a new attempt makes a new run, which names the one before it', async () => {
    const id = 9000 + ciRuns
    const first = await train(face, quick, { ciRun: { id, attempt: 1 } })
    const second = await train(face, quick, { ciRun: { id, attempt: 2 } })

    expect(first.isGreen, first.log).toBe(true)
    expect(second.log).toContain('Training on 3000 kettles')
    expect(second.outputs['run']).not.toBe(first.outputs['run'])
    expect((await newest()).previousAttempt).toBe(first.outputs['run'])
    expect(second.summary).toContain(first.outputs['run'])
  })

  test('registers the same files of the same run once, in the same job or another', async () => {
    const { outputs } = await train(face, quick)
    const inputs = { model: 'kettles', run: outputs['candidate'] ?? '' }
    const register = (id: number) => face.run({ step: 'register', inputs, checkout: repository.clone(), ciRun: { id } })
    const [first, second, elsewhere] = [await register(1), await register(1), await register(2)]

    expect(first.isGreen, first.log).toBe(true)
    expect(second.outputs['reference']).toBe(first.outputs['reference'])
    expect(elsewhere.outputs).toMatchObject({ reference: first.outputs['reference'], isNew: 'false' })
  })
})
