import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Blobs } from '../../core/workspace/blobs/blobs.ts'
import { BlobFiles } from '../../core/workspace/files.ts'
import type { Workspace } from '../../core/workspace/workspace.ts'
import { bundleChild } from './children/bundle.ts'
import { startChild } from './children/run.ts'
import { directoryPlace, gitPlace, inPlace, inside, type PlaceKind, scratch, type TestPlace } from './places.ts'
import { keep, register } from './records.ts'

/** How often each process does its work in a race; a long night may raise it. */
const rounds = Number(process.env['TRAINYARD_RACES'] ?? 40)

/** Whatever is there counts as old. */
const everything = { olderThanMs: -5000, isDry: false }

let folder = ''
let child = ''

beforeAll(async () => {
  folder = scratch()
  child = await bundleChild('collect', folder)
})

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** Every version that is not deleted has its bytes; how many there are. */
async function expectWhole(place: TestPlace): Promise<number> {
  return inside(place, async ({ models, files }) => {
    const versions = await models.versions('flights', { limit: 100_000 })
    for (const { files: tree } of versions) for (const { digest } of tree.files) await files.read(digest)
    return versions.length
  })
}

function collect(place: TestPlace) {
  return inside(place, ({ storage }) => storage.collect(everything))
}

function blobsOf({ files }: Workspace): Blobs {
  if (!(files instanceof BlobFiles)) throw new Error('a workspace without blobs of its own')
  return files.blobs
}

/** Bytes that nothing refers to any more. */
async function leaveBehind(place: TestPlace, text: string): Promise<void> {
  await inside(place, async (workspace) => {
    const { version } = await register(workspace, await keep(workspace, place.folder, text))
    await workspace.models.delete('flights', version.version, 'to be collected')
  })
}

async function registerText(place: TestPlace, text: string): Promise<void> {
  await inside(place, async (workspace) => register(workspace, await keep(workspace, place.folder, text)))
}

/** Starts processes that work at the same time, and gives the words of each. */
async function race(
  place: TestPlace,
  works: readonly string[],
  count: number,
): Promise<readonly (readonly string[])[]> {
  const running = works.map((work, n) => {
    const own = join(place.folder, `${work}-${n}`)
    mkdirSync(own)
    const task = { url: place.url, token: place.token, folder: own, name: `${work}-${n}`, work, count }
    return startChild(process.execPath, [child], task)
  })
  const ended = await Promise.all(running.map((one) => one.ended))
  for (const { exitCode, stderr } of ended) expect(`${exitCode} ${stderr}`).toBe('0 ')
  return ended.map(({ lines }) => lines)
}

describe.each([
  { kind: directoryPlace, count: rounds },
  { kind: gitPlace, count: Math.ceil(rounds / 6) },
])('in $kind.name', ({ kind, count }: { kind: PlaceKind; count: number }) => {
  test('what a writer has put, and a collector removes before it is registered, is put again', async () => {
    await inPlace(kind, async (place) => {
      await leaveBehind(place, 'one')
      await inside(place, async (workspace) => {
        const tree = await keep(workspace, place.folder, 'one')
        await blobsOf(workspace).flush()
        expect(await collect(place)).toMatchObject({ files: 1, stays: 0 })
        await register(workspace, tree)
      })
      expect(await expectWhole(place)).toBe(1)
    })
  })

  test('what a collector removes while a writer is about to append is put again', async () => {
    await inPlace(kind, async (place) => {
      await leaveBehind(place, 'one')
      await inside(place, async (workspace) => {
        const blobs = blobsOf(workspace)
        const tree = await keep(workspace, place.folder, 'one')
        const flush = blobs.flush.bind(blobs)
        vi.spyOn(blobs, 'flush').mockImplementationOnce(async () => {
          await flush()
          expect(await collect(place)).toMatchObject({ files: 1 })
        })
        await register(workspace, tree)
      })
      expect(await expectWhole(place)).toBe(1)
    })
  })

  test('what is registered between the look of a collector and its entry stays', async () => {
    await inPlace(kind, async (place) => {
      await leaveBehind(place, 'one')
      await inside(place, async (workspace) => {
        const blobs = blobsOf(workspace)
        const list = blobs.list.bind(blobs)
        vi.spyOn(blobs, 'list').mockImplementationOnce(async function* () {
          yield* list()
          await registerText(place, 'one')
        })
        expect(await workspace.storage.collect(everything)).toMatchObject({ files: 0 })
      })
      expect(await expectWhole(place)).toBe(1)
    })
  })

  test('what is registered between the entry of a collector and its removal stays', async () => {
    await inPlace(kind, async (place) => {
      await leaveBehind(place, 'one')
      await leaveBehind(place, 'other')
      await inside(place, async (workspace) => {
        const blobs = blobsOf(workspace)
        const remove = blobs.remove.bind(blobs)
        vi.spyOn(blobs, 'remove').mockImplementationOnce(async (going) => {
          expect(going).toHaveLength(2)
          await registerText(place, 'one')
          return remove(going)
        })
        expect(await workspace.storage.collect(everything)).toMatchObject({ files: 1 })
      })
      expect(await expectWhole(place)).toBe(1)
    })
  })

  test('processes that register and delete the same bytes, beside two that collect, lose nothing', async () => {
    await inPlace(kind, async (place) => {
      const started = performance.now()
      const words = await race(place, ['register', 'register', 'register', 'collect', 'collect'], count)
      const numbers = words.slice(0, 3).flat().map(Number)
      const collected = words
        .slice(3)
        .flat()
        .reduce((sum, word) => sum + Number(word.split(' ')[1]), 0)
      const seconds = ((performance.now() - started) / 1000).toFixed(1)
      process.stderr.write(
        `${numbers.length} registrations beside ${2 * count} collections: ${collected} files collected, ${seconds} s\n`,
      )

      expect([...numbers].sort((a, b) => a - b)).toEqual(numbers.map((_, index) => index + 1))
      expect(await expectWhole(place)).toBe(3 * ((count + 1) >> 2))
      await collect(place)
      await expectWhole(place)
    })
  }, 300_000)

  test('of a deployment and a deletion or archiving at the same time one comes to be, never both', async () => {
    await inPlace(kind, async (place) => {
      await inside(place, async (workspace) => {
        for (let n = 1; n <= count; n++) await register(workspace, await keep(workspace, place.folder, `model ${n}`))
        await workspace.deployments.setEndpoint({ name: 'api', environment: 'production', target: 'docker' })
      })
      const words = await race(place, ['deploy', 'delete', 'archive', 'deploy'], count)
      const said = new Set(words.flat())
      process.stderr.write(
        `${count} races: ${[...said].filter((word) => word.startsWith('deployed')).length} deployed\n`,
      )

      await inside(place, async ({ models, deployments }) => {
        const live = new Set((await deployments.list()).map(({ version }) => version))
        for (let n = 1; n <= count; n++) {
          const { deletedAt, archived } = await models.version('flights', n)
          const isGone = deletedAt !== undefined || archived !== undefined
          expect([n, live.has(n)]).toEqual([n, !isGone])
          expect([n, said.has(`deployed ${n}`)]).toEqual([n, live.has(n)])
          if (live.has(n)) expect(words[1]).toContain(`TY0208 ${n}`)
        }
      })
    })
  }, 300_000)
})
