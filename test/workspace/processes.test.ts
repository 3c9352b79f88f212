import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nodes } from '../support/nodes.ts'
import { bundleChild } from './children/bundle.ts'
import { startChild } from './children/run.ts'
import { directoryPlace, gitPlace, inPlace, inside, reference, scratch, type TestPlace } from './places.ts'
import { trail } from './records.ts'

let folder = ''
let child = ''

beforeAll(async () => {
  folder = scratch()
  child = await bundleChild('register', folder)
})

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** Starts processes, each with a folder of its own and a Node of the supported ones in turn, all at once. */
async function registerAtOnce(place: TestPlace, processes: number): Promise<readonly number[]> {
  const binaries = nodes()
  const children = Array.from({ length: processes }, (_, n) => {
    const own = join(place.folder, `process-${n}`)
    mkdirSync(own)
    const task = { url: place.url, token: place.token, folder: own, name: `process-${n}`, count: 1 }
    return startChild(binaries[n % binaries.length]?.path ?? '', [child], task)
  })
  const ended = await Promise.all(children.map((one) => one.ended))
  for (const { exitCode, stderr } of ended) expect(`${exitCode} ${stderr}`).toBe('0 ')
  return ended.flatMap(({ lines }) => lines.map(Number))
}

function upTo(last: number): readonly number[] {
  return Array.from({ length: last }, (_, n) => n + 1)
}

test('64 processes that register at once in a folder get 1 … 64', async () => {
  await inPlace(directoryPlace, async (place) => {
    const started = performance.now()
    const numbers = await registerAtOnce(place, 64)
    process.stderr.write(`64 processes on a folder: ${((performance.now() - started) / 1000).toFixed(1)} s\n`)

    expect([...numbers].sort((a, b) => a - b)).toEqual(upTo(64))
    await inside(place, async (workspace) => {
      expect(await trail(workspace)).toHaveLength(64)
      expect(await workspace.outbox.pending('x')).toHaveLength(64)
    })
  })
}, 120_000)

test('16 clones that register at once over git get 1 … 16, and three fresh clones see one champion', async () => {
  await inPlace(gitPlace, async (place) => {
    const started = performance.now()
    const numbers = await registerAtOnce(place, 16)
    process.stderr.write(`16 clones over git: ${((performance.now() - started) / 1000).toFixed(1)} s\n`)

    expect([...numbers].sort((a, b) => a - b)).toEqual(upTo(16))
    await inside(place, ({ models }) =>
      models.moveAlias({ model: 'flights', alias: 'champion', from: undefined, to: 7, why: 'the best' }),
    )
    const seen = await Promise.all(
      upTo(3).map(() => inside(place, ({ models }) => models.resolve(reference('flights@champion')))),
    )
    expect(seen.map(({ version }) => version)).toEqual([7, 7, 7])
    await inside(place, async (workspace) => expect(await trail(workspace)).toHaveLength(17))
  })
}, 180_000)

test('a file system without hard links gets a clear error, and no entry', async () => {
  await inPlace(directoryPlace, async (place) => {
    const preload = await bundleChild('refuse-links', folder)
    const task = { url: place.url, folder: place.folder, name: 'one', count: 1 }
    const args = ['--import', pathToFileURL(preload).href, child]
    const { exitCode, stderr } = await startChild(process.execPath, args, task).ended

    expect(exitCode).not.toBe(0)
    expect(stderr).toMatch(/TY0501: the file system of .* refuses hard links/)
    await inside(place, async (workspace) => expect(await trail(workspace)).toEqual([]))
  })
})
