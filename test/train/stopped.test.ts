import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { Context, Ending } from '../../core/main/context.ts'
import { main } from '../../core/main/main.ts'
import { loadProject } from '../../core/project/project.ts'
import { definition } from '../../core/train/definition.ts'
import { post } from '../../core/train/post.ts'
import { openWorkspace } from '../../core/workspace/open.ts'
import { resumePending } from '../../core/workspace/pending.ts'
import { type Bench, failureOf, inCi, train } from '../main/bench.ts'
import { aProject, goodTraining } from './a-project.ts'

/** Starts a child of its own, says both process ids, and never ends. */
const endless = `
import { spawn, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
writeFileSync(process.env.TRAINYARD_METRICS, '{"epoch": 1}')
console.log('epoch 1')
writeFileSync('../pids', process.pid + ' ' + child.pid)
setInterval(() => {}, 1000)
`

async function pids(bench: Bench): Promise<readonly number[]> {
  for (;;) {
    const text = await readFile(join(bench.folder, '../pids'), 'utf8').catch(() => '')
    if (text !== '') return text.split(' ').map(Number)
    await sleep(20)
  }
}

/** Whether a process still runs; a zombie, for which nobody waits, does not. */
function isAlive(pid: number): boolean {
  const { status, stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
  return status === 0 && !stdout.trim().startsWith('Z')
}

describe('a step that is cancelled', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('by %s stops all that training started, and records the run as cancelled', async (signal, exitCode) => {
    await using bench = await aProject(endless)
    const host = bench.host({})
    const ending = main(train.definition, train.run, host)
    const started = await pids(bench)
    expect(started.map(isAlive)).toEqual([true, true])

    host.cancel(signal)
    await ending

    expect(started.map(isAlive)).toEqual([false, false])
    expect(host.ended).toMatchObject({ result: 'cancelled', exitCode })
    expect(failureOf(host)).toContain('undone: the command was stopped with everything that it had started')
    expect(host.outputs.get('state')).toBe('cancelled')
    expect(host.summaryText).toContain(': cancelled')
    expect(host.savedState.get('run')).toBe('')
    const [run] = await bench.look(({ runs }) => runs.list())
    expect(run).toMatchObject({ state: 'cancelled', end: { lastLines: ['epoch 1'] } })
    expect(await bench.entries()).toHaveLength(2)
  })

  test('before it began records nothing', async () => {
    await using bench = await aProject()
    const host = bench.host({})
    host.cancel()

    await main(train.definition, train.run, host)

    expect(host.ended).toMatchObject({ result: 'cancelled', exitCode: 130 })
    expect(await bench.entries()).toEqual([])
  })
})

test('a training that takes too long is stopped, and its run failed', async () => {
  await using bench = await aProject(endless)

  const host = await bench.run(train, { timeout: '2s' })

  expect((await pids(bench)).map(isAlive)).toEqual([false, false])
  expect(host.ended?.exitCode).toBe(5)
  expect(failureOf(host)).toMatch(/TY0602[^]*the command node took longer than 2 s/)
  expect(host.outputs.get('state')).toBe('failed')
  const [run] = await bench.look(({ runs }) => runs.list())
  expect(run).toMatchObject({ state: 'failed', end: { lastLines: ['epoch 1'] } })
})

