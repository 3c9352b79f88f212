import { rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { DeploymentSpec } from '../../../core/targets/target.ts'
import { newPackage } from '../../scoring/scoring-server.ts'
import { nodes } from '../../support/nodes.ts'
import { openLoop } from '../../support/open-loop.ts'
import { ask, askMany, ProcessGround } from '../ground.ts'

const endpoint = 'flights'
const body = JSON.stringify({ inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 1], data: [1] }] })

/** Two packages with the real scoring server and a real model. */
async function packages(): Promise<readonly DeploymentSpec[]> {
  return Promise.all(
    ['v1', 'v2'].map(async (name, at) => {
      const folder = await newPackage({ models: [{ fixture: 'free', name: 'x', version: at + 1 }] })
      return { name, folder, digest: `sha256:${name}`, models: [`x@${at + 1}`] }
    }),
  )
}

test.each(nodes().slice(0, 1))(
  'packages with the real scoring server take over from each other on $name, and no request is lost',
  async ({ path }) => {
    await using ground = await ProcessGround.make({ nodeProgram: path })
    const { target } = ground
    const specs = await packages()
    const { address } = await target.ensureEndpoint(endpoint)
    for (const spec of specs) await target.start(endpoint, spec)
    await target.setShares(endpoint, { v1: 90, v2: 10 })

    const load = openLoop({ url: address, perSecond: 150, seconds: 2, seed: 13, body })
    await load.begun
    await sleep(600)
    const canary = await ask(address, { headers: await target.headersFor(endpoint, 'v2'), body })
    await target.setShares(endpoint, { v2: 100 })
    await target.retire(endpoint, 'v1')
    const { sent, failures, byDeployment } = await load.findings

    expect(failures).toEqual([])
    expect(sent).toBeGreaterThan(200)
    expect(byDeployment['v2']).toBeGreaterThan(sent / 3)
    expect(JSON.parse(canary.text)).toMatchObject({ model_name: 'x', model_version: '2' })
    expect(await askMany(address, 3)).toEqual({ '400': 3 })
    await target.remove(endpoint)
    expect(ground.processes()).toEqual([])
    for (const { folder } of specs) await rm(folder, { recursive: true })
  },
)
