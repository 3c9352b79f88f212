import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Workspace } from '../../core/workspace/workspace.ts'
import { readPending, resumePending } from '../../core/workspace/pending.ts'
import { directoryPlace, gitPlace, inPlace, inside, type PlaceKind, type TestPlace } from './places.ts'
import { completed, runEnd, runStart, trail } from './records.ts'

/** Takes the place away while work is done, as a network that fails does. */
async function without<T>(place: TestPlace, work: () => Promise<T>): Promise<T> {
  const path = place.url.startsWith('git:') ? join(place.folder, 'served/acme/models.git') : place.url
  renameSync(path, `${path}.away`)
  try {
    return await work()
  } finally {
    renameSync(`${path}.away`, path)
  }
}

/** Trains: starts a run, and ends it with two files. */
async function train(
  place: TestPlace,
  workspace: Workspace,
  around: (finish: () => Promise<unknown>) => Promise<unknown>,
) {
  const { run } = await workspace.runs.start(runStart())
  const sources = ['model.onnx', 'plot.svg'].map((path) => {
    writeFileSync(join(place.folder, path), `the ${path} of five hours`)
    return { path, from: join(place.folder, path) }
  })
  const outcome = await around(async () => {
    const artifacts = await workspace.files.put(sources, { isModel: true })
    return workspace.runs.finish(run.id, runEnd({ artifacts }), completed(run, artifacts))
  })
  return { run, outcome }
}

describe.each<PlaceKind>([directoryPlace, gitPlace])(
  'a workspace in $name that is out of reach when a run ends',
  (kind) => {
    test('loses nothing: what was to be recorded is kept, and recorded when it is back', async () => {
      await inPlace(kind, async (place) => {
        const pendingFolder = join(place.folder, 'pending')
        const opening = { request: 'train-1', pendingFolder, deadlineMs: 1500 }
        const { run, outcome } = await inside(
          place,
          (workspace) =>
            train(place, workspace, (finish) => without(place, () => finish().catch((error: unknown) => error))),
          opening,
        )
        const kept = join(pendingFolder, 'train-1')
        expect(outcome).toMatchObject({ code: 'TY0212', exitCode: 4 })
        expect(String(outcome)).toContain(`trainyard resume ${kept}`)
        await inside(place, async ({ runs }) => expect((await runs.get(run.id)).end).toBeUndefined())

        const { request, url, files } = await readPending(kept)
        expect(request).toBe('train-1')
        expect(url).not.toContain('writer')
        expect(files).toHaveLength(2)
        const recorded = await inside(place, (workspace) => resumePending(kept, workspace), { request })

        expect(recorded).toMatchObject({ state: 'succeeded', id: run.id })
        expect(existsSync(kept)).toBe(false)
        await inside(place, async ({ runs, files: store, outbox }) => {
          const artifacts = (await runs.get(run.id)).end?.artifacts
          await store.fetch(artifacts ?? { digest: 'sha256:', files: [] }, join(place.folder, 'out'))
          expect(await outbox.pending('x')).toHaveLength(1)
        })
        expect(readdirSync(join(place.folder, 'out')).sort()).toEqual(['model.onnx', 'plot.svg'])
        expect(readFileSync(join(place.folder, 'out/model.onnx'), 'utf8')).toBe('the model.onnx of five hours')
      })
    })

    test('is tried again until it is back', async () => {
      await inPlace(kind, async (place) => {
        const pendingFolder = join(place.folder, 'pending')
        const { outcome } = await inside(
          place,
          (workspace) =>
            train(place, workspace, async (finish) => {
              const ending = without(place, () => new Promise((resolve) => setTimeout(resolve, 700)))
              const recorded = await finish()
              await ending
              return recorded
            }),
          { pendingFolder, deadlineMs: 60_000 },
        )

        expect(outcome).toMatchObject({ state: 'succeeded' })
        expect(existsSync(pendingFolder) ? readdirSync(pendingFolder) : []).toEqual([])
        await inside(place, async (workspace) => expect(await trail(workspace)).toHaveLength(2))
      })
    })
  },
)

test('a folder without pending work is an input error', async () => {
  await inPlace(directoryPlace, async ({ folder }) => {
    await expect(readPending(folder)).rejects.toMatchObject({ code: 'TY0101', exitCode: 2 })
  })
})
