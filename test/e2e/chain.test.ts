import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toolVersion } from '../../core/main/version.ts'
import { taskName } from '../../core/step/names.ts'
import { root } from '../../scripts/lib/sources.mjs'
import { emptyFolder, runScript, unpack } from '../packed/unpacked.ts'
import { actionFace, commandFace, type Face, type StepReading, taskFace } from '../support/faces.ts'
import { kettleRepository, paramsFile, trainings } from '../support/kettles.ts'
import { nodes } from '../support/nodes.ts'
import { git, type ProjectRepository } from '../support/project-repository.ts'
import { Receiver } from '../support/receiver.ts'

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

/** One person's way through the steps: every step in a fresh clone, as in a job of its own. */
class Journey {
  readonly #face: Face
  readonly #repository: ProjectRepository
  #ciRun = 100
  /** What the last step was asked and said, for a failing test. */
  last: StepReading | undefined

  constructor(face: Face, repository: ProjectRepository) {
    this.#face = face
    this.#repository = repository
  }

  async step(step: string, inputs: Readonly<Record<string, string>>, ciRun?: number): Promise<StepReading> {
    this.#ciRun += 1
    const checkout = this.#repository.clone()
    this.last = await this.#face.run({ step, inputs, checkout, ciRun: { id: ciRun ?? this.#ciRun } })
    expect(this.last.misdeeds).toEqual([])
    return this.last
  }

  /** A step that must succeed: what it printed is the reason when it does not. */
  async go(step: string, inputs: Readonly<Record<string, string>>, ciRun?: number): Promise<StepReading['outputs']> {
    const reading = await this.step(step, inputs, ciRun)
    expect(reading.isGreen, `${step}: ${reading.log}`).toBe(true)
    return reading.outputs
  }
}

describe.each(faces)('the whole chain, by %s', (_, face) => {
  const folder = mkdtempSync(join(scratch, 'repository-'))
  let receiver: Receiver
  let repository: ProjectRepository
  let journey: Journey

  beforeAll(async () => {
    receiver = await Receiver.start()
    const project = readFileSync(join(root, 'test/support/kettles/trainyard.yml'), 'utf8')
    const trigger = `triggers:\n  - name: tell\n    refs: ['**']\n    fire:\n      webhook: { url: '${receiver.url}' }\n`
    repository = kettleRepository(folder, { 'trainyard.yml': `${project}${trigger}` })
    journey = new Journey(face, repository)
  })

  afterAll(async () => {
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

  test('a better model takes its place', async () => {
    repository.commit(paramsFile(trainings.better), 'Look at the heat, too')

    const { candidate = '' } = await journey.go('train', { model: 'kettles' })
    const { version } = await journey.go('register', { model: 'kettles', run: candidate })
    const judged = await journey.go('compare-and-gate', { model: 'kettles', candidate: 'kettles@2' })
    const promoted = await journey.go('promote', { candidate: 'kettles@2' })

    expect(version).toBe('2')
    expect(judged).toMatchObject({ verdict: 'pass', champion: 'kettles@1' })
    expect(promoted).toMatchObject({ version: '2', previous: '1', moved: 'true' })
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
