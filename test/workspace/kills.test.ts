import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundleChild } from './children/bundle.ts'
import { startChild } from './children/run.ts'
import { directoryPlace, gitPlace, inPlace, inside, scratch, type TestPlace } from './places.ts'
import { keep, register, trail } from './records.ts'

/** Kills on a folder; `TRAINYARD_KILLS` raises it for a long night. A branch gets a quarter. */
const kills = Number(process.env['TRAINYARD_KILLS'] ?? 60)

let folder = ''
let child = ''
let preload = ''

beforeAll(async () => {
  folder = scratch()
  child = await bundleChild('register', folder)
  preload = await bundleChild('die', folder)
})

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** Starts a process that registers on and on, kills it somewhere, and gives the numbers that it was told. */
async function registerUntilKilled(place: TestPlace, name: string, longestMs: number): Promise<readonly number[]> {
  const own = join(place.folder, name)
  mkdirSync(own)
  const task = { url: place.url, token: place.token, folder: own, name, count: 1000 }
  const running = startChild(process.execPath, [child], task)
  await running.printed(Math.floor(Math.random() * 3))
  await new Promise((resolve) => setTimeout(resolve, Math.random() * longestMs))
  running.kill()
  return (await running.ended).lines.map(Number)
}

/** Kills many, two at a time, and then looks at what they left. */
async function survive(place: TestPlace, options: { readonly kills: number; readonly longestMs: number }) {
  const told: number[] = []
  const names = Array.from({ length: options.kills }, (_, n) => `victim-${n}`).values()
  const killOn = async () => {
    for (const name of names) told.push(...(await registerUntilKilled(place, name, options.longestMs)))
  }
  await Promise.all([killOn(), killOn()])
  await expectWhole(place, told)
}

/** Every version is whole, nothing else is there, and the next registration goes on. */
async function expectWhole(place: TestPlace, told: readonly number[]): Promise<void> {
  await inside(place, async (workspace) => {
    const before = (await workspace.models.find('flights'))?.latest ?? 0
    const next = await register(workspace, await keep(workspace, place.folder, 'the next'))
    // Over git a push that was on its way when its process was killed may still have arrived.
    expect(next.version.version).toBeGreaterThan(before)

    const versions = [...(await workspace.models.versions('flights', { limit: 100_000 }))].reverse()
    expect(versions.map(({ version }) => version)).toEqual(versions.map((_, index) => index + 1))
    expect(told.filter((version) => version > versions.length)).toEqual([])
    expect(new Set(told).size).toBe(told.length)
    for (const { files, tags } of versions) {
      const text = Buffer.from(await workspace.files.read(files.files[0]?.digest ?? 'sha256:')).toString('utf8')
      if (tags['Request'] !== undefined) expect(text).toBe(`the model of ${tags['Request']}`)
    }
    const events = await workspace.outbox.pending('x')
    expect(events.map(({ data }) => data.version)).toEqual(versions.map(({ version }) => version))
    const entries = await trail(workspace)
    expect(entries.length).toBeGreaterThanOrEqual(versions.length)
  })
}

test(`${kills} kills at any moment leave whole versions or none on a folder, and nothing that blocks`, async () => {
  await inPlace(directoryPlace, (place) => survive(place, { kills, longestMs: 60 }))
}, 600_000)

test(`${Math.ceil(kills / 4)} kills leave whole versions or none on a branch, and nothing that blocks`, async () => {
  await inPlace(gitPlace, (place) => survive(place, { kills: Math.ceil(kills / 4), longestMs: 900 }))
}, 600_000)

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
