import { expect, test } from 'vitest'
import { inPlace, inside, reference, type PlaceKind } from '../places.ts'
import { keep, register, trail } from '../records.ts'

/** Versions out of sight: archived ones, whose numbers still name them. */
export function archiving(kind: PlaceKind): void {
  test('an archived version is hidden from lists and from latest, shown when asked for, and found by its number', async () => {
    await inPlace(kind, async (place) => {
      await inside(place, async (workspace) => {
        for (const text of ['one', 'two', 'three']) await register(workspace, await keep(workspace, place.folder, text))
        const archived = await workspace.models.archive('flights', 3, { isArchived: true, why: 'a mistake' })
        expect(archived.archived).toMatchObject({ why: 'a mistake', by: { name: 'ann' } })
        await workspace.models.archive('flights', 3, { isArchived: true, why: 'once more' })
        await workspace.models.archive('flights', 2, { isArchived: true, why: 'old' })
      })

      await inside(place, async (workspace) => {
        const { models } = workspace
        const numbers = async (withArchived: boolean) =>
          (await models.versions('flights', { withArchived })).map(({ version }) => version)
        expect(await numbers(false)).toEqual([1])
        expect(await numbers(true)).toEqual([3, 2, 1])
        expect((await models.resolve(reference('flights@latest'))).version).toBe(1)
        expect((await models.resolve(reference('flights@3'))).archived?.why).toBe('a mistake')
        expect(await models.find('flights')).toMatchObject({ latest: 1, archived: [2, 3] })
        await models.archive('flights', 1, { isArchived: true, why: 'all of it' })
        expect([await models.find('flights'), await models.list()]).toEqual([undefined, []])
        expect(await models.list({ withArchived: true })).toMatchObject([{ name: 'flights', latest: 0 }])

        await models.archive('flights', 2, { isArchived: false, why: 'it was good' })
        expect((await models.resolve(reference('flights@latest'))).archived).toBeUndefined()
        expect((await register(workspace, await keep(workspace, place.folder, 'four'))).version.version).toBe(4)
        await models.delete('flights', 3, 'wrong')
        await models.delete('flights', 4, 'wrong')
        expect(await models.find('flights')).toMatchObject({ latest: 2, archived: [1] })
        await expect(models.archive('flights', 3, { isArchived: true, why: 'x' })).rejects.toThrow(/TY0205.*deleted/)
        expect(await trail(workspace)).toHaveLength(10)
      })
    })
  })

  test('what serves or has an alias cannot be archived, and what is archived can neither serve nor get one', async () => {
    await inPlace(kind, (place) =>
      inside(place, async (workspace) => {
        const { models, deployments } = workspace
        const archive = { isArchived: true, why: 'old' }
        const deployment = { endpoint: 'api', name: 'blue', model: 'flights', version: 1, share: 100 }
        const move = { model: 'flights', alias: 'champion', why: 'x' }
        await register(workspace, await keep(workspace, place.folder, 'one'))
        await deployments.setEndpoint({ name: 'api', environment: 'production', target: 'docker' })
        await deployments.record({ ...deployment, state: 'live' })
        await models.moveAlias({ ...move, from: undefined, to: 1 })

        await expect(models.archive('flights', 1, archive)).rejects.toThrow(/TY0208.*api\/blue.*alias champion/)
        await deployments.record({ ...deployment, share: 0, state: 'retired' })
        await expect(models.archive('flights', 1, archive)).rejects.toThrow(/TY0208.*alias champion/)
        await models.moveAlias({ ...move, from: 1, to: undefined })
        await models.archive('flights', 1, archive)

        await expect(deployments.record({ ...deployment, state: 'live' })).rejects.toThrow(/TY0216.*archived by ann/)
        await expect(models.moveAlias({ ...move, alias: 'other', from: undefined, to: 1 })).rejects.toThrow(
          /TY0216.*archived by ann/,
        )
        await models.archive('flights', 1, { isArchived: false, why: 'needed' })
        await deployments.record({ ...deployment, state: 'live' })
      }),
    )
  })
}
