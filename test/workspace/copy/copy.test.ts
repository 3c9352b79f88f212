import { cpSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeGolden } from '../make-golden.ts'
import { directoryPlace, gitPlace, inPlace, inside, reference, type TestPlace } from '../places.ts'
import { keep, register, trail } from '../records.ts'
import { copy, memory } from './copying.ts'

let filled: TestPlace

beforeAll(async () => {
  filled = await directoryPlace.create()
  await make(filled)
})

afterAll(() => filled[Symbol.asyncDispose]())

function make(place: TestPlace): Promise<void> {
  return makeGolden((request) => place.open({ request, by: { name: request, host: 'memory' } }), place.folder)
}

/** Makes a folder a workspace in which there is one of everything. */
function fill(place: TestPlace): void {
  cpSync(filled.url, place.url, { recursive: true })
}

test('everything is there, with who and when, and a second time there is nothing to do', async () => {
  await inPlace(directoryPlace, async (source) => {
    fill(source)
    await inPlace(directoryPlace, async (target) => {
      const copied = await copy(source, target)
      const entries = await inside(target, trail)

      expect(copied.changes.get('version.registered')).toBe(4)
      expect(await memory(target)).toEqual(await memory(source))
      expect(new Set(entries.map(({ by }) => by))).toEqual(new Set(['mover']))
      expect(entries.flatMap(({ changes }) => changes)).toContainEqual(
        expect.stringMatching(/^flights@1 registered from run r-\w+ \(at 20.* by train-1; copied from entry \d+ of /),
      )

      const again = await copy(source, target)
      expect([...again.changes]).toEqual([])
      expect(await inside(target, trail)).toHaveLength(entries.length)
    })
  })
})

test('nothing that was copied waits for a delivery; what is registered afterwards does', async () => {
  await inPlace(directoryPlace, async (source) => {
    fill(source)
    await inPlace(directoryPlace, async (target) => {
      await copy(source, target)

      await inside(target, async (workspace) => {
        expect(await workspace.outbox.pending('github:acme/release')).toEqual([])
        await register(workspace, await keep(workspace, target.folder, 'a new one'))
        const pending = await workspace.outbox.pending('github:acme/release')
        expect(pending.map(({ subject }) => subject)).toEqual(['flights@5'])
      })
    })
  })
})

test('a live deployment still guards its version and says where it was recorded', async () => {
  await inPlace(directoryPlace, async (source) => {
    fill(source)
    await inPlace(directoryPlace, async (target) => {
      await copy(source, target)

      await inside(target, async ({ models, deployments }) => {
        const live = (await deployments.list()).filter(({ state }) => state === 'live')
        expect(live).toMatchObject([{ name: 'green', version: 2, copiedFrom: source.url }])
        await models.moveAlias({ model: 'flights', alias: 'champion', from: 2, to: 1, why: 'x' })
        await expect(models.delete('flights', 2, 'x')).rejects.toThrow(/TY0208.*flights-prod\/green/)
      })
    })
  })
})

test('what happened in the source since is copied on top, and back again nothing is done twice', async () => {
  await inPlace(directoryPlace, async (source) => {
    fill(source)
    await inPlace(directoryPlace, async (target) => {
      await copy(source, target)
      await inside(source, async (workspace) => {
        await register(workspace, await keep(workspace, source.folder, 'five'))
        await workspace.models.moveAlias({ model: 'flights', alias: 'champion', from: 2, to: 5, why: 'five' })
      })
      await copy(source, target)
      expect(await memory(target)).toEqual(await memory(source))

      await inside(target, async (workspace) => {
        await workspace.models.tag('flights', 2, { Round: 'of the target' })
        await register(workspace, await keep(workspace, target.folder, 'six'))
      })
      await copy(target, source)
      expect(await memory(source)).toEqual(await memory(target))
    })
  })
})

test('conflicts are all named before anything is written', async () => {
  await inPlace(directoryPlace, async (source) => {
    fill(source)
    await inPlace(directoryPlace, async (target) => {
      await inside(target, async (workspace) => {
        for (const text of ['one', 'two']) await register(workspace, await keep(workspace, target.folder, text))
        await workspace.models.moveAlias({ model: 'flights', alias: 'champion', from: undefined, to: 2, why: 'mine' })
      })
      const before = await inside(target, trail)

      const refusal = await copy(source, target).catch(String)

      expect(refusal).toMatch(/TY0217/)
      expect(refusal).toMatch(/flights@1 has other files/)
      expect(refusal).toMatch(/flights@2 has other files/)
      expect(refusal).toMatch(/champion of flights was moved in both: it names 2 there/)
      expect(await inside(target, trail)).toEqual(before)
    })
  })
})

test('a dry run says what would be copied and writes nothing', async () => {
  await inPlace(directoryPlace, async (source) => {
    fill(source)
    await inPlace(directoryPlace, async (target) => {
      const { changes } = await copy(source, target, { isDryRun: true })

      expect(changes.get('version.registered')).toBe(4)
      expect(changes.get('run.started')).toBe(3)
      expect(await inside(target, trail)).toEqual([])
    })
  })
})

test('selected models come with their datasets, and not without the versions that they descend from', async () => {
  await inPlace(directoryPlace, async (source) => {
    fill(source)
    await inside(source, async (workspace) => {
      await register(workspace, await keep(workspace, source.folder, 'other'), { model: 'delays' })
      await register(workspace, await keep(workspace, source.folder, 'fine'), { model: 'fine', parent: 'flights@2' })
    })
    await inPlace(directoryPlace, async (target) => {
      await copy(source, target, { models: ['flights'] })
      await inside(target, async ({ models, datasets }) => {
        expect((await models.list()).map(({ name }) => name)).toEqual(['flights'])
        expect((await datasets.list()).map(({ version }) => version)).toEqual([1, 2])
      })

      await expect(copy(source, target, { models: ['none'] })).rejects.toThrow(/TY0205.*none/)
      await copy(source, target, { models: ['delays'] })
      await inside(target, async ({ models }) => {
        expect((await models.resolve(reference('delays@latest'))).version).toBe(1)
      })
      await inPlace(directoryPlace, async (empty) => {
        await expect(copy(source, empty, { models: ['fine'] })).rejects.toThrow(/select fine,flights/)
      })
    })
  })
})

test('changed bytes are found on the way, and their version does not arrive', async () => {
  await inPlace(directoryPlace, async (source) => {
    fill(source)
    const { files } = await inside(source, ({ models }) => models.version('flights', 3))
    await source.tamper.file(files.files[0]?.digest ?? 'sha256:')
    await inPlace(directoryPlace, async (target) => {
      await expect(copy(source, target)).rejects.toThrow(/TY0207/)
      await inside(target, async ({ models }) => {
        expect((await models.find('flights'))?.latest ?? 0).toBeLessThan(3)
      })
    })
  })
})

test('a chain of copies, over a branch and back to a folder, keeps the history as it was', async () => {
  await inPlace(directoryPlace, async (first) => {
    fill(first)
    await inPlace(gitPlace, async (second) => {
      await copy(first, second)
      expect(await memory(second)).toEqual(await memory(first))
      await inside(second, async (workspace) => {
        await register(workspace, await keep(workspace, second.folder, 'of the second'))
      })
      await inPlace(directoryPlace, async (third) => {
        await copy(second, third)

        expect(await memory(third)).toEqual(await memory(second))
        const told = async (place: TestPlace) =>
          (await inside(place, trail)).flatMap(({ changes }) => changes).filter((text) => text.includes(first.url))
        expect(await told(third)).toEqual(await told(second))
        expect([...(await copy(first, third)).changes]).toEqual([])
        await copy(third, first)
        expect(await memory(first)).toEqual(await memory(third))
      })
    })
  })
}, 60_000)
