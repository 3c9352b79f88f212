import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AliasMove, ModelVersion } from '../../core/records/model.ts'
import type { Workspace } from '../../core/workspace/workspace.ts'
import { bundleChild } from './children/bundle.ts'
import { startChild } from './children/run.ts'
import type { Told } from './children/work.ts'
import { directoryPlace, gitPlace, inPlace, inside, scratch, type TestPlace } from './places.ts'
import { keep, register, trail } from './records.ts'

/** Kills on a folder; `TRAINYARD_KILLS` raises it for a long night. A branch gets a quarter. */
const kills = Number(process.env['TRAINYARD_KILLS'] ?? 60)

let folder = ''
let child = ''
let worker = ''
let preload = ''

beforeAll(async () => {
  folder = scratch()
  child = await bundleChild('register', folder)
  worker = await bundleChild('work', folder)
  preload = await bundleChild('die', folder)
})

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** Starts a process that does everything on and on, kills it somewhere, and gives what it was told. */
async function workUntilKilled(place: TestPlace, name: string, longestMs: number): Promise<readonly Told[]> {
  const own = join(place.folder, name)
  mkdirSync(own)
  const task = { url: place.url, token: place.token, folder: own, name }
  const running = startChild(process.execPath, [worker], task)
  await running.printed(Math.floor(Math.random() * 3))
  await new Promise((resolve) => setTimeout(resolve, Math.random() * longestMs))
  running.kill()
  const { lines, stderr } = await running.ended
  expect(stderr).toBe('')
  return lines.map((line) => JSON.parse(line) as Told)
}

/** Kills many, two at a time, and then looks at what they left. */
async function survive(place: TestPlace, options: { readonly kills: number; readonly longestMs: number }) {
  const told: Told[] = []
  const names = Array.from({ length: options.kills }, (_, n) => `victim-${n}`).values()
  const killOn = async () => {
    for (const name of names) told.push(...(await workUntilKilled(place, name, options.longestMs)))
  }
  await Promise.all([killOn(), killOn()])
  const kinds = [...new Set(told.map(({ did }) => did))]
  const counts = kinds.map((kind) => `${kind} ${told.filter(({ did }) => did === kind).length}`)
  process.stderr.write(`${options.kills} kills, told before them: ${counts.join(', ')}\n`)
  await expectTold(place, told)
}

/** Everything is whole or absent, and everything that somebody was told is there. */
async function expectTold(place: TestPlace, told: readonly Told[]): Promise<void> {
  await expectWhole(
    place,
    told.flatMap((one) => (one.did === 'register' ? [one.version] : [])),
  )
  await inside(place, async ({ models, deployments, outbox, evidence }) => {
    const model = await models.find('flights')
    const history = model?.history ?? []
    // An alias is what its history says, and the history is a chain.
    const at: Record<string, number | undefined> = {}
    for (const { alias, from, to } of history) {
      expect(from).toBe(at[alias])
      at[alias] = to
    }
    expect(at).toEqual(model?.aliases)
    // Each promotion has its evidence and its event, and there are no others.
    const promoted = history.filter(({ alias }) => alias === 'champion')
    const events = (await outbox.pending('x')).filter(({ type }) => type === 'dev.trainyard.model.promoted')
    expect(events.map(({ ref }) => ref)).toEqual(promoted.map(({ why }) => why))
    for (const { to = 0 } of promoted) {
      const { files } = await models.version('flights', to)
      expect(await evidence.about(files.digest, 'gate')).not.toEqual([])
    }
    const live = (await deployments.list()).filter(({ state }) => state === 'live')
    const used = new Set([...Object.values(model?.aliases ?? {}), ...live.map(({ version }) => version)])
    for (const version of used) expect(await models.version('flights', version)).not.toHaveProperty('deletedAt')
    await expectEach(told, { models, deployments, history })
  })
}

