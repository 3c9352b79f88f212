import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ExternalError } from '../../core/errors/errors.ts'
import { openLoop } from '../support/open-loop.ts'
import { ask, askMany, deploymentOf, type Ground } from './ground.ts'

const endpoint = 'flights'

/** What every target promises, whatever it runs deployments on. */
export function targetContract(kind: string, make: () => Promise<Ground>): void {
  describe(`the target ${kind}`, () => {
    let ground: Ground
    beforeEach(async () => {
      ground = await make()
    })
    afterEach(() => ground[Symbol.asyncDispose]())

    /** An endpoint with two deployments. */
    async function withTwo(shares: Readonly<Record<string, number>>): Promise<string> {
      const { target } = ground
      const { address } = await target.ensureEndpoint(endpoint)
      const specs = [await ground.package('v1'), await ground.package('v2')]
      await Promise.all(specs.map((spec) => target.start(endpoint, spec)))
      await target.setShares(endpoint, shares)
      return address
    }

    test('sees no endpoint where there is none, and removes none', async () => {
      await ground.target.remove(endpoint)

      expect(await ground.target.look(endpoint)).toBeUndefined()
    })

    test('makes an endpoint once, and answers 503 before a deployment has a share', async () => {
      const { target } = ground

      const first = await target.ensureEndpoint(endpoint)
      const second = await target.ensureEndpoint(endpoint)
      await target.start(endpoint, await ground.package('v1'))

      expect(first).toMatchObject({ endpoint, isReady: true, deployments: [] })
      expect(second).toEqual(first)
      expect(await ask(first.address)).toMatchObject({
        status: 503,
        text: expect.stringContaining('"error"') as string,
      })
    })

    test('starts a deployment once, and says what it is', async () => {
      const { target } = ground
      const spec = await ground.package('v1')
      const { address } = await target.ensureEndpoint(endpoint)

      await target.start(endpoint, spec)
      await target.setShares(endpoint, { v1: 100 })
      const before = await ask(address)
      await target.start(endpoint, spec)
      const after = await ask(address)

      expect(after.text).toBe(before.text)
      expect(await deploymentOf(target, endpoint, 'v1')).toMatchObject({
        name: 'v1',
        digest: spec.digest,
        models: spec.models,
        share: 100,
        isReady: true,
        counts: { requests: 2, errors: 0 },
      })
    })

    test('splits the traffic exactly, and counts it', async () => {
      const address = await withTwo({ v1: 90, v2: 10 })

      const answered = await askMany(address, 2520)

      expect(answered['v2']).toBeGreaterThanOrEqual(251)
      expect(answered['v2']).toBeLessThanOrEqual(253)
      for (const name of ['v1', 'v2']) {
        const { counts } = await deploymentOf(ground.target, endpoint, name)
        expect(counts).toMatchObject({ requests: answered[name], errors: 0 })
        expect(counts.latency.reduce((sum, { count }) => sum + count, 0)).toBe(counts.requests)
        expect(counts.latency.at(-1)?.upTo).toBe(Number.POSITIVE_INFINITY)
      }
    })

    test('loses no request when the shares change twenty times', async () => {
      const url = await withTwo({ v1: 100 })

      const load = openLoop({ url, perSecond: 400, seconds: 5, seed: 7 })
      await load.begun
      for (let change = 0; change < 20; change += 1) {
        const canary = [10, 25, 50, 0, 100][change % 5] ?? 0
        await ground.target.setShares(endpoint, { v1: 100 - canary, v2: canary })
        await sleep(200)
      }
      const { sent, failures, byDeployment } = await load.findings

      expect(failures).toEqual([])
      expect(sent).toBeGreaterThan(1500)
      expect((byDeployment['v1'] ?? 0) + (byDeployment['v2'] ?? 0)).toBe(sent)
      expect(byDeployment['v2']).toBeGreaterThan(sent / 5)
    })

    test('loses no request when a deployment is drained and retired', async () => {
      const url = await withTwo({ v1: 50, v2: 50 })

      const load = openLoop({ url, perSecond: 300, seconds: 1.8, seed: 11 })
      await load.begun
      await sleep(700)
      await ground.target.setShares(endpoint, { v2: 100 })
      await ground.target.retire(endpoint, 'v1')
      const status = await ground.target.look(endpoint)
      const { failures, byDeployment } = await load.findings

      expect(failures).toEqual([])
      expect(byDeployment['v1']).toBeGreaterThan(50)
      expect(status?.deployments.map(({ name, share }) => ({ name, share }))).toEqual([{ name: 'v2', share: 100 }])
    })

    test('retires what is not there, and nothing that has traffic', async () => {
      const address = await withTwo({ v1: 100 })

      await ground.target.retire(endpoint, 'v2')
      await ground.target.retire(endpoint, 'v2')
      const refused = ground.target.retire(endpoint, 'v1')

      await expect(refused).rejects.toThrow(/v1 has a share/)
      expect(await askMany(address, 20)).toEqual({ v1: 20 })
    })

    test.each([
      ['that do not add up to 100', { v1: 90, v2: 9 }, /add up to 99/],
      ['for what was not started', { v1: 90, v3: 10 }, /v3/],
    ])('refuses shares %s, and leaves those that are', async (_, shares, why) => {
      const address = await withTwo({ v1: 100 })

      await expect(ground.target.setShares(endpoint, shares)).rejects.toThrow(why)

      expect(await askMany(address, 20)).toEqual({ v1: 20 })
    })

    test('says why a deployment does not become ready, and leaves nothing of it', async () => {
      const { target } = ground
      const bad = await ground.package('v1', { failure: 'the model has seven legs' })
      await target.ensureEndpoint(endpoint)

      const started = target.start(endpoint, bad)

      await expect(started).rejects.toBeInstanceOf(ExternalError)
      await expect(started).rejects.toThrow(/deployment is not ready.*the model has seven legs/s)
      expect((await target.look(endpoint))?.deployments).toEqual([])
    })

    test('counts what fails for the deployment that failed', async () => {
      const { target } = ground
      const { address } = await target.ensureEndpoint(endpoint)
      await target.start(endpoint, await ground.package('v1'))
      await target.start(endpoint, await ground.package('v2', { failEvery: 4 }))
      await target.setShares(endpoint, { v1: 50, v2: 50 })

      const answered = await askMany(address, 400)

      expect(answered).toEqual({ v1: 200, v2: 150, '500': 50 })
      expect((await deploymentOf(target, endpoint, 'v1')).counts).toMatchObject({ requests: 200, errors: 0 })
      expect((await deploymentOf(target, endpoint, 'v2')).counts).toMatchObject({ requests: 200, errors: 50 })
    })

    test('takes another package under the name of one without traffic, and refuses it under one with', async () => {
      const address = await withTwo({ v1: 100 })
      const other = { ...(await ground.package('v3')), name: 'v2' }

      await ground.target.start(endpoint, other)
      await ground.target.setShares(endpoint, { v2: 100 })

      expect((await ask(address)).text).toContain('"name":"v3"')
      await expect(ground.target.start(endpoint, await ground.package('v2'))).rejects.toThrow(/serves another package/)
    })

    test('removes an endpoint with all that is its own', async () => {
      const address = await withTwo({ v1: 50, v2: 50 })

      await ground.target.remove(endpoint)
      await ground.target.remove(endpoint)

      expect(await ground.target.look(endpoint)).toBeUndefined()
      await expect(ask(address)).rejects.toThrow(/ECONNREFUSED|ECONNRESET|hang up/)
      await expect(ground.target.setShares(endpoint, { v1: 100 })).rejects.toThrow(/no endpoint flights/)
    })
  })
}
