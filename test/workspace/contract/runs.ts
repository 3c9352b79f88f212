import { expect, test } from 'vitest'
import { inPlace, inside, type PlaceKind } from '../places.ts'
import { completed, keep, runEnd, runStart } from '../records.ts'

/** The life of a run. */
export function runs(kind: PlaceKind): void {
  test('a run is started once by a request, ends once, and says so in the outbox only when it succeeded', async () => {
    await inPlace(kind, async (place) => {
      const opening = { request: 'train' }
      const first = await inside(place, ({ runs: all }) => all.start(runStart()), opening)
      const again = await inside(place, ({ runs: all }) => all.start(runStart()), opening)
      expect(first).toMatchObject({ isNew: true, run: { state: 'running' } })
      expect(again).toEqual({ run: first.run, isNew: false })

      const { id } = first.run
      const ended = await inside(
        place,
        async (workspace) => {
          const artifacts = await keep(workspace, place.folder, 'm')
          return workspace.runs.finish(id, runEnd({ artifacts }), completed(first.run, artifacts))
        },
        opening,
      )
      expect(ended).toMatchObject({ state: 'succeeded', end: { metrics: { auc: 0.89 } } })
      const late = await inside(place, ({ runs: all }) => all.finish(id, runEnd({ state: 'failed' })))
      expect(late).toEqual(ended)
      await inside(place, async ({ runs: all, outbox: events }) => {
        expect(await all.get(id)).toEqual(ended)
        expect(await events.pending('x')).toMatchObject([{ subject: `run:${id}` }])
        await expect(all.get('r-none')).rejects.toThrow(/TY0205/)
      })
    })
  })

  test('a failed run raises no event, and keeps its last lines', async () => {
    await inPlace(kind, (place) =>
      inside(place, async (workspace) => {
        const { run } = await workspace.runs.start(runStart())
        const end = runEnd({ state: 'failed', exitCode: 1, lastLines: ['ValueError: no'] })
        await workspace.runs.finish(run.id, end, completed(run, end.artifacts))

        expect((await workspace.runs.get(run.id)).end?.lastLines).toEqual(['ValueError: no'])
        expect(await workspace.outbox.pending('x')).toEqual([])
      }),
    )
  })

  test('a new attempt finds the run of the one before; a run without an end is lost after its deadline', async () => {
    await inPlace(kind, async (place) => {
      const over = { deadline: '2020-01-01T00:00:00.000Z' }
      const old = await inside(place, ({ runs: all }) => all.start(runStart(over)), { request: 'attempt-1' })
      const opening = { request: 'attempt-2', previousRequest: 'attempt-1' }
      await inside(
        place,
        async ({ runs: all }) => {
          const previous = await all.ofPreviousAttempt()
          expect(previous).toEqual(old.run)
          const deadline = new Date(Date.now() + 3_600_000).toISOString()
          const { run } = await all.start(runStart({ deadline, previousAttempt: old.run.id, experiment: 'night' }))
          expect(run.id).not.toBe(old.run.id)
          expect((await all.get(run.id)).state).toBe('running')
          expect((await all.get(old.run.id)).state).toBe('lost')
          expect((await all.list()).map(({ id }) => id)).toEqual([run.id, old.run.id])
          expect((await all.list({ state: 'lost' })).map(({ id }) => id)).toEqual([old.run.id])
          expect((await all.list({ experiment: 'night', model: 'flights', limit: 1 }))[0]?.id).toBe(run.id)
          // An end that comes late still counts.
          await all.finish(old.run.id, runEnd())
          expect((await all.get(old.run.id)).state).toBe('succeeded')
        },
        opening,
      )
    })
  })

  test('long lists of code and data come back as they were', async () => {
    await inPlace(kind, async (place) => {
      const data = Array.from({ length: 200 }, (_, n) => ({
        path: `../data/part-${n}.csv`,
        digest: `sha256:${String(n).padStart(64, '0')}` as const,
        size: n,
      }))
      const { run } = await inside(place, ({ runs: all }) => all.start(runStart({ data })))

      expect(run.data).toEqual(data)
      expect((await inside(place, ({ runs: all }) => all.get(run.id))).data).toEqual(data)
    })
  })
}
