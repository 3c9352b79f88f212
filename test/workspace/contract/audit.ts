import { expect } from 'vitest'
import { keys } from '../../../core/workspace/registry/documents.ts'
import { inPlace, inside, type PlaceKind, type TestPlace } from '../places.ts'
import { keep, register, trail } from '../records.ts'
import { promise } from './promise.ts'

/** Promise 5: the trail only grows, and an edit is found. */
export function auditing(kind: PlaceKind): void {
  const promise5 = promise(kind, 5)
  const threeVersions = async (place: TestPlace) =>
    inside(place, async (workspace) => {
      for (const text of ['one', 'two', 'three']) await register(workspace, await keep(workspace, place.folder, text))
    })

  promise5('the trail tells every change in order, with who and when, and only grows', async () => {
    await inPlace(kind, async (place) => {
      await threeVersions(place)
      const before = await inside(place, trail)
      await inside(place, ({ models }) => models.tag('flights', 2, { Stage: 'test' }), {
        by: { name: 'bob', host: 'github', url: 'https://ci.example/7' },
      })
      const after = await inside(place, trail)

      expect(after.slice(0, 3)).toEqual(before)
      expect(before[0]?.changes[0]).toBe('flights@1 registered')
      expect(after[3]).toMatchObject({
        seq: 4,
        by: 'bob',
        url: 'https://ci.example/7',
        changes: ['flights@2 tagged Stage=test'],
      })
    })
  })

  for (const seq of [1, 2, 3]) {
    promise5(`an edit to entry ${seq} of 3 is found`, async () => {
      await inPlace(kind, async (place) => {
        await threeVersions(place)
        await place.tamper.entry(seq, (text) => text.replaceAll('refs/heads/main', 'refs/heads/evil'))

        await expect(inside(place, trail)).rejects.toThrow(/TY0207/)
      })
    })
  }

  promise5('an entry that was taken out is found', async () => {
    await inPlace(kind, async (place) => {
      await threeVersions(place)
      await place.tamper.withoutEntry(2)

      await expect(inside(place, trail)).rejects.toThrow(/TY0207/)
    })
  })

  promise5('a derived document that lies is found, though it verifies by itself', async () => {
    await inPlace(kind, async (place) => {
      await inside(place, async (workspace) => {
        const tree = await keep(workspace, place.folder, 'm')
        await register(workspace, tree)
        await workspace.models.moveAlias({ model: 'flights', alias: 'champion', from: undefined, to: 1, why: 'x' })
        if (kind.name.startsWith('a branch')) return
        for (let n = 0; n < 32; n++) await workspace.models.tag('flights', 1, { Round: String(n) })
      })
      expect((await inside(place, trail)).length).toBeGreaterThan(1)
      await place.tamper.document(keys.model('flights').key, (text) => text.replace('"champion":1', '"champion":2'))

      await expect(inside(place, trail)).rejects.toThrow(/TY0207.*model\/.*flights/)
    })
  })
}
