import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ExternalError } from '../../core/errors/errors.ts'
import { failureOf, said } from '../main/bench.ts'
import { Trial } from './a-trial.ts'

describe('the first deployment at an endpoint', () => {
  test('gets all the traffic at once when a gate passed it, and says so', async () => {
    await using trial = await Trial.make()
    const first = await trial.version()
    await trial.pass(first)

    const host = await trial.deploy(first)

    expect(host.ended?.message).toContain('kettle@1 is the first at api and has all the traffic at once')
    expect(Object.fromEntries(host.outputs)).toMatchObject({
      verdict: 'pass',
      continue: 'false',
      share: '100',
      reference: 'kettle@1',
      address: 'http://127.0.0.1/api',
    })
    expect(await trial.shares()).toEqual({ 'kettle@1': 100 })
    expect(await trial.remembered()).toEqual(['kettle@1 stable 100 live'])
  })

  test.each([
    ['no gate', undefined, 'no gate has judged its files'],
    ['a gate that failed', 'fail', 'the newest gate says fail'],
    ['a gate that could not decide', 'inconclusive', 'the newest gate says inconclusive'],
  ] as const)('is refused with %s', async (_, kind, words) => {
    await using trial = await Trial.make()
    const first = await trial.version()
    if (kind !== undefined) await trial.pass(first, kind)

    const host = await trial.deploy(first)

    expect(host.ended).toMatchObject({ result: 'failed', exitCode: 3 })
    expect(failureOf(host)).toMatch(/TY0303/)
    expect(failureOf(host)).toContain(words)
    expect(trial.target.deeds).toEqual([])
    expect(await trial.remembered()).toEqual([])
  })

  test('that is stable already is left alone', async () => {
    await using trial = await Trial.make()
    const first = await trial.version()
    await trial.pass(first)
    await trial.deploy(first)
    const deeds = [...trial.target.deeds]
    const entries = await trial.bench.entries()

    const host = await trial.deploy(first)

    expect(host.ended).toMatchObject({ result: 'succeeded', message: 'kettle@1 is stable at api already' })
    expect(trial.target.deeds).toEqual(deeds)
    expect(await trial.bench.entries()).toEqual(entries)
  })
})

describe('stable that has ended', () => {
  test('is started again from the package that is kept, by deploying it or by trying another one beside it', async () => {
    await using trial = await Trial.withStable()
    const first = { reference: 'kettle@1', folder: join(trial.bench.temp, 'package-1') }
    const name = nameIn(trial, 'v1')
    trial.target.setReady('api', name, false)

    const host = await trial.deploy(first)
    const isReady = (await trial.target.look('api'))?.deployments[0]?.isReady
    trial.target.setReady('api', name, false)
    const other = await trial.deploy(await trial.version({ errorRate: 0.01 }))

    expect(said(host, 'warning')).toContain('kettle@1 had ended at api, and runs again.')
    expect(isReady).toBe(true)
    expect(other.outputs.get('verdict')).toBe('pass')
  })

  test('with everything on the machine but its package is an error that says so', async () => {
    await using trial = await Trial.withStable()
    trial.target.setReady('api', nameIn(trial, 'v1'), false)
    await rm(join(trial.stateFolder, 'packages'), { recursive: true })

    const host = await trial.deploy(await trial.version())

    expect(failureOf(host)).toMatch(/TY0215[^]*kettle@1 is stable at api and does not run/)
  })
})

