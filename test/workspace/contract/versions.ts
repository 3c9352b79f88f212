import { expect, test } from 'vitest'
import type { ModelPage, VersionFilter } from '../../../core/workspace/workspace.ts'
import { inPlace, inside, reference, type PlaceKind } from '../places.ts'
import { keep, register, runStart, trail } from '../records.ts'
import { promise } from './promise.ts'

/** Promise 1: registering is atomic, gapless, and safe to repeat. */
export function registration(kind: PlaceKind): void {
  const promise1 = promise(kind, 1)
  promise1('versions are 1, 2, 3, … with no gap and no double, however many register at once', async () => {
    await inPlace(kind, async (place) => {
      const numbers = await Promise.all(
        [1, 2, 3, 4, 5].map((n) =>
          inside(place, async (workspace) => {
            const { version, isNew } = await register(workspace, await keep(workspace, place.folder, `model ${n}`))
            expect(isNew).toBe(true)
            return version.version
          }),
        ),
      )

      expect(new Set(numbers)).toEqual(new Set([1, 2, 3, 4, 5]))
      await inside(place, async (workspace) => {
        expect((await workspace.models.find('flights'))?.latest).toBe(5)
        expect((await workspace.models.versions('flights')).map(({ version }) => version)).toEqual([5, 4, 3, 2, 1])
      })
    })
  })

  promise1('the same bytes with the same run register once, under whatever request', async () => {
    await inPlace(kind, async (place) => {
      const run = await inside(place, async ({ runs }) => (await runs.start(runStart())).run.id)
      const results = await Promise.all(
        [1, 2].map(() =>
          inside(place, async (workspace) => register(workspace, await keep(workspace, place.folder, 'm'), { run })),
        ),
      )

      expect(results.map(({ version }) => version.version)).toEqual([1, 1])
      expect(results.filter(({ isNew }) => isNew)).toHaveLength(1)
      const other = await inside(place, async (workspace) =>
        register(workspace, await keep(workspace, place.folder, 'other bytes'), { run }),
      )
      expect(other.version.version).toBe(2)
    })
  })

  promise1('a step that runs again under its request finds the version that it made', async () => {
    await inPlace(kind, async (place) => {
      const once = () =>
        inside(place, async (workspace) => register(workspace, await keep(workspace, place.folder, 'm')), {
          request: 'the same request',
        })

      const first = await once()
      await inside(place, async (workspace) => register(workspace, await keep(workspace, place.folder, 'between')))
      const second = await once()

      expect(first).toMatchObject({ isNew: true, version: { version: 1 } })
      expect(second).toEqual({ isNew: false, version: first.version })
    })
  })

  test('a version refers only to runs, parents and datasets that are there', async () => {
    await inPlace(kind, (place) =>
      inside(place, async (workspace) => {
        const tree = await keep(workspace, place.folder, 'm')

        await expect(register(workspace, tree, { run: 'r-none' })).rejects.toThrow(/TY0205.*r-none/)
        await expect(register(workspace, tree, { parent: 'flights@7' })).rejects.toThrow(
          /TY0205.*flights has no version 7/,
        )
        await expect(register(workspace, tree, { datasets: ['april@1'] })).rejects.toThrow(/TY0205.*april/)
        expect(await workspace.models.list()).toEqual([])
        expect(await trail(workspace)).toEqual([])
      }),
    )
  })
}

/** What versions are found by. */
export function search(kind: PlaceKind): void {
  const promise7 = promise(kind, 7)
  promise7('versions are found by tag, alias, number, latest and run', async () => {
    await inPlace(kind, async (place) => {
      await inside(place, async (workspace) => {
        const { run } = await workspace.runs.start(runStart())
        const start = { run: run.id, tags: { Team: 'ops', Kind: 'trees' } }
        await register(workspace, await keep(workspace, place.folder, 'one'), { tags: { Team: 'ops' } })
        await register(workspace, await keep(workspace, place.folder, 'two'), start)
        await workspace.models.moveAlias({ model: 'flights', alias: 'champion', from: undefined, to: 1, why: 'x' })
        await workspace.models.tag('flights', 1, { Kind: 'linear' })
      })

      await inside(place, async ({ models, runs: all }) => {
        const number = async (text: string) => (await models.resolve(reference(text))).version
        expect(await number('flights@champion')).toBe(1)
        expect(await number('flights@latest')).toBe(2)
        expect(await number('flights@2')).toBe(2)
        expect(await number(`run:${(await all.list())[0]?.id ?? ''}`)).toBe(2)
        expect(await models.tryResolve(reference('delays@latest'))).toBeUndefined()
        const found = async (tags: Record<string, string>) =>
          (await models.versions('flights', { tags })).map(({ version }) => version)
        expect(await found({ Team: 'ops' })).toEqual([2, 1])
        expect(await found({ Team: 'ops', Kind: 'linear' })).toEqual([1])
        expect(await found({ Team: 'other' })).toEqual([])
        expect((await models.list()).map(({ name }) => name)).toEqual(['flights'])
        expect((await models.versions('flights', { limit: 1 })).map(({ version }) => version)).toEqual([2])
      })
    })
  })

  promise7(
    'lists come in pages: models by name, versions newest first, each page from the last of the one before',
    async () => {
      await inPlace(kind, (place) =>
        inside(place, async (workspace) => {
          const { models } = workspace
          const tree = await keep(workspace, place.folder, 'm')
          for (const model of ['delays', 'arrivals', 'flights', 'baggage']) await register(workspace, tree, { model })
          for (const text of ['2', '3', '4']) await register(workspace, await keep(workspace, place.folder, text))
          await models.delete('baggage', 1, 'old')
          await models.delete('flights', 3, 'old')

          const names = async (page?: ModelPage) => (await models.list(page)).map(({ name }) => name)
          expect(await names()).toEqual(['arrivals', 'delays', 'flights'])
          expect(await names({ limit: 2 })).toEqual(['arrivals', 'delays'])
          expect(await names({ limit: 2, after: 'delays' })).toEqual(['flights'])
          expect(await names({ after: 'arrivals', limit: 1 })).toEqual(['delays'])
          const numbers = async (filter: VersionFilter) =>
            (await models.versions('flights', filter)).map(({ version }) => version)
          expect(await numbers({ limit: 2 })).toEqual([4, 2])
          expect(await numbers({ limit: 2, before: 2 })).toEqual([1])
          expect(await numbers({ before: 1 })).toEqual([])
          expect(await numbers({ before: 100, limit: 1 })).toEqual([4])
        }),
      )
    },
  )
}
