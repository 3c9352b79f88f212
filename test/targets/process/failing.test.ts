import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { test as base, describe, expect } from 'vitest'
import { startOf } from '../../../core/targets/process/identity.ts'
import { processTarget } from '../../../core/targets/process/process-target.ts'
import { openLoop } from '../../support/open-loop.ts'
import { ask, askMany, deploymentOf, ProcessGround, type Trouble } from '../ground.ts'

const endpoint = 'flights'

/** Each test has a ground of its own, so they run at the same time: they mostly wait. */
const test = base.extend<{ ground: ProcessGround }>({
  // oxlint-disable-next-line no-empty-pattern -- vitest reads from the pattern what a fixture needs
  ground: async ({}, use) => {
    await using ground = await ProcessGround.make()
    await use(ground)
  },
})

type Shares = Readonly<Record<string, number>>

async function begin(ground: ProcessGround, shares: Shares, trouble: Trouble = {}): Promise<string> {
  const { address } = await ground.target.ensureEndpoint(endpoint)
  await Promise.all(
    Object.keys(shares).map(async (name) => ground.target.start(endpoint, await ground.package(name, trouble))),
  )
  await ground.target.setShares(endpoint, shares)
  return address
}

/** The process of the router, or of a server by what it answers. */
function routerPid(ground: ProcessGround): number {
  const [router, ...others] = ground.processes().filter(({ command }) => command.includes('router.mjs'))
  if (router === undefined || others.length > 0) throw new Error('there is not one router')
  return router.pid
}

/** The claim that a process of the endpoint holds: where it is, and what it says. */
function claimOf(
  ground: ProcessGround,
  key: string,
): { readonly path: string; readonly record: Readonly<Record<string, unknown>> } {
  const folder = join(ground.state(endpoint), 'processes')
  const [name = ''] = readdirSync(folder).filter((each) => each.startsWith(`${key}.`))
  const path = join(folder, name)
  return { path, record: JSON.parse(readFileSync(path, 'utf8')) as Readonly<Record<string, unknown>> }
}

async function kill(pid: number): Promise<void> {
  process.kill(pid, 'SIGKILL')
  while (startOf(pid) !== undefined) await sleep(10)
}

describe.concurrent('when a server is killed under load', () => {
  test('no client sees it while another deployment has a share, and its failures are counted', async ({ ground }) => {
    const url = await begin(ground, { v1: 50, v2: 50 }, { delayMs: 5 })
    const { record } = claimOf(ground, 'server-v2')

    const load = openLoop({ url, perSecond: 400, seconds: 2.5, seed: 3 })
    await load.begun
    await sleep(800)
    await kill(Number(record['pid']))
    const { sent, failures, byDeployment } = await load.findings

    expect(failures).toEqual([])
    expect(byDeployment['v1']).toBeGreaterThan(sent / 2)
    const dead = await deploymentOf(ground.target, endpoint, 'v2')
    expect(dead.isReady).toBe(false)
    expect(dead.counts.errors).toBeGreaterThan(0)
    expect(dead.counts.requests - dead.counts.errors).toBe(byDeployment['v2'])
  })

  test('clients are told when it was the only one, until it is started again', async ({ ground }) => {
    const url = await begin(ground, { v1: 100 })
    const spec = await ground.package('v1')

    const load = openLoop({ url, perSecond: 200, seconds: 1.4, seed: 5 })
    await load.begun
    await sleep(500)
    await kill(Number(claimOf(ground, 'server-v1').record['pid']))
    const { failures } = await load.findings
    await ground.target.start(endpoint, spec)

    expect(failures.length).toBeGreaterThan(50)
    expect(await askMany(url, 20)).toEqual({ v1: 20 })
  })
})