describe('a step that was killed', () => {
  test('has its run ended by the post entry, once', async () => {
    await using bench = await aProject(endless)
    const context = inCi('github/acme/kettles/1/train')
    const orders = { workspace: bench.url, folder: bench.folder, tempFolder: bench.temp, identity: context.identity }
    const script = join(import.meta.dirname, 'cut-off.ts')
    const child = spawn(process.execPath, [script, JSON.stringify(orders)], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string]
    const started = await pids(bench)
    child.kill('SIGKILL')
    await once(child, 'exit')
    try {
      const before = bench.host({}, { context, state: JSON.parse(line) as Record<string, string> })
      expect(await states(bench)).toEqual(['running'])

      const first = await bench.post({ definition, post }, before, {}, { context })
      const second = await bench.post({ definition, post }, before, {}, { context })

      expect(first.ended).toMatchObject({ result: 'succeeded', exitCode: 0 })
      expect(first.text).toMatch(/Run r-\w+ was cut off; it is recorded as cancelled/)
      expect(second.ended?.exitCode).toBe(0)
      expect(await states(bench)).toEqual(['cancelled'])
      expect(await bench.entries()).toHaveLength(2)
    } finally {
      for (const pid of started) process.kill(pid, 'SIGKILL')
    }
  })

  test('and has no post entry leaves a run that is lost after its deadline', async () => {
    await using bench = await aProject()
    const { run = '' } = await bench.go(train)
    const known = await bench.look(({ runs }) => runs.get(run))
    const deadline = '2026-01-01T00:00:00.000Z'
    const { id, state, startedAt, endedAt, by, end, ...start } = known
    expect([id, state, startedAt, endedAt, by, end]).not.toContain(undefined)
    const workspace = await open(bench)

    const { run: lost } = await workspace.runs.start({ ...start, deadline })
    await workspace.close()

    expect(lost.state).toBe('lost')
    expect(await states(bench)).toEqual(['lost', 'succeeded'])
    expect(await bench.look(({ runs }) => runs.list({ state: 'lost' }))).toHaveLength(1)
  })
})

test('the post entry of a step that ended opens nothing and changes nothing', async () => {
  await using bench = await aProject()
  const before = await bench.run(train)

  const host = await bench.post({ definition, post }, before, { workspace: 'nowhere://x' })

  expect(host.ended).toMatchObject({ result: 'succeeded', exitCode: 0 })
  expect(await states(bench)).toEqual(['succeeded'])
})

test('a workspace that is out of reach at the end loses nothing: the success is kept, and resumed', async () => {
  // Training takes the workspace away, as a network disk that is gone.
  await using bench = await aProject(`import { renameSync } from 'node:fs'
${goodTraining}
renameSync('../workspace', '../gone')`)
  const host = bench.host({})
  const workspace = await open(bench)

  const attempt = train.run(await contextOf(bench, { host, workspace }))
  await expect(attempt).rejects.toMatchObject({ code: 'TY0212' })

  expect(host.savedState.get('run')).toBe('')
  expect(host.outputs.get('run')).toMatch(/^r-/)
  await workspace.close()
  await rename(join(bench.folder, '../gone'), bench.url)
  const again = await open(bench)
  const recorded = await resumePending(join(bench.folder, '.trainyard-pending', 'a-request'), again)
  await again.close()
  expect(recorded).toMatchObject({ state: 'succeeded', end: { metrics: { auc: 0.89 } } })
  const [file] = recorded.end?.artifacts.files ?? []
  const bytes = await bench.look(({ files }) => files.read(file?.digest ?? 'sha256:'))
  expect(Buffer.from(bytes).toString()).toBe('weights')
})

async function states(bench: Bench): Promise<readonly string[]> {
  return (await bench.look(({ runs }) => runs.list())).map(({ state }) => state)
}

/** The workspace, as an execution that does not wait for a workspace that is gone. */
function open(bench: Bench) {
  return openWorkspace({
    url: bench.url,
    host: bench.host({}),
    request: 'a-request',
    by: { name: 'ada', host: 'memory' },
    intent: 'write',
    allowPublicFiles: false,
    deadlineMs: 1,
  })
}

type TrainContext = Context<typeof definition>

/** What `main` makes of the inputs of a project. */
async function contextOf(bench: Bench, given: Pick<TrainContext, 'host' | 'workspace'>): Promise<TrainContext> {
  const loaded = await loadProject({ folder: bench.folder })
  if (!loaded.ok) throw new Error('no project')
  const ending = (): Ending => ({ kind: 'done', outputs: {}, message: '' })
  return {
    ...given,
    project: loaded.value,
    signal: given.host.signal,
    connection: () => ({ url: '' }),
    done: ending,
    rejected: ending,
    inputs: {
      workspace: undefined,
      projectFile: undefined,
      token: undefined,
      dryRun: false,
      model: 'kettle',
      command: ['node', 'train.mjs'],
      files: ['model/**'],
      requirements: undefined,
      python: undefined,
      passEnv: undefined,
      data: undefined,
      experiment: undefined,
      reuse: false,
      timeout: 60_000,
    },
  }
}
