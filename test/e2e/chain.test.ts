import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { toolVersion } from '../../core/main/version.ts'
import { taskName } from '../../core/step/names.ts'
import { root } from '../../scripts/lib/sources.mjs'
import { emptyFolder, runScript, unpack } from '../packed/unpacked.ts'
import { basicEnvironment, runCiProcess } from '../support/ci-process.ts'
import { whileClientsAsk } from '../support/clients.ts'
import { actionFace, commandFace, type Face, taskFace } from '../support/faces.ts'
import { kettleRepository, paramsFile, trainings } from '../support/kettles.ts'
import { nodes } from '../support/nodes.ts'
import { endProcessesOf, processesOf } from '../support/processes.ts'
import { git, type ProjectRepository } from '../support/project-repository.ts'
import { Receiver } from '../support/receiver.ts'
import { Journey } from './journey.ts'

const release = emptyFolder()
const extension = emptyFolder()
const scratch = mkdtempSync(join(tmpdir(), 'trainyard-chain-'))

const binaries = nodes()
const faces: readonly (readonly [string, Face])[] = binaries.flatMap(({ name, path }) => [
  // GitHub runs `using: node24` on Node 24 alone.
  ...(name === 'node24' ? [[`actions on ${name}`, actionFace(path, release)] as const] : []),
  [
    `tasks on ${name}`,
    taskFace(path, (step) => join(extension, taskName(step), `v${toolVersion.split('.')[0]}`)),
  ] as const,
  [`commands on ${name}`, commandFace(path, join(root, 'dist/cli/trainyard.mjs'))] as const,
])

beforeAll(async () => {
  runScript('package-actions.mjs', release)
  const built = emptyFolder()
  runScript('package-azure.mjs', built)
  await unpack(readFileSync(join(built, `${extensionName()}-${toolVersion}.vsix`)), extension)
  rmSync(built, { recursive: true, force: true })
}, 300_000)

afterAll(() => {
  for (const folder of [release, extension, scratch]) rmSync(folder, { recursive: true, force: true })
})

function extensionName(): string {
  const { publisher, id } = JSON.parse(readFileSync(join(root, 'vss-extension.json'), 'utf8')) as Record<string, string>
  return `${publisher}.${id}`
}

/** A canary of seconds, as the criteria of the kettles allow it. */
const canary = { endpoint: 'kitchen', plan: '20%:500ms, 50%:1s', minBake: '1s', deadline: '40s', lookEvery: '200ms' }

