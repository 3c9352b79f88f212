import { describe, expect, test } from 'vitest'
import { run } from '../../core/deploy-canary/run.ts'
import { failureOf, fromFork } from '../main/bench.ts'
import { Trial } from './a-trial.ts'

describe('is refused', () => {
  test('a fork', async () => {
    await using trial = await Trial.withStable()
    const second = await trial.version()

    const host = await trial.bench.run({ ...trial.step, run }, inputsFor(second), { context: fromFork })

    expect(failureOf(host)).toMatch(/TY0211[^]*may not deploy a model/)
  })

  test('a runner that is thrown away, since the servers would end with the job', async () => {
    await using trial = await Trial.withStable()
    const second = await trial.version()

    const host = await trial.bench.run({ ...trial.step, run }, inputsFor(second), { context: { isThrowAway: true } })

    expect(host.ended?.exitCode).toBe(2)
    expect(failureOf(host)).toMatch(/TY0214[^]*self-hosted/)
  })

  test.each([
    ['a run', { candidate: 'run:r-1' }, /is a run: register it/],
    ['no package', { package: 'nothing' }, /holds no package/],
    ['a plan up to 100 %', { plan: '5%:1m, 100%:1m' }, /which only promote gives/],
    [
      'a deadline before the plan is through',
      { plan: '5%:1h, 50%:2h' },
      /--?deadline[^]*which takes 3h|deadline[^]*which takes 3h/,
    ],
  ])('%s', async (_, inputs, words) => {
    await using trial = await Trial.withStable()
    const second = await trial.version()

    const host = await trial.deploy(second, inputs)

    expect(host.ended?.exitCode).toBe(2)
    expect(failureOf(host)).toMatch(words)
    expect(await trial.remembered()).toEqual(['kettle@1 stable 100 live'])
  })

  test('a package without evidence about this version', async () => {
    await using trial = await Trial.withStable()
    const [second, third] = [await trial.version(), await trial.version()]

    const host = await trial.deploy({ ...second, folder: third.folder })

    expect(failureOf(host)).toMatch(/no evidence says that it serves kettle@2/)
  })

  test('what was tried at an endpoint that somebody ended, unless it is to begin anew', async () => {
    await using trial = await Trial.withStable()
    const second = await trial.version()
    await trial.pass(second)
    await trial.deploy(second, { once: 'true' })
    await trial.end()

    const host = await trial.deploy(second, { once: 'true' })
    const restarted = await trial.deploy(second, { restart: 'true' })

    expect(failureOf(host)).toMatch(/TY0215[^]*api was ended while the canary of kettle@2 ran/)
    expect(restarted.outputs.get('share')).toBe('100')
  })

  test('another plan while it runs', async () => {
    await using trial = await Trial.withStable()
    const second = await trial.version()
    await trial.deploy(second, { once: 'true' })

    const host = await trial.deploy(second, { plan: '90%:1m' })

    expect(failureOf(host)).toMatch(/TY0103[^]*began with other terms \(its plan is 5%:2m, 50%:5m\)/)
    expect(await trial.shares()).toEqual({ 'kettle@1': 95, 'kettle@2': 5 })
  })

  test('without a package, unless it is taken out', async () => {
    await using trial = await Trial.withStable()
    await trial.version()

    const host = await trial.bench.run(trial.step, { endpoint: 'api', candidate: 'kettle@2' })

    expect(failureOf(host)).toMatch(/TY010[13][^]*package is missing/)
  })
})

function inputsFor({ reference, folder }: { reference: string; folder: string }) {
  return { endpoint: 'api', candidate: reference, package: folder }
}
