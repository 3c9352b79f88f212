import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Trial } from '../deploy-canary/a-trial.ts'
import { failureOf, said } from '../main/bench.ts'

/** With kettle@1 champion and stable, and kettle@2 after a canary that passed. */
async function afterCanary(): Promise<Trial> {
  const trial = await Trial.withStable({ errorRate: 0.01 })
  await trial.promote('kettle@1')
  const second = await trial.version({ errorRate: 0.01 })
  await trial.pass(second)
  await trial.deploy(second)
  return trial
}

const done = ['kettle@1 stable 0 retired', 'kettle@2 stable 100 live']

describe('promote with an endpoint', () => {
  test('gives all the traffic, retires what had it, and then moves the alias', async () => {
    await using trial = await afterCanary()
    const before = (await trial.bench.entries()).length

    const host = await trial.promote('kettle@2')

    expect(failureOf(host)).toBe('')
    expect(host.ended?.message).toContain('kettle@2 is champion now')
    expect(host.ended?.message).toContain('with all the traffic of api')
    expect(Object.fromEntries(host.outputs)).toEqual({ version: '2', previous: '1', moved: 'true' })
    expect(trial.target.deeds.slice(-2)).toEqual([
      expect.stringMatching(/^split v2-\w+=100$/),
      expect.stringMatching(/^retire v1-/),
    ])
    expect(await trial.shares()).toEqual({ 'kettle@2': 100 })
    expect(await trial.remembered()).toEqual(done)
    const changes = (await trial.bench.entries()).slice(before).map((entry) => entry.changes[0])
    expect(changes).toEqual([
      expect.stringMatching(/^deployment api\/v2-\w+ of kettle@2 live with 100 %/),
      expect.stringMatching(/^deployment api\/v1-\w+ of kettle@1 retired with 0 %/),
      expect.stringMatching(/^kettle: champion moved from 1 to 2/),
    ])
    expect(host.summaryText).toContain('A canary of these very bytes passed at `api`')
  })

  test('names the canary and the endpoint in its statement', async () => {
    await using trial = await afterCanary()

    await trial.promote('kettle@2')

    await trial.bench.look(async ({ evidence, models }) => {
      const { files } = await models.version('kettle', 2)
      const [[promotion], [canary]] = [
        await evidence.about(files.digest, 'promotion'),
        await evidence.about(files.digest, 'canary'),
      ]
      const { predicate } = await evidence.read(promotion?.id ?? 'sha256:')
      expect(predicate).toMatchObject({ version: 2, from: 1, endpoint: 'api', canary: canary?.id })
    })
  })

  test('changes nothing when it runs again', async () => {
    await using trial = await afterCanary()
    await trial.promote('kettle@2')
    const [entries, shares] = [await trial.bench.entries(), await trial.shares()]

    const host = await trial.promote('kettle@2')

    expect(host.outputs.get('moved')).toBe('false')
    expect(await trial.bench.entries()).toEqual(entries)
    expect(await trial.shares()).toEqual(shares)
  })

  test('that is cut off at any change of the endpoint is finished by running it again', async () => {
    let cuts = 0
    for (let at = 1; ; at += 1) {
      await using trial = await afterCanary()
      const answered = trial.target.refused
      let calls = 0
      trial.target.interrupt = () => {
        calls += 1
        if (calls === at) throw new Error('the process ended here')
      }

      const first = await trial.promote('kettle@2')
      trial.target.interrupt = () => undefined
      trial.target.serve(1000)
      const second = await trial.promote('kettle@2')

      if (first.ended?.exitCode !== 0) cuts += 1
      expect(failureOf(second)).toBe('')
      expect(await trial.shares()).toEqual({ 'kettle@2': 100 })
      expect(await trial.remembered()).toEqual(done)
      expect(await trial.champion()).toBe(2)
      expect(trial.target.refused).toBe(answered)
      if (calls < at) break
    }
    expect(cuts).toBe(4)
  })

  test('keeps the champion where the deployment cannot be made ready, and the traffic where it is', async () => {
    await using trial = await afterCanary()
    const second = (await trial.target.look('api'))?.deployments.find(({ models }) => models.includes('kettle@2'))
    trial.target.setReady('api', second?.name ?? '', false)
    trial.target.behave(second?.digest ?? '', { isBroken: true })

    const host = await trial.promote('kettle@2')

    expect(host.ended?.exitCode).toBe(4)
    expect(await trial.champion()).toBe(1)
    expect(await trial.shares()).toEqual({ 'kettle@1': 50, 'kettle@2': 50 })
  })

  test.each([
    ['no canary', undefined, /TY0307[^]*no canary has tried these files there, at api/],
    ['a canary that failed', { errorRate: 0.2 }, /TY0307[^]*the newest canary says fail/],
  ])('is refused with %s', async (_, behaviour, words) => {
    await using trial = await Trial.withStable()
    await trial.promote('kettle@1')
    const second = await trial.version(behaviour)
    await trial.pass(second)
    if (behaviour !== undefined) await trial.deploy(second)

    const host = await trial.promote('kettle@2')

    expect(host.ended?.exitCode).toBe(3)
    expect(failureOf(host)).toMatch(words)
    expect(await trial.champion()).toBe(1)
    expect(await trial.shares()).toEqual({ 'kettle@1': 100 })
  })

  test('is forced with a reason, which is recorded', async () => {
    await using trial = await Trial.withStable()
    await trial.promote('kettle@1')
    const second = await trial.version()

    const host = await trial.promote('kettle@2', { force: 'true', reason: 'incident 12', package: second.folder })

    expect(failureOf(host)).toBe('')
    expect(await trial.shares()).toEqual({ 'kettle@2': 100 })
    expect(host.summaryText).toContain('**Forced** without a passing canary: incident 12')
    const moves = (await trial.bench.look(({ models }) => models.find('kettle')))?.history
    expect(moves?.at(-1)).toMatchObject({ to: 2, isForced: true, why: 'incident 12' })
  })

  test('is refused while another version is tried there', async () => {
    await using trial = await afterCanary()
    const third = await trial.version()

    const host = await trial.promote('kettle@3', { force: 'true', reason: 'now', package: third.folder })

    expect(failureOf(host)).toMatch(/TY0213[^]*kettle@2 is the canary at api/)
    expect(await trial.shares()).toEqual({ 'kettle@1': 50, 'kettle@2': 50 })
  })

  test('needs no canary for what is stable already: the first deployment', async () => {
    await using trial = await Trial.withStable()

    const host = await trial.promote('kettle@1')

    expect(failureOf(host)).toBe('')
    expect(await trial.champion()).toBe(1)
    expect(host.summaryText).toContain('It was stable at `api` before.')
  })

  test('records and starts nothing in a dry run', async () => {
    await using trial = await afterCanary()
    const [entries, deeds] = [await trial.bench.entries(), [...trial.target.deeds]]

    const host = await trial.promote('kettle@2', { dryRun: 'true' })

    expect(host.ended?.exitCode).toBe(0)
    expect(await trial.bench.entries()).toEqual(entries)
    expect(trial.target.deeds).toEqual(deeds)
  })

  test('guards the version that serves against deletion, and the one before no more', async () => {
    await using trial = await afterCanary()
    await trial.promote('kettle@2')
    await trial.write(({ models }) =>
      models.moveAlias({ model: 'kettle', alias: 'champion', from: 2, to: undefined, why: 'x' }),
    )

    await expect(trial.write(({ models }) => models.delete('kettle', 2, 'old'))).rejects.toThrow(/TY0208[^]*api\/v2-/)
    await trial.write(({ models }) => models.delete('kettle', 1, 'old'))
  })
})