describe.each(faces)('the whole chain, by %s', (_, face) => {
  const folder = mkdtempSync(join(scratch, 'repository-'))
  let receiver: Receiver
  let repository: ProjectRepository
  let journey: Journey
  let address = ''

  beforeAll(async () => {
    receiver = await Receiver.start()
    const project = readFileSync(join(root, 'test/support/kettles/trainyard.yml'), 'utf8')
    const trigger = `triggers:\n  - name: tell\n    refs: ['**']\n    fire:\n      webhook: { url: '${receiver.url}' }\n`
    repository = kettleRepository(folder, { 'trainyard.yml': `${project}${trigger}` })
    journey = new Journey(face, repository, join(folder, 'home'))
  })

  afterAll(async () => {
    endProcessesOf(folder)
    await receiver[Symbol.asyncDispose]()
  })

  test('the first model is trained, judged by absolute criteria, registered once and promoted', async () => {
    const trained = await journey.go('train', { model: 'kettles' })
    const candidate = trained['candidate'] ?? ''
    const judged = await journey.go('compare-and-gate', { model: 'kettles', candidate })
    const registered = await journey.go('register', { model: 'kettles', run: candidate }, 1)
    const again = await journey.go('register', { model: 'kettles', run: candidate }, 1)
    const promoted = await journey.go('promote', { candidate: 'kettles@1' })

    expect(trained).toMatchObject({ state: 'succeeded', candidate: `run:${trained['run']}` })
    expect(JSON.parse(trained['metrics'] ?? '')).toEqual({ logLoss: expect.closeTo(0.565, 2) as number })
    expect(judged).toMatchObject({ verdict: 'pass' })
    expect(judged['champion']).toBeUndefined()
    expect(registered).toMatchObject({ version: '1', reference: 'kettles@1', isNew: 'true', digest: trained['digest'] })
    expect(again).toMatchObject({ version: '1' })
    expect(promoted).toMatchObject({ version: '1', moved: 'true' })
  })

  test('the champion is fetched, byte for byte', async () => {
    const target = join(folder, 'fetched')
    const fetched = await journey.go('fetch', { candidate: 'kettles@champion', folder: target })

    expect(fetched).toMatchObject({ reference: 'kettles@1' })
    expect(readFileSync(join(target, 'model/kettles.onnx')).subarray(-60).toString('latin1')).toContain('probability')
  })

  test('the champion is packaged, and what it does under load is measured', async () => {
    const target = join(folder, 'package')
    const packaged = await journey.go('package', { candidate: 'kettles@champion', folder: target })
    const again = await journey.go('package', { candidate: 'kettles@1', folder: join(folder, 'again') })
    // A machine that runs tests is often late.
    const load = { rates: '20', duration: '1s', maxLag: '5s' }
    const profiled = await journey.go('profile', { candidate: 'kettles@champion', folder: target, ...load })

    expect(packaged).toMatchObject({ reference: 'kettles@1', folder: target, digest: again['digest'] })
    expect(profiled).toMatchObject({ reference: 'kettles@1', maxRate: '20' })
    expect(Number(profiled['p99'])).toBeGreaterThan(0)
  })

  test('the champion is the first at an endpoint, with all the traffic at once', async () => {
    const deployed = await journey.go('deploy-canary', {
      ...canary,
      ...journey.serving,
      candidate: 'kettles@champion',
      package: join(folder, 'package'),
    })
    const inputs = { candidate: 'kettles@1', endpoint: canary.endpoint, ...journey.serving }
    const promoted = await journey.go('promote', inputs)
    address = deployed['address'] ?? ''

    expect(deployed).toMatchObject({ reference: 'kettles@1', verdict: 'pass', share: '100', continue: 'false' })
    expect(promoted).toMatchObject({ moved: 'false' })
    // The job is over, and it serves.
    expect((await fetch(`${address}/v2/health/ready`)).status).toBe(200)
  })

  test('a better model is tried on real requests, and takes its place without losing one', async () => {
    repository.commit(paramsFile(trainings.better), 'Look at the heat, too')

    const { candidate = '' } = await journey.go('train', { model: 'kettles' })
    const { version } = await journey.go('register', { model: 'kettles', run: candidate })
    const judged = await journey.go('compare-and-gate', { model: 'kettles', candidate: 'kettles@2' })
    const target = join(folder, 'better')
    await journey.go('package', { candidate: 'kettles@2', folder: target })
    const inputs = [{ name: 'x', datatype: 'FP32', shape: [1, 2], data: [0.5, 0.5] }]
    const { result, seen } = await whileClientsAsk({ address, model: 'kettles', inputs }, async () => {
      const tried = { ...canary, ...journey.serving, candidate: 'kettles@2', package: target }
      const deployed = await journey.go('deploy-canary', tried)
      const moving = { candidate: 'kettles@2', endpoint: canary.endpoint, ...journey.serving }
      return { deployed, promoted: await journey.go('promote', moving) }
    })

    expect(version).toBe('2')
    expect(judged).toMatchObject({ verdict: 'pass', champion: 'kettles@1' })
    expect(result.deployed).toMatchObject({ verdict: 'pass', share: '50', address })
    expect(result.promoted).toMatchObject({ version: '2', previous: '1', moved: 'true' })
    expect(seen.failures).toEqual([])
    expect([...seen.versions.keys()].sort()).toEqual(['1', '2'])
    expect(await servingVersion(address)).toBe('2')
  })

  test('somebody at the machine ends the endpoint, and no process is left', async () => {
    const serving = processesOf(folder)
    const down = await runCiProcess({
      node: process.execPath,
      entry: join(root, 'dist/cli/trainyard.mjs'),
      args: ['down', canary.endpoint, '--state-folder', journey.stateFolder],
      cwd: repository.clone(),
      env: basicEnvironment(),
    })

    expect(serving.length).toBeGreaterThanOrEqual(2)
    expect(`${down.stdout}${down.stderr}`).toBe('kitchen is down; it served kettles@2 (100 %).\n')
    expect(processesOf(folder)).toEqual([])
  })

  test('a model with a unit error is refused by the gate, with the reason on the page, and cannot be promoted', async () => {
    repository.commit(paramsFile(trainings.wrong), 'Mistake a unit')

    const { candidate = '' } = await journey.go('train', { model: 'kettles' })
    await journey.go('register', { model: 'kettles', run: candidate })
    const judged = await journey.step('compare-and-gate', { model: 'kettles', candidate: 'kettles@3' })
    const promoted = await journey.step('promote', { candidate: 'kettles@3' })
    const forced = await journey.step('promote', { candidate: 'kettles@3', force: 'true' })

    expect(judged.isGreen).toBe(false)
    expect(judged.outputs).toMatchObject({ verdict: 'fail', champion: 'kettles@2' })
    expect(judged.summary).toMatch(/logLoss/)
    expect(promoted.isGreen).toBe(false)
    expect(promoted.log).toMatch(/gate says fail/)
    // Without a reason nobody forces anything.
    expect(forced.isGreen).toBe(false)
    expect(await journey.go('fetch', { candidate: 'kettles@champion', folder: join(folder, 'still') })).toMatchObject({
      reference: 'kettles@2',
    })
  })

  test('the trigger tells the receiver of every version once, though it runs twice', async () => {
    const first = await journey.go('trigger', {})
    const second = await journey.go('trigger', {})

    expect(first).toMatchObject({ fired: '3', pending: '0' })
    expect(second).toMatchObject({ fired: '0', pending: '0' })
    expect(receiver.received.length).toBe(3)
    expect(receiver.acted.map(({ model }) => model.version)).toEqual(['1', '2', '3'])
  })

  test('the branch holds one entry per change, and three fresh clones agree on the champion', async () => {
    const seen = await Promise.all(
      [1, 2, 3].map((which) =>
        face.run({
          step: 'fetch',
          inputs: { candidate: 'kettles@champion', folder: join(folder, `clone-${which}`) },
          checkout: repository.clone(),
          ciRun: { id: 900 + which },
        }),
      ),
    )
    const subjects = git(folder, ['--git-dir', repository.remote, 'log', '--format=%s', 'trainyard']).split('\n')

    expect(seen.map(({ outputs }) => outputs['reference'])).toEqual(['kettles@2', 'kettles@2', 'kettles@2'])
    expect(subjects.filter((subject) => /registered/.test(subject)).length).toBe(3)
  })
})

/** The version that answers at an endpoint. */
async function servingVersion(address: string): Promise<string> {
  const answer = await fetch(`${address}/v2/models/kettles`)
  const { versions } = z.object({ versions: z.array(z.string()) }).parse(await answer.json())
  return versions.join()
}
