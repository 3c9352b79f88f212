import { expect, test } from 'vitest'
import { type Bench, failureOf, fromFork, gate, promote, said } from '../main/bench.ts'
import { aComparison, byFiles } from './a-comparison.ts'

/** Records that a version has all the traffic of the endpoint `api`. */
async function serves(bench: Bench, model: string, version: number): Promise<void> {
  const deployment = { endpoint: 'api', name: `v${version}`, model, version, share: 100 } as const
  await bench.record(`serve-${model}-${version}`, async ({ deployments }) => {
    await deployments.setEndpoint({ name: 'api', environment: 'local', target: 'process' })
    await deployments.record({ ...deployment, state: 'live', role: 'stable' })
  })
}

test('the champion is what serves at the endpoint, not what the alias names, and the log says that they differ', async () => {
  await using bench = await aComparison({ 'three.bin': 'three' })
  await bench.version('kettle', 'three.bin')
  await serves(bench, 'kettle', 3)

  const host = await bench.run(gate, { ...byFiles, endpoint: 'api' })

  expect(host.outputs.get('champion')).toBe('kettle@3')
  expect(said(host, 'warning')).toContain('kettle@3 serves at api, while the alias champion names kettle@1')
  const { predicate } = await newest(bench)
  expect(predicate).toMatchObject({ champion: { reference: 'kettle@3', endpoint: 'api' } })
})

test('an endpoint that serves no version of the model leaves the alias to decide, and the log says so', async () => {
  await using bench = await aComparison({ 'pot.bin': 'pot' })

  const host = await bench.run(gate, { ...byFiles, endpoint: 'api' })

  expect(host.outputs.get('champion')).toBe('kettle@1')
  expect(said(host, 'warning')).toContain('api serves nothing, and no kettle: the alias champion is compared with')
})

test('a champion that is named outright is taken, whatever serves', async () => {
  await using bench = await aComparison()
  await serves(bench, 'kettle', 2)

  const host = await bench.run(gate, { ...byFiles, endpoint: 'api', champion: 'kettle@1' })

  expect(host.outputs.get('champion')).toBe('kettle@1')
})

test('a failing verdict with onFail warn is green with a warning, and promote refuses all the same', async () => {
  await using bench = await aComparison()

  const host = await bench.run(gate, { ...byFiles, candidatePredictions: 'bad.csv', onFail: 'warn' })

  expect(host.ended).toMatchObject({ result: 'warned', exitCode: 0 })
  expect(host.ended?.message).toContain('kettle@2 is refused')
  expect(host.outputs.get('verdict')).toBe('fail')
  const promoted = await bench.run(promote, { candidate: 'kettle@2' })
  expect(promoted.ended).toMatchObject({ result: 'failed', exitCode: 3 })
})

test('a forced gate keeps its verdict, records the reason, and promote takes the candidate as forced', async () => {
  await using bench = await aComparison()

  const host = await bench.run(gate, {
    ...byFiles,
    candidatePredictions: 'bad.csv',
    force: 'true',
    reason: 'the old one leaks',
  })

  expect(host.ended).toMatchObject({ result: 'warned', exitCode: 0 })
  expect(Object.fromEntries(host.outputs)).toMatchObject({ verdict: 'fail', forced: 'true' })
  expect(host.summaryText).toContain('**Let through by force**, though it did not pass: the old one leaks')
  const { predicate, id } = await newest(bench)
  expect(predicate).toMatchObject({ verdict: { kind: 'fail' }, forced: { reason: 'the old one leaks' } })

  await bench.go(promote, { candidate: 'kettle@2' })
  const moves = (await bench.look(({ models }) => models.find('kettle')))?.aliases
  expect(moves).toMatchObject({ champion: 2 })
  const promotion = await newest(bench, 'promotion')
  expect(promotion.predicate).toMatchObject({
    forced: { reason: `the old one leaks (forced at the gate, evidence ${id})` },
  })
})

test('a candidate that passes anyway is not recorded as forced', async () => {
  await using bench = await aComparison()

  const outputs = await bench.go(gate, { ...byFiles, force: 'true', reason: 'in a hurry' })

  expect(outputs).toMatchObject({ verdict: 'pass' })
  expect((await newest(bench)).predicate).not.toHaveProperty('forced')
})

test('force needs a reason, and code that is not trusted may not force', async () => {
  await using bench = await aComparison()

  const without = await bench.run(gate, { ...byFiles, force: 'true' })
  const fromAFork = await bench.run(gate, { ...byFiles, force: 'true', reason: 'mine' }, { context: fromFork })

  expect(without.ended?.exitCode).toBe(2)
  expect(fromAFork.ended?.exitCode).toBe(2)
  expect(failureOf(fromAFork)).toContain('TY0211')
})

/** The newest evidence about version 2. */
async function newest(bench: Bench, kind: 'gate' | 'promotion' = 'gate') {
  return bench.look(async ({ models, evidence }) => {
    const { files } = await models.version('kettle', 2)
    const [record] = await evidence.about(files.digest, kind)
    if (record === undefined) throw new Error(`there is no ${kind}`)
    return { id: record.id, predicate: (await evidence.read(record.id)).predicate }
  })
}
