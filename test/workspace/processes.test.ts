import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
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

/** What processes do at once. */
interface Work {
  readonly processes: number
  /** How many versions each registers, one after the other. */
  readonly each?: number
  /** The names of models, in turn. */
  readonly models?: readonly string[]
}

/** Starts processes, each with a folder of its own and a Node of the supported ones in turn; all begin at once. */
async function registerAtOnce(place: TestPlace, work: Work): Promise<readonly (readonly number[])[]> {
  const { processes, each = 1, models = ['flights'] } = work
  const binaries = nodes()
  const after = join(place.folder, 'go')
  const children = Array.from({ length: processes }, (_, n) => {
    const own = join(place.folder, `process-${n}`)
    mkdirSync(own)
    const model = models[n % models.length]
    const task = { url: place.url, token: place.token, folder: own, name: `process-${n}`, count: each, model, after }
    return startChild(binaries[n % binaries.length]?.path ?? '', [child], task)
  })
  const isReady = (_: unknown, n: number) => existsSync(`${after}-process-${n}`)
  while (!children.every(isReady)) await sleep(20)
  const started = performance.now()
  writeFileSync(after, '')
  const ended = await Promise.all(children.map((one) => one.ended))
  process.stderr.write(`${processes} processes: ${((performance.now() - started) / 1000).toFixed(1)} s\n`)
  for (const { exitCode, stderr } of ended) expect(`${exitCode} ${stderr}`).toBe('0 ')
  return ended.map(({ lines }) => lines.map(Number))
}

function sorted(numbers: readonly (readonly number[])[]): readonly number[] {
  return numbers.flat().sort((a, b) => a - b)
}

function upTo(last: number): readonly number[] {
  return Array.from({ length: last }, (_, n) => n + 1)
}

test('64 processes that register at once in a folder get 1 … 64', async () => {
  await inPlace(directoryPlace, async (place) => {
    expect(sorted(await registerAtOnce(place, { processes: 64 }))).toEqual(upTo(64))
    await inside(place, async (workspace) => {
      expect(await trail(workspace)).toHaveLength(64)
      expect(await workspace.outbox.pending('x')).toHaveLength(64)
    })
  })
}, 120_000)

test('64 processes that register two models at once get 1 … 32 of each', async () => {
  await inPlace(directoryPlace, async (place) => {
    const numbers = await registerAtOnce(place, { processes: 64, models: ['flights', 'trains'] })

    for (const rest of [0, 1]) expect(sorted(numbers.filter((_, n) => n % 2 === rest))).toEqual(upTo(32))
    await inside(place, async (workspace) => {
      expect(await trail(workspace)).toHaveLength(64)
      expect(await workspace.outbox.pending('x')).toHaveLength(64)
    })
  })
}, 120_000)

test('nobody starves: before the first of 8 processes has its 20 versions, each has some', async () => {
  await inPlace(directoryPlace, async (place) => {
    const numbers = await registerAtOnce(place, { processes: 8, each: 20 })

    expect(sorted(numbers)).toEqual(upTo(160))
    const firstDone = Math.min(...numbers.map((own) => own.at(-1) ?? 0))
    const meanwhile = numbers.map((own) => own.filter((version) => version <= firstDone).length)
    process.stderr.write(`versions of each when the first had 20: ${meanwhile.join(' ')}\n`)
    expect(Math.min(...meanwhile)).toBeGreaterThan(0)
  })
}, 120_000)

test('32 clones that register at once over git get 1 … 32, and three fresh clones see one champion', async () => {
  await inPlace(gitPlace, async (place) => {
    expect(sorted(await registerAtOnce(place, { processes: 32 }))).toEqual(upTo(32))
    await inside(place, ({ models }) =>
      models.moveAlias({ model: 'flights', alias: 'champion', from: undefined, to: 7, why: 'the best' }),
    )
    const seen = await Promise.all(
      upTo(3).map(() => inside(place, ({ models }) => models.resolve(reference('flights@champion')))),
    )
    expect(seen.map(({ version }) => version)).toEqual([7, 7, 7])
    await inside(place, async (workspace) => expect(await trail(workspace)).toHaveLength(33))
  })
}, 300_000)

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