describe('a canary', () => {
  test('that is as good as stable reaches the last share of its plan, and stays there', async () => {
    await using trial = await Trial.withStable()
    const second = await trial.version({ errorRate: 0.01 })

    const host = await trial.deploy(second)

    expect(failureOf(host)).toBe('')
    expect(Object.fromEntries(host.outputs)).toMatchObject({ verdict: 'pass', continue: 'false', share: '50' })
    expect(await trial.shares()).toEqual({ 'kettle@1': 50, 'kettle@2': 50 })
    expect(await trial.remembered()).toEqual(['kettle@1 stable 100 live', 'kettle@2 canary 50 live'])
    expect(trial.target.deeds.filter((deed) => deed.startsWith('split')).slice(1)).toEqual([
      expect.stringMatching(/^split v2-\w+=5 v1-\w+=95$/),
      expect.stringMatching(/^split v2-\w+=50 v1-\w+=50$/),
    ])
    expect(trial.target.refused).toBe(0)
    expect(host.summaryText).toContain('### ✅ `kettle@2` may take over from `kettle@1`')
  })

  test('that fails part of its requests is rolled back in the safe order', async () => {
    await using trial = await Trial.withStable()
    const second = await trial.version({ errorRate: 0.2 })

    const host = await trial.deploy(second)

    expect(host.ended).toMatchObject({ result: 'failed', exitCode: 3 })
    expect(failureOf(host)).toContain('TY0305')
    expect(failureOf(host)).toContain('kettle@2 is out, and kettle@1 has all the traffic')
    expect(Object.fromEntries(host.outputs)).toMatchObject({ verdict: 'fail', continue: 'false', share: '0' })
    expect(trial.target.deeds.slice(-2)).toEqual([
      expect.stringMatching(/^split v1-\w+=100$/),
      expect.stringMatching(/^retire v2-/),
    ])
    expect(await trial.shares()).toEqual({ 'kettle@1': 100 })
    expect(await trial.remembered()).toEqual(['kettle@1 stable 100 live', 'kettle@2 canary 0 retired'])
    expect(trial.target.refused).toBe(0)
  })

  test('keeps evidence with its plan, its looks and its verdict, about the very bytes', async () => {
    await using trial = await Trial.withStable()
    const second = await trial.version({ errorRate: 0.01 })

    const host = await trial.deploy(second)

    await trial.bench.look(async ({ evidence }) => {
      const [record] = await evidence.about(second.version.files.digest, 'canary')
      expect(record).toMatchObject({ kind: 'canary', verdict: 'pass', id: host.outputs.get('evidence') })
      const { predicate } = await evidence.read(record?.id ?? 'sha256:')
      expect(predicate).toMatchObject({
        candidate: 'kettle@2',
        endpoint: 'api',
        stable: { reference: 'kettle@1' },
        plan: [
          { share: 5, forMs: 120_000 },
          { share: 50, forMs: 300_000 },
        ],
        decision: 'promote',
        verdict: { kind: 'pass' },
      })
      const { looks } = predicate as { looks: { at: string; share: number; canary: { requests: number } }[] }
      expect(looks.length).toBeGreaterThan(20)
      expect(looks.map(({ canary }) => canary.requests)).toEqual(
        [...looks].map(({ canary }) => canary.requests).sort((a, b) => a - b),
      )
      expect(new Set(looks.map(({ share }) => share))).toEqual(new Set([5, 50]))
    })
  })

  test('of which there is no traffic is inconclusive at the deadline, and never a pass', async () => {
    await using trial = await Trial.withStable()
    const second = await trial.version()
    trial.target.requestsPerSecond = 0

    const host = await trial.deploy(second, { lookEvery: '5m' })

    expect(host.ended).toMatchObject({ result: 'failed', exitCode: 3 })
    expect(failureOf(host)).toContain('TY0306')
    expect(host.outputs.get('verdict')).toBe('inconclusive')
    expect(await trial.shares()).toEqual({ 'kettle@1': 50, 'kettle@2': 50 })
    expect(await trial.remembered()).toContain('kettle@2 canary 50 live')
  })

  test('that cannot be decided is taken out where that was asked, at once or afterwards', async () => {
    await using trial = await Trial.withStable()
    const second = await trial.version()
    trial.target.requestsPerSecond = 0
    await trial.deploy(second, { lookEvery: '5m' })

    const again = await trial.deploy(second)
    const after = await trial.deploy(second, { onInconclusive: 'rollback' })

    expect(again.outputs.get('verdict')).toBe('inconclusive')
    expect(failureOf(again)).toContain('kettle@2 keeps its share')
    expect(failureOf(after)).toContain('TY0306')
    expect(failureOf(after)).toContain('kettle@2 is out')
    expect(await trial.shares()).toEqual({ 'kettle@1': 100 })
    expect(await trial.remembered()).toContain('kettle@2 canary 0 retired')
  })

  test('whose server is not ready at several looks is rolled back', async () => {
    await using trial = await Trial.withStable()
    const second = await trial.version()
    trial.target.requestsPerSecond = 0
    let waits = 0
    trial.onWait = () => {
      waits += 1
      if (waits === 3) trial.target.setReady('api', nameIn(trial, 'v2'), false)
    }

    const host = await trial.deploy(second)

    expect(failureOf(host)).toContain('was not ready at 3 looks in a row')
    expect(await trial.shares()).toEqual({ 'kettle@1': 100 })
  })

  test('that never becomes ready gets no share, and is not the canary for ever', async () => {
    await using trial = await Trial.withStable()
    const second = await trial.version({ isBroken: true })

    const host = await trial.deploy(second)
    const aborted = await trial.deploy(second, { abort: 'true' })

    expect(host.ended).toMatchObject({ exitCode: 4 })
    expect(await trial.shares()).toEqual({ 'kettle@1': 100 })
    expect(aborted.ended?.exitCode).toBe(0)
    expect(await trial.remembered()).toContain('kettle@2 canary 0 retired')
  })

  test('keeps every look durably beside the endpoint', async () => {
    await using trial = await Trial.withStable()
    const second = await trial.version({ errorRate: 0.01 })
    await trial.deploy(second)

    const text = await readFile(join(trial.stateFolder, 'canaries', 'api.jsonl'), 'utf8')

    const kinds = text.split('\n').map((line) => (JSON.parse(line) as { kind: string }).kind)
    expect(kinds[0]).toBe('began')
    expect(kinds.filter((kind) => kind === 'advanced')).toHaveLength(2)
    expect(kinds.slice(-2)).toEqual(['decided', 'proved'])
    expect(kinds.filter((kind) => kind === 'look').length).toBeGreaterThan(20)
  })
})