describe('rollback', () => {
  test('returns to the previous champion, whose package is kept, with all the traffic', async () => {
    await using trial = await afterCanary()
    await trial.promote('kettle@2')

    const host = await trial.rollback()

    expect(failureOf(host)).toBe('')
    expect(host.ended?.message).toBe('kettle@1 is champion again, with all the traffic of api; before: kettle@2')
    expect(Object.fromEntries(host.outputs)).toEqual({ version: '1', previous: '2', moved: 'true' })
    expect(await trial.shares()).toEqual({ 'kettle@1': 100 })
    expect(await trial.remembered()).toEqual(['kettle@1 stable 100 live', 'kettle@2 stable 0 retired'])
    expect(await trial.champion()).toBe(1)
    expect(said(host, 'info')).toContain('v2-')
    const model = await trial.bench.look(({ models }) => models.find('kettle'))
    expect(model?.history.at(-1)?.why).toBe('rolled back from 2: it overheats')
  })

  test('is safe to repeat when it says what it takes back', async () => {
    await using trial = await afterCanary()
    await trial.promote('kettle@2')
    await trial.rollback({ from: 'kettle@2' })

    const host = await trial.rollback({ from: 'kettle@2' })

    expect(host.ended?.message).toBe('kettle@1 is champion, and not kettle@2; nothing changed')
    expect(await trial.champion()).toBe(1)
  })

  test('that is cut off at any change of the endpoint is finished by running it again', async () => {
    for (let at = 1; ; at += 1) {
      await using trial = await afterCanary()
      await trial.promote('kettle@2')
      let calls = 0
      trial.target.interrupt = () => {
        calls += 1
        if (calls === at) throw new Error('the process ended here')
      }

      await trial.rollback({ from: 'kettle@2' })
      trial.target.interrupt = () => undefined
      const second = await trial.rollback({ from: 'kettle@2' })

      expect(failureOf(second)).toBe('')
      expect(await trial.shares()).toEqual({ 'kettle@1': 100 })
      expect(await trial.remembered()).toEqual(['kettle@1 stable 100 live', 'kettle@2 stable 0 retired'])
      expect(await trial.champion()).toBe(1)
      if (calls < at) break
    }
  })

  test('asks for the package where it is kept no more', async () => {
    await using trial = await afterCanary()
    await trial.promote('kettle@2')
    await rm(join(trial.stateFolder, 'packages'), { recursive: true })

    const host = await trial.rollback()
    const given = await trial.rollback({ package: join(trial.bench.temp, 'package-1') })

    expect(failureOf(host)).toContain('its package is not kept on this machine: give its folder as `package`')
    expect(given.ended?.exitCode).toBe(0)
    expect(await trial.shares()).toEqual({ 'kettle@1': 100 })
  })

  test('moves the alias alone where no endpoint is named', async () => {
    await using trial = await afterCanary()
    await trial.promote('kettle@2')
    const deeds = [...trial.target.deeds]

    const host = await trial.bench.run(
      {
        definition: (await import('../../core/rollback/definition.ts')).definition,
        run: (await import('../../core/rollback/run.ts')).run,
      },
      { model: 'kettle', reason: 'it overheats' },
    )

    expect(host.ended?.message).toBe('kettle@1 is champion again; before: kettle@2')
    expect(trial.target.deeds).toEqual(deeds)
  })

  test.each([
    ['no champion before', 1, /there was no champion before kettle@1/],
    ['no champion at all', 0, /kettle has no champion/],
  ])('is refused with %s', async (_, promotions, words) => {
    await using trial = await Trial.withStable()
    if (promotions > 0) await trial.promote('kettle@1')

    const host = await trial.rollback()

    expect(host.ended?.exitCode).toBe(2)
    expect(failureOf(host)).toMatch(words)
  })

  test('does not touch a canary in progress', async () => {
    await using trial = await afterCanary()
    await trial.promote('kettle@2')
    await trial.deploy(await trial.version(), { once: 'true' })

    const host = await trial.rollback()

    expect(failureOf(host)).toMatch(/TY0213[^]*kettle@3 is the canary/)
    expect(await trial.champion()).toBe(2)
  })
})

test('packages of what is retired long since are removed', async () => {
  await using trial = await Trial.withStable()
  await trial.promote('kettle@1')
  for (let number = 2; number <= 5; number += 1) {
    const next = await trial.version()
    await trial.promote(next.reference, { force: 'true', reason: 'again', package: next.folder })
  }

  // The one that serves, and two to return to.
  expect(await readdir(join(trial.stateFolder, 'packages'))).toHaveLength(3)
})