describe.concurrent('a router that is killed', () => {
  test('is said to be dead, and comes back at its address with the shares that it had', async ({ ground }) => {
    const url = await begin(ground, { v1: 75, v2: 25 })
    const before = await ground.target.look(endpoint)

    await askMany(url, 8)
    await kill(routerPid(ground))
    const dead = await ground.target.look(endpoint)
    const after = await ground.target.ensureEndpoint(endpoint)

    expect(dead).toMatchObject({ address: url, isReady: false, startedAt: before?.startedAt })
    expect(dead?.deployments.map(({ name, share, isReady }) => [name, share, isReady])).toEqual([
      ['v1', 75, true],
      ['v2', 25, true],
    ])
    expect(after).toMatchObject({ address: url, isReady: true })
    expect(Date.parse(after.startedAt)).toBeGreaterThan(Date.parse(before?.startedAt ?? ''))
    expect(after.deployments.map(({ counts }) => counts.requests)).toEqual([0, 0])
    expect(await askMany(url, 400)).toEqual({ v1: 300, v2: 100 })
  })

  test('is brought back by a change of shares', async ({ ground }) => {
    const url = await begin(ground, { v1: 100, v2: 0 })

    await kill(routerPid(ground))
    await ground.target.setShares(endpoint, { v2: 100 })

    expect(await askMany(url, 20)).toEqual({ v2: 20 })
  })

  test('is not brought back at another address when somebody else has taken its own', async ({ ground }) => {
    const url = await begin(ground, { v1: 100 })
    await kill(routerPid(ground))
    const thief = createServer((_, response) => response.end('mine now')).listen(Number(new URL(url).port), '127.0.0.1')
    await once(thief, 'listening')

    const restarted = ground.target.ensureEndpoint(endpoint)

    await expect(restarted).rejects.toThrow(/Another program listens at the port/)
    thief.closeAllConnections()
    thief.close()
    await once(thief, 'close')
    expect(await ground.target.ensureEndpoint(endpoint)).toMatchObject({ address: url, isReady: true })
  })

  test('or that hangs is not said to be ready', async ({ ground }) => {
    await begin(ground, { v1: 100 })
    const pid = routerPid(ground)

    process.kill(pid, 'SIGSTOP')
    const hung = await ground.target.look(endpoint)
    process.kill(pid, 'SIGCONT')

    expect(hung?.isReady).toBe(false)
    expect((await ground.target.look(endpoint))?.isReady).toBe(true)
  })
})

describe.concurrent('a process that got the number of one of ours', () => {
  test.for(['server-v1', 'router'])('is left alone when the %s is ended', async (key, { ground }) => {
    await begin(ground, { v1: 100 })
    const { path, record } = claimOf(ground, key)
    const stranger = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'ignore' })
    await once(stranger, 'spawn')
    await kill(Number(record['pid']))
    writeFileSync(path, JSON.stringify({ ...record, pid: stranger.pid }))

    const seen = await ground.target.look(endpoint)
    await ground.target.remove(endpoint)

    expect(key === 'router' ? seen?.isReady : seen?.deployments[0]?.isReady).toBe(false)
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull()
    expect(ground.processes()).toEqual([])
    stranger.kill('SIGKILL')
    await once(stranger, 'exit')
  })
})

describe.concurrent('a deployment', () => {
  test('that says nothing is answered for after a while, and the silence counts as its error', async ({ ground }) => {
    const target = processTarget({ ...ground.options, answerTimeoutMs: 1000 })
    const { address } = await target.ensureEndpoint(endpoint)
    await target.start(endpoint, await ground.package('v1', { isSilent: true }))
    await target.start(endpoint, await ground.package('v2'))
    await target.setShares(endpoint, { v1: 50, v2: 50 })

    const answers = [await ask(address), await ask(address)]

    expect(answers.map(({ status, deployment }) => `${status} ${deployment}`).sort()).toEqual(['200 v2', '504 v1'])
    expect((await deploymentOf(target, endpoint, 'v1')).counts).toMatchObject({ requests: 1, errors: 1 })
    expect((await deploymentOf(target, endpoint, 'v2')).counts).toMatchObject({ requests: 1, errors: 0 })
  })

  test('that breaks connections is hidden from clients and not from the counts', async ({ ground }) => {
    const { target } = ground
    const { address } = await target.ensureEndpoint(endpoint)
    await target.start(endpoint, await ground.package('v1'))
    await target.start(endpoint, await ground.package('v2', { breakEvery: 5 }))
    await target.setShares(endpoint, { v1: 50, v2: 50 })

    const answered = await askMany(address, 400)

    expect(answered).toEqual({ v1: 240, v2: 160 })
    expect((await deploymentOf(target, endpoint, 'v1')).counts).toMatchObject({ requests: 240, errors: 0 })
    expect((await deploymentOf(target, endpoint, 'v2')).counts).toMatchObject({ requests: 200, errors: 40 })
  })

  test('that breaks connections is not hidden where requests must not be sent twice', async ({ ground }) => {
    const target = processTarget({ ...ground.options, retry: 'never' })
    const { address } = await target.ensureEndpoint(endpoint)
    await target.start(endpoint, await ground.package('v1'))
    await target.start(endpoint, await ground.package('v2', { breakEvery: 5 }))
    await target.setShares(endpoint, { v1: 50, v2: 50 })

    expect(await askMany(address, 100)).toEqual({ v1: 50, v2: 40, '502': 10 })
    const gets = await Promise.all(Array.from({ length: 20 }, () => ask(address, { method: 'GET', path: '/v2' })))
    expect(gets.every(({ status }) => status === 200)).toBe(true)
  })
})