test('a canary is watched on while the workspace is out of reach', async () => {
  await using trial = await Trial.withStable()
  const second = await trial.version({ errorRate: 0.2 })
  let reads = 0
  const run: typeof trial.step.run = (context) => {
    const { deployments } = context.workspace
    const list: typeof deployments.list = (filter) => {
      reads += 1
      if (reads < 4 || reads > 6) return deployments.list(filter)
      return Promise.reject(new ExternalError({ code: 'TY0502', facts: { operation: 'read the workspace' } }))
    }
    return trial.step.run({ ...context, workspace: { ...context.workspace, deployments: { ...deployments, list } } })
  }

  const inputs = { endpoint: 'api', candidate: second.reference, package: second.folder }
  const host = await trial.bench.run({ ...trial.step, run }, inputs)

  expect(reads).toBeGreaterThan(6)
  expect(said(host, 'info')).toContain('The workspace is out of reach; the canary is watched on')
  expect(failureOf(host)).toContain('TY0305')
  expect(await trial.shares()).toEqual({ 'kettle@1': 100 })
})

describe('a canary that has ended', () => {
  test('ends in the same way when the step runs again, and begins anew only when it is asked to', async () => {
    await using trial = await Trial.withStable()
    const second = await trial.version({ errorRate: 0.2 })
    const first = await trial.deploy(second)
    const deeds = [...trial.target.deeds]
    const entries = await trial.bench.entries()

    const again = await trial.deploy(second)

    expect(failureOf(again)).toBe(failureOf(first))
    expect(again.outputs).toEqual(first.outputs)
    expect(trial.target.deeds).toEqual(deeds)
    expect(await trial.bench.entries()).toEqual(entries)

    const restarted = await trial.deploy(second, { restart: 'true' })

    expect(restarted.outputs.get('evidence')).not.toBe(first.outputs.get('evidence'))
    expect(trial.target.deeds.filter((deed) => deed.startsWith('start v2'))).toHaveLength(2)
    expect((await readdir(join(trial.stateFolder, 'canaries'))).filter((name) => name.includes('~'))).toHaveLength(1)
  })
})

