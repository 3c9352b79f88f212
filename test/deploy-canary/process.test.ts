import { expect, test } from 'vitest'
import { failureOf, said } from '../main/bench.ts'
import { ask } from '../targets/ground.ts'
import { killedAfter } from './children.ts'
import { ProcessTrial } from './a-process-trial.ts'

/** Kills of a night; `TRAINYARD_KILLS` raises it. */
const kills = Number(process.env['TRAINYARD_KILLS'] ?? 20)

test('really: the first serves, a bad one is rolled back, a good one takes over, and no client loses a request', async () => {
  await using trial = await ProcessTrial.make()
  const first = await trial.version()
  expect(failureOf(await trial.deploy(first))).toBe('')
  expect(failureOf(await trial.promote('kettle@1'))).toBe('')
  trial.startClients()

  const bad = await trial.deploy(await trial.version({ failEvery: 2 }))
  const badFailures = trial.failures.splice(0)
  const good = await trial.deploy(await trial.version())
  const atTheEnd = await trial.shares()
  const promoted = await trial.promote('kettle@3')
  await trial.stopClients()

  expect(failureOf(bad)).toMatch(/TY0305[^]*kettle@2 is out, and kettle@1 has all the traffic/)
  expect(badFailures.filter((failure) => !failure.startsWith('500 of v2-'))).toEqual([])
  expect(failureOf(good)).toBe('')
  expect(good.outputs.get('verdict')).toBe('pass')
  expect(atTheEnd).toEqual({ 'kettle@1': 50, 'kettle@3': 50 })
  expect(failureOf(promoted)).toBe('')
  expect(trial.failures).toEqual([])
  expect(trial.answers).toBeGreaterThan(500)
  expect(await trial.shares()).toEqual({ 'kettle@3': 100 })
  expect(await trial.live()).toEqual(['kettle@3 stable 100'])
  // A router and one server are left; whoever was retired has ended.
  expect(trial.ground.processes()).toHaveLength(2)
})

test('after the machine was switched off, deploying stable again brings the endpoint back at the same address', async () => {
  await using trial = await ProcessTrial.make()
  const first = await trial.version()
  const before = await trial.deploy(first)
  for (const { pid } of trial.ground.processes()) process.kill(pid, 'SIGKILL')

  const host = await trial.deploy(first)
  const answer = await ask(before.outputs.get('address') ?? '')

  expect(failureOf(host)).toBe('')
  expect(said(host, 'warning')).toContain('kettle@1 had ended at api, and runs again.')
  expect(answer.status).toBe(200)
  expect(await trial.shares()).toEqual({ 'kettle@1': 100 })
})

test(`killed at ${kills} random instants, canaries and promotions converge, and leave no orphan`, async () => {
  await using trial = await ProcessTrial.make()
  const { folder, temp } = trial.bench
  await trial.deploy(await trial.version())
  await trial.promote('kettle@1')
  trial.startClients()

  let stable = 'kettle@1'
  for (let killed = 0, round = 0; killed < kills; round += 1) {
    const isGood = round % 2 === 0
    const given = await trial.version(isGood ? {} : { failEvery: 2 })
    for (let isEnded = false; !isEnded && killed < kills; ) {
      isEnded = await killedAfter(Math.random() * 1000, {
        step: 'deploy-canary',
        folder,
        temp,
        inputs: trial.inputs(given),
      })
      if (!isEnded) killed += 1
      const live = await trial.live()
      expect(live.filter((one) => one.includes('canary')).length).toBeLessThan(2)
    }
    const host = await trial.deploy(given)
    expect(host.outputs.get('verdict'), failureOf(host)).toBe(isGood ? 'pass' : 'fail')
    if (isGood) {
      const inputs = { ...trial.inputs({}), candidate: given.candidate }
      for (let isEnded = false; !isEnded && killed < kills; ) {
        isEnded = await killedAfter(Math.random() * 500, { step: 'promote', folder, temp, inputs })
        if (!isEnded) killed += 1
      }
      expect(failureOf(await trial.promote(given.candidate))).toBe('')
      stable = given.candidate
    }
    expect(await trial.shares()).toEqual({ [stable]: 100 })
    expect(await trial.live()).toEqual([`${stable} stable 100`])
    expect(trial.ground.processes()).toHaveLength(2)
  }
  await trial.stopClients()

  // Only what the bad ones answered is no success: nobody found an endpoint without a server.
  expect(trial.failures.filter((failure) => !failure.startsWith('500 of v'))).toEqual([])
}, 300_000)