describe.concurrent('a server that', () => {
  test.for([
    ['speaks no HTTP', 'SSH-2.0-server\r\n\r\n', 502],
    ['answers with a number that is no status', 'HTTP/1.1 42 What\r\ncontent-length: 0\r\n\r\n', 502],
    ['answers half', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf of it', 0],
    ['answers half in pieces', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n', 0],
  ] as const)('%s has failed, and its client never takes that for an answer', async ([, raw, status], { ground }) => {
    const { address } = await ground.target.ensureEndpoint(endpoint)
    await ground.target.start(endpoint, await ground.package('v1', { raw }))
    await ground.target.start(endpoint, await ground.package('v2'))
    await ground.target.setShares(endpoint, { v1: 100 })

    const seen = await ask(address).then(
      (answer) => answer.status,
      () => 0,
    )
    await ground.target.setShares(endpoint, { v2: 100 })

    expect(seen).toBe(status)
    expect((await deploymentOf(ground.target, endpoint, 'v1')).counts).toMatchObject({ requests: 1, errors: 1 })
    expect(await askMany(address, 5)).toEqual({ v2: 5 })
  })
})

test('words beside a status that may not be sent on are left out', async ({ ground }) => {
  const { address } = await ground.target.ensureEndpoint(endpoint)
  const raw = 'HTTP/1.1 200 \x01\x02\r\ncontent-length: 2\r\n\r\nok'
  await ground.target.start(endpoint, await ground.package('v1', { raw }))
  await ground.target.setShares(endpoint, { v1: 100 })

  expect(await ask(address)).toMatchObject({ status: 200, text: 'ok' })
})

describe.concurrent('a deployment whose retirement was cut off', () => {
  test('can have traffic again when it is started again', async ({ ground }) => {
    const address = await begin(ground, { v1: 100, v2: 0 })
    const { adminPort } = claimOf(ground, 'router').record as { adminPort: number }
    const { token } = JSON.parse(readFileSync(join(ground.state(endpoint), 'router.json'), 'utf8')) as { token: string }
    await ask(`http://127.0.0.1:${adminPort}`, {
      path: '/drain',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ deployment: 'v2', timeoutMs: 1000 }),
    })

    const early = ground.target.setShares(endpoint, { v2: 100 })
    await expect(early).rejects.toThrow(/Being retired: v2/)
    await ground.target.start(endpoint, await ground.package('v2'))
    await ground.target.setShares(endpoint, { v2: 100 })

    expect(await askMany(address, 5)).toEqual({ v2: 5 })
  })
})