describe('once', () => {
  test('looks once, says that it has to be continued, and comes to the same end', async () => {
    await using trial = await Trial.withStable()
    const second = await trial.version({ errorRate: 0.01 })
    let runs = 0

    let host = await trial.deploy(second, { once: 'true' })
    const { outputs } = host
    for (; host.outputs.get('continue') === 'true'; runs += 1) {
      trial.target.serve(30_000)
      trial.time.ms += 30_000
      host = await trial.deploy(second, { once: 'true' })
    }

    expect(Object.fromEntries(outputs)).toMatchObject({ continue: 'true', share: '5' })
    expect(outputs.has('verdict')).toBe(false)
    expect(Object.fromEntries(host.outputs)).toMatchObject({ verdict: 'pass', continue: 'false', share: '50' })
    expect(runs).toBeGreaterThan(13)
  })

  test('is no failure while it is open, and fails when it is rolled back', async () => {
    await using trial = await Trial.withStable()
    const second = await trial.version({ errorRate: 0.2 })

    const open = await trial.deploy(second, { once: 'true' })
    trial.target.serve(600_000)
    trial.time.ms += 600_000
    const ended = await trial.deploy(second, { once: 'true' })

    expect(open.ended?.exitCode).toBe(0)
    expect(open.ended?.message).toContain('kettle@2 has 5 % of the requests at api, and is not decided yet')
    expect(failureOf(ended)).toContain('TY0305')
  })
})

describe('a second canary on the same endpoint', () => {
  test('is refused, with who holds it', async () => {
    await using trial = await Trial.withStable()
    const [second, third] = [await trial.version(), await trial.version()]
    const context = { actor: 'ada', url: 'https://ci.example.com/runs/7' }
    await trial.deploy(second, { once: 'true' }, { context })
    const deeds = [...trial.target.deeds]

    const host = await trial.deploy(third)

    expect(host.ended?.exitCode).toBe(2)
    expect(failureOf(host)).toMatch(
      /TY0213[^]*kettle@2 is the canary at api[^]*ada \(https:\/\/ci\.example\.com\/runs\/7\)/,
    )
    expect(trial.target.deeds).toEqual(deeds)
  })

  test('of any number that begin at the same time, one gets the endpoint', async () => {
    await using trial = await Trial.withStable()
    const names = ['a', 'b', 'c', 'd', 'e']

    const results = await Promise.allSettled(
      names.map((name) =>
        trial.write(({ deployments }) =>
          deployments.record({
            endpoint: 'api',
            name,
            model: 'kettle',
            version: 1,
            share: 0,
            state: 'live',
            role: 'canary',
          }),
        ),
      ),
    )

    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const result of results) if (result.status === 'rejected') expect(String(result.reason)).toContain('TY0213')
  })

  test('the same canary is not driven by two processes at the same time', async () => {
    await using trial = await Trial.withStable()
    const second = await trial.version({ errorRate: 0.01 })
    let other: Promise<{ exitCode: number | undefined; failure: string }> | undefined
    trial.onWait = () => {
      other ??= trial.deploy(second).then((host) => ({ exitCode: host.ended?.exitCode, failure: failureOf(host) }))
    }

    const host = await trial.deploy(second)

    expect(host.ended?.exitCode).toBe(0)
    expect(await other).toMatchObject({ exitCode: 2 })
    expect((await other)?.failure).toMatch(/TY0213[^]*process \d+ drives the canary of kettle@2/)
  })
})

