import { expect, test } from 'vitest'
import type { Workspace } from '../../../core/workspace/workspace.ts'
import { inPlace, inside, reference, type PlaceKind } from '../places.ts'
import { keep, register } from '../records.ts'
import { promise } from './promise.ts'

/** Promise 3: aliases move by compare-and-set, with history. */
export function aliases(kind: PlaceKind): void {
  const promise3 = promise(kind, 3)
  const move = (workspace: Workspace, from: number | undefined, to: number | undefined, why = 'better') =>
    workspace.models.moveAlias({ model: 'flights', alias: 'champion', from, to, why })

  promise3('an alias moves from where the caller believes it is, and keeps who, when, why, from, to', async () => {
    await inPlace(kind, async (place) => {
      await inside(place, async (workspace) => {
        await register(workspace, await keep(workspace, place.folder, 'one'))
        await register(workspace, await keep(workspace, place.folder, 'two'))
        await move(workspace, undefined, 1, 'the first')
        await expect(move(workspace, undefined, 2)).rejects.toThrow(/TY0210.*believed to name no version.*version 1/)
        await move(workspace, 1, 2, 'better in log loss')
        await expect(move(workspace, 2, 9)).rejects.toThrow(/TY0205/)
        await move(workspace, 2, undefined, 'withdrawn')
      })

      await inside(place, async ({ models }) => {
        const model = await models.find('flights')
        expect(model?.aliases).toEqual({})
        expect(model?.history).toMatchObject([
          { alias: 'champion', to: 1, why: 'the first', by: { name: 'ann' } },
          { alias: 'champion', from: 1, to: 2, why: 'better in log loss' },
          { alias: 'champion', from: 2, why: 'withdrawn' },
        ])
        expect(model?.history.every(({ at }) => !Number.isNaN(Date.parse(at)))).toBe(true)
        expect(await models.tryResolve(reference('flights@champion'))).toBeUndefined()
        await expect(models.resolve(reference('flights@champion'))).rejects.toThrow(/TY0205/)
      })
    })
  })

  promise3('of two who move an alias at once from the same place, one does', async () => {
    await inPlace(kind, async (place) => {
      await inside(place, async (workspace) => {
        for (const text of ['one', 'two', 'three']) await register(workspace, await keep(workspace, place.folder, text))
        await move(workspace, undefined, 1)
      })

      const moved = await Promise.allSettled(
        [2, 3].map((to) => inside(place, (workspace) => move(workspace, 1, to), { deadlineMs: 60_000 })),
      )

      expect(moved.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
      const refusal = moved.find(({ status }) => status === 'rejected')
      expect(refusal).toMatchObject({ reason: { code: 'TY0210' } })
    })
  })

  test('a name that objects have anyway is a name like any other', async () => {
    await inPlace(kind, (place) =>
      inside(place, async (workspace) => {
        const start = { model: 'constructor', tags: { toString: 'x' } }
        await register(workspace, await keep(workspace, place.folder, 'm'), start)

        expect(await workspace.models.tryResolve(reference('constructor@valueOf'))).toBeUndefined()
        expect(await workspace.models.versions('constructor', { tags: { hasOwnProperty: 'x' } })).toEqual([])
        expect(await workspace.models.versions('constructor', { tags: { toString: 'x' } })).toHaveLength(1)
      }),
    )
  })
}

/** Promise 4: what a live deployment serves cannot be deleted. */
export function deletion(kind: PlaceKind): void {
  const promise4 = promise(kind, 4)
  promise4(
    'a version that a live deployment serves cannot be deleted, and the refusal names the deployment',
    async () => {
      await inPlace(kind, async (place) => {
        const deployment = { endpoint: 'flights-api', name: 'blue', model: 'flights', version: 1, share: 100 }
        await inside(place, async (workspace) => {
          await register(workspace, await keep(workspace, place.folder, 'one'))
          await register(workspace, await keep(workspace, place.folder, 'two'))
          await workspace.deployments.setEndpoint({ name: 'flights-api', environment: 'production', target: 'docker' })
          await workspace.deployments.record({ ...deployment, state: 'live' })
        })

        await inside(place, async ({ models, deployments }) => {
          await expect(models.delete('flights', 1, 'old')).rejects.toThrow(/TY0208.*flights-api\/blue/)
          await models.moveAlias({ model: 'flights', alias: 'champion', from: undefined, to: 1, why: 'x' })
          await deployments.record({ ...deployment, share: 0, state: 'retired' })
          await expect(models.delete('flights', 1, 'old')).rejects.toThrow(/TY0208.*alias champion/)
          await models.moveAlias({ model: 'flights', alias: 'champion', from: 1, to: 2, why: 'x' })
          await models.delete('flights', 1, 'old')
          await models.delete('flights', 1, 'old')
          expect((await deployments.list({ model: 'flights' })).map(({ state }) => state)).toEqual(['retired'])
        })
        await inside(place, async (workspace) => {
          expect((await workspace.models.versions('flights')).map(({ version }) => version)).toEqual([2])
          await expect(workspace.models.resolve(reference('flights@1'))).rejects.toThrow(/TY0205.*deleted/)
          expect((await workspace.models.version('flights', 1)).deletedAt).toBeDefined()
          const next = await register(workspace, await keep(workspace, place.folder, 'three'))
          expect(next.version.version).toBe(3)
          await workspace.models.delete('flights', 3, 'wrong')
          expect((await workspace.models.find('flights'))?.latest).toBe(2)
        })
      })
    },
  )

  promise4('a deployment that changes to another model guards the old one no more', async () => {
    await inPlace(kind, (place) =>
      inside(place, async (workspace) => {
        const { deployments, models } = workspace
        const slot = { endpoint: 'api', name: 'blue', version: 1, share: 100, state: 'live' as const }
        await deployments.setEndpoint({ name: 'api', environment: 'production', target: 'docker' })
        for (const model of ['flights', 'delays']) {
          await register(workspace, await keep(workspace, place.folder, model), { model })
          await deployments.record({ ...slot, model })
        }

        await models.delete('flights', 1, 'replaced')
        await expect(models.delete('delays', 1, 'x')).rejects.toThrow(/TY0208/)
        await expect(deployments.record({ ...slot, model: 'flights' })).rejects.toThrow(/TY0205.*deleted/)
        await expect(deployments.record({ ...slot, model: 'delays', endpoint: 'none' })).rejects.toThrow(/TY0205/)
      }),
    )
  })
}