describe.concurrent('a router that is told to stop', () => {
  test('takes no new requests and finishes those that it has', async ({ ground }) => {
    const address = await begin(ground, { v1: 100 })
    const pid = routerPid(ground)

    const long = ask(address, { path: '/stream?parts=60' })
    await sleep(150)
    process.kill(pid, 'SIGTERM')
    while ((await ground.target.look(endpoint))?.isReady === true) await sleep(10)

    await expect(ask(address)).rejects.toThrow(/ECONNREFUSED|ECONNRESET|hang up/)
    expect(await long).toMatchObject({ status: 200, text: expect.stringMatching(/part 59\n$/) as string })
    while (startOf(pid) !== undefined) await sleep(10)
    expect(await ground.target.ensureEndpoint(endpoint)).toMatchObject({ address, isReady: true })
  })
})

describe.concurrent('many steps at the same time', () => {
  test('make one endpoint and start one server', async ({ ground }) => {
    const spec = await ground.package('v1', { startMs: 200 })
    const { target } = ground
    const targets = Array.from({ length: 4 }, () => processTarget(ground.options))

    const made = await Promise.all(targets.map((each) => each.ensureEndpoint(endpoint)))
    await Promise.all(targets.map((each) => each.start(endpoint, spec)))

    expect(new Set(made.map(({ address }) => address)).size).toBe(1)
    // Those who came second end as soon as they see it.
    while (ground.processes().length > 2) await sleep(20)
    const commands = ground.processes().map(({ command }) => /router\.mjs|serve\.mjs/.exec(command)?.[0] ?? command)
    expect([...commands].sort()).toEqual(['router.mjs', 'serve.mjs'])
    expect(await target.look(endpoint)).toMatchObject({ isReady: true, deployments: [{ name: 'v1', isReady: true }] })
  })
})

describe.concurrent('a step', () => {
  test('that is cancelled while it waits for a server ends what it started', async ({ ground }) => {
    const cancel = new AbortController()
    const target = processTarget({ ...ground.options, signal: cancel.signal })
    await target.ensureEndpoint(endpoint)

    const started = target.start(endpoint, await ground.package('v1', { startMs: 60_000 }))
    setTimeout(() => cancel.abort(new Error('the operator stopped the step')), 600)

    await expect(started).rejects.toThrow(/the operator stopped the step/)
    expect(ground.processes().map(({ command }) => command.includes('router.mjs'))).toEqual([true])
  })

  test('waits no longer than it may for a server that never becomes ready', async ({ ground }) => {
    const target = processTarget({ ...ground.options, readyTimeoutMs: 700 })
    await target.ensureEndpoint(endpoint)

    const started = target.start(endpoint, await ground.package('v1', { startMs: 60_000 }))

    await expect(started).rejects.toThrow(/not ready after 0.7 s/)
    expect((await target.look(endpoint))?.deployments).toEqual([])
  })

  test('ends a server that does not want to end', async ({ ground }) => {
    await begin(ground, { v1: 100 }, { isStubborn: true })
    const pid = Number(claimOf(ground, 'server-v1').record['pid'])
    process.kill(pid, 'SIGTERM')
    await sleep(200)
    expect(ground.processes().some((each) => each.pid === pid)).toBe(true)

    await processTarget({ ...ground.options, endGraceMs: 300 }).remove(endpoint)

    expect(ground.processes()).toEqual([])
  })

  test('is told that a folder is no package', async ({ ground }) => {
    await ground.target.ensureEndpoint(endpoint)
    const started = ground.target.start(endpoint, { ...(await ground.package('v1')), folder: ground.folder })

    await expect(started).rejects.toMatchObject({ faults: [{ problem: 'is no package: it has no serve.mjs' }] })
  })

  test('is refused names that lead elsewhere', async ({ ground }) => {
    const spec = await ground.package('v1')
    await ground.target.ensureEndpoint(endpoint)

    for (const name of ['../elsewhere', 'a/b', '', '.hidden', 'a\0b', 'a'.repeat(65)]) {
      const refusal = { faults: [{ value: name, problem: expect.stringMatching(/^is not a name/) as string }] }
      await expect(ground.target.start(endpoint, { ...spec, name })).rejects.toMatchObject(refusal)
      await expect(async () => ground.target.ensureEndpoint(name)).rejects.toMatchObject(refusal)
      await expect(async () => ground.target.remove(name)).rejects.toMatchObject(refusal)
    }
  })
})
