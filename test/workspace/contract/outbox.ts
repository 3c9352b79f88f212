import { expect, test } from 'vitest'
import type { Workspace } from '../../../core/workspace/workspace.ts'
import { inPlace, inside, type PlaceKind } from '../places.ts'
import { keep, register, registered } from '../records.ts'
import { promise } from './promise.ts'

/** Promise 6: event and version are one; deliveries are claimed. */
export function outbox(kind: PlaceKind): void {
  const promise6 = promise(kind, 6)
  promise6('the event is in the outbox if and only if the version exists', async () => {
    await inPlace(kind, async (place) => {
      await inside(place, async (workspace) => {
        await register(workspace, await keep(workspace, place.folder, 'one'))
        await expect(
          workspace.models.register(
            { model: 'flights', files: await keep(workspace, place.folder, 'two'), tags: {}, datasets: [] },
            () => {
              throw new Error('no event today')
            },
          ),
        ).rejects.toThrow('no event today')
        await register(workspace, await keep(workspace, place.folder, 'three'))
      })

      await inside(place, async ({ outbox: events, models }) => {
        expect((await events.pending('anywhere')).map(({ subject }) => subject)).toEqual(['flights@1', 'flights@2'])
        expect((await models.versions('flights')).map(({ version }) => version)).toEqual([2, 1])
      })
    })
  })

  promise6('of two triggers at once, one delivers; the other sees the claim, and later the receipt', async () => {
    await inPlace(kind, async (place) => {
      const event = await inside(place, async (workspace) => {
        const { version } = await register(workspace, await keep(workspace, place.folder, 'm'))
        return registered(version).id
      })
      const claim = { event, target: 'github:acme/release', forMs: 600_000 }

      const claims = await Promise.all(
        [1, 2].map((n) => inside(place, (workspace) => workspace.outbox.claim(claim), { request: `trigger-${n}` })),
      )
      expect(claims.map(({ kind: result }) => result).sort()).toEqual(['claimed', 'held'])
      const winner = `trigger-${claims.findIndex(({ kind: result }) => result === 'claimed') + 1}`

      // The winner dies and is started again: it cannot know whether it delivered.
      expect((await inside(place, ({ outbox: o }) => o.claim(claim), { request: winner })).kind).toBe('taken-over')
      const receipt = { event, target: claim.target, reference: 'run 7' }
      await inside(place, ({ outbox: o }) => o.receive(receipt), { request: winner })
      const done = await inside(place, ({ outbox: o }) => o.claim(claim), { request: 'trigger-3' })
      expect(done).toMatchObject({ kind: 'done', receipt })
      await inside(place, async ({ outbox: o }) => {
        expect(await o.pending(claim.target)).toEqual([])
        expect(await o.pending('somewhere else')).toHaveLength(1)
        expect(await o.receive({ ...receipt, reference: 'another' })).toMatchObject({ reference: 'run 7' })
      })
    })
  })

  test('a claim expires, or is given back by the one who has it', async () => {
    await inPlace(kind, async (place) => {
      const event = await inside(place, async (workspace) => {
        const { version } = await register(workspace, await keep(workspace, place.folder, 'm'))
        return registered(version).id
      })
      const claim = { event, target: 'hook', forMs: 0 }
      const as = <T>(request: string, work: (workspace: Workspace) => Promise<T>) => inside(place, work, { request })

      expect((await as('first', ({ outbox: o }) => o.claim(claim))).kind).toBe('claimed')
      expect((await as('second', ({ outbox: o }) => o.claim({ ...claim, forMs: 600_000 }))).kind).toBe('taken-over')
      await as('first', ({ outbox: o }) => o.release(claim))
      expect((await as('third', ({ outbox: o }) => o.claim(claim))).kind).toBe('held')
      await as('second', ({ outbox: o }) => o.release(claim))
      expect((await as('third', ({ outbox: o }) => o.claim(claim))).kind).toBe('claimed')
      await expect(as('third', ({ outbox: o }) => o.claim({ ...claim, event: 'none' }))).rejects.toThrow(/TY0205/)
    })
  })
}