/** What each process was told, one by one. */
async function expectEach(
  told: readonly Told[],
  {
    models,
    deployments,
    history,
  }: Pick<Workspace, 'models' | 'deployments'> & { readonly history: readonly AliasMove[] },
): Promise<void> {
  const reasons = new Set(history.map(({ why }) => why))
  const deployed = new Map((await deployments.list()).map(({ name, version }) => [name, version]))
  for (const one of told) {
    if (one.did === 'move' || one.did === 'promote') expect(reasons).toContain(one.why)
    if (one.did === 'deploy') expect(deployed.get(one.deployment)).toBe(one.version)
    if (one.did === 'delete') expect(await models.version('flights', one.version)).toHaveProperty('deletedAt')
    // Later tags of the same name replace a tag: that there is one is what can be held.
    if (one.did === 'tag') expect((await models.version('flights', one.version)).tags).toHaveProperty('By')
  }
}

/** Every version is whole, nothing else is there, and the next registration goes on. */
async function expectWhole(place: TestPlace, told: readonly number[]): Promise<void> {
  await inside(place, async (workspace) => {
    const { models, files, outbox } = workspace
    const next = await register(workspace, await keep(workspace, place.folder, 'the next'))
    // Over git a push that was on its way when its process was killed may still have arrived.
    const versions: ModelVersion[] = []
    for (let n = 1; n <= next.version.version; n++) versions.push(await models.version('flights', n))

    expect(told.filter((version) => version >= next.version.version)).toEqual([])
    expect(new Set(told).size).toBe(told.length)
    for (const { files: tree, tags } of versions) {
      const text = Buffer.from(await files.read(tree.files[0]?.digest ?? 'sha256:')).toString('utf8')
      if (tags['Request'] !== undefined) expect(text).toBe(`the model of ${tags['Request']}`)
    }
    const events = (await outbox.pending('x')).filter(({ type }) => type === 'dev.trainyard.model.registered')
    expect(events.map(({ data }) => data.version)).toEqual(versions.map(({ version }) => version))
    const entries = await trail(workspace)
    expect(entries.length).toBeGreaterThanOrEqual(versions.length)
  })
}

test(`${kills} kills at any moment of any work leave a folder whole, and nothing that blocks`, async () => {
  await inPlace(directoryPlace, (place) => survive(place, { kills, longestMs: 60 }))
}, 1_800_000)

test(`${Math.ceil(kills / 4)} kills at any moment of any work leave a branch whole, and nothing that blocks`, async () => {
  await inPlace(gitPlace, (place) => survive(place, { kills: Math.ceil(kills / 4), longestMs: 900 }))
}, 1_800_000)

/** Lets a registration die before its n-th operation; true when it had fewer. */
async function dieAt(operation: number): Promise<boolean> {
  let isDone = false
  await inPlace(directoryPlace, async (place) => {
    const task = { url: place.url, folder: place.folder, name: 'victim', count: 1 }
    const args = ['--import', pathToFileURL(preload).href, child]
    const env = { ...process.env, TRAINYARD_DIE_AT: String(operation) }
    const { exitCode, lines, stderr } = await startChild(process.execPath, args, task, env).ended
    isDone = exitCode === 0
    if (!isDone) expect(`${exitCode} ${stderr}`).toBe('null ')

    await expectWhole(place, lines.map(Number))
    // A second try under the same request finds the version, or makes it.
    const again = await startChild(process.execPath, [child], task).ended
    expect(again.lines).toHaveLength(1)
    await inside(place, async ({ models }) => {
      const tagged = await models.versions('flights', { tags: { Request: 'victim-1' } })
      expect(tagged.map(({ version }) => String(version))).toEqual(again.lines)
    })
  })
  return isDone
}

test('a registration that dies before any one operation on the file system is whole or absent', async () => {
  let next = 1
  let operations: number | undefined
  const dieOn = async () => {
    while (operations === undefined) {
      const operation = next++
      if (await dieAt(operation)) operations = Math.min(operation - 1, operations ?? operation)
    }
  }
  await Promise.all([dieOn(), dieOn()])

  process.stderr.write(`a registration has ${operations} operations on the file system\n`)
  expect(operations).toBeGreaterThan(20)
}, 600_000)