describe('abort', () => {
  test('takes a canary out whatever its numbers say, and keeps the evidence', async () => {
    await using trial = await Trial.withStable()
    const second = await trial.version({ errorRate: 0.01 })
    await trial.deploy(second, { once: 'true' })

    const host = await trial.bench.run(trial.step, { endpoint: 'api', candidate: 'kettle@2', abort: 'true' })

    expect(failureOf(host)).toBe('')
    expect(host.ended?.message).toBe('kettle@2 was taken out of api: all the traffic is with kettle@1')
    expect(Object.fromEntries(host.outputs)).toMatchObject({ verdict: 'inconclusive', share: '0', continue: 'false' })
    expect(await trial.shares()).toEqual({ 'kettle@1': 100 })
    expect(await trial.remembered()).toContain('kettle@2 canary 0 retired')
  })

  test('ends a run that is at work on the canary, which does not give it its share back', async () => {
    await using trial = await Trial.withStable()
    const second = await trial.version({ errorRate: 0.01 })
    let aborted: Promise<number | undefined> | undefined
    trial.onWait = () => {
      aborted ??= trial.deploy(second, { abort: 'true' }).then((host) => host.ended?.exitCode)
    }

    const host = await trial.deploy(second)

    expect(await aborted).toBe(0)
    expect(failureOf(host)).toContain('tester took the canary out')
    expect(await trial.shares()).toEqual({ 'kettle@1': 100 })
    expect(trial.target.deeds.filter((deed) => deed.startsWith('retire v2'))).toHaveLength(1)
  })

  test('is refused for what is not the canary', async () => {
    await using trial = await Trial.withStable()

    const host = await trial.bench.run(trial.step, { endpoint: 'api', candidate: 'kettle@1', abort: 'true' })

    expect(failureOf(host)).toContain('kettle@1 is not the canary at api')
  })
})

test('a dry run starts nothing and records nothing', async () => {
  await using trial = await Trial.withStable()
  const second = await trial.version()
  const entries = await trial.bench.entries()
  const deeds = [...trial.target.deeds]

  const host = await trial.deploy(second, { dryRun: 'true' })

  expect(host.ended?.message).toContain('kettle@2 would be tried at api; nothing was started')
  expect(trial.target.deeds).toEqual(deeds)
  expect(await trial.bench.entries()).toEqual(entries)
})

test('a step that is cancelled leaves the canary where it is, says so, and goes on when it runs again', async () => {
  await using trial = await Trial.withStable()
  const second = await trial.version({ errorRate: 0.01 })
  const stopped = trial.bench.host({
    endpoint: 'api',
    plan: '5%:2m, 50%:5m',
    candidate: second.reference,
    package: second.folder,
  })
  trial.onWait = () => stopped.cancel()
  const { main } = await import('../../core/main/main.ts')

  await main(trial.step.definition, trial.step.run, stopped)
  trial.onWait = () => undefined
  const shares = await trial.shares()
  const host = await trial.deploy(second)

  expect(stopped.ended?.exitCode).toBe(130)
  expect(failureOf(stopped)).toContain('keeps its share; run this step again')
  expect(shares).toEqual({ 'kettle@1': 95, 'kettle@2': 5 })
  expect(host.outputs.get('verdict')).toBe('pass')
  expect(said(host, 'info')).not.toContain('starts as')
})

test('a version that a canary serves cannot be deleted', async () => {
  await using trial = await Trial.withStable()
  const second = await trial.version()
  await trial.deploy(second, { once: 'true' })

  const deleted = trial.write(({ models }) => models.delete('kettle', 2, 'old'))

  await expect(deleted).rejects.toThrow(/TY0208[^]*v2-/)
})

test('criteria of the file decide: a canary that is a little worse passes where the margin is wide', async () => {
  await using trial = await Trial.withStable({ errorRate: 0.01 })
  await trial.bench.write({ 'criteria.yml': 'version: 1\ncanary: { errors: { tolerance: 4, fast: 5, margin: 4 } }\n' })
  const second = await trial.version({ errorRate: 0.02 })

  const strict = await trial.deploy(second)
  const wide = await trial.deploy(second, { criteria: 'criteria.yml', restart: 'true' })

  expect(strict.outputs.get('verdict')).toBe('fail')
  expect(wide.outputs.get('verdict')).toBe('pass')
})

function nameIn({ target }: Trial, start: string): string {
  return target.deeds.map((deed) => deed.split(' ')[1] ?? '').find((name) => name.startsWith(start)) ?? ''
}
