import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Run } from '../../../core/records/run.ts'
import { treeOf } from '../../../core/records/tree.ts'
import type { Workspace } from '../../../core/workspace/workspace.ts'
import { inPlace, inside, type PlaceKind } from '../places.ts'
import { gate, keep, register, runEnd, runStart, trail } from '../records.ts'

/** Everything counts as old: also what was put in this very second. */
const now = { olderThanMs: -2000, isDry: false }

/** Bytes are kept as long as something refers to them. */
export function storage(kind: PlaceKind): void {
  test('files that nothing refers to are collected when they are old; a dry collection only tells', async () => {
    await inPlace(kind, async (place) => {
      const lost = await inside(place, async (workspace) => {
        await register(workspace, await keep(workspace, place.folder, 'one'))
        const [left] = (await keep(workspace, place.folder, 'left behind')).files
        // It takes another entry to bring the bytes there.
        await register(workspace, await keep(workspace, place.folder, 'two'))
        return left?.digest ?? 'sha256:'
      })

      await inside(place, async (workspace) => {
        const { storage: store } = workspace
        expect(await store.collect({ olderThanMs: 3_600_000, isDry: false })).toMatchObject({ files: 0, stays: 3 })
        expect(await store.collect({ ...now, isDry: true })).toMatchObject({ files: 1, bytes: 11, stays: 2 })
        expect(await trail(workspace)).toHaveLength(2)
        expect(await store.collect(now)).toMatchObject({ files: 1, bytes: 11, stays: 2 })
        expect((await trail(workspace)).at(-1)?.changes).toEqual([
          '1 files that nothing refers to collected (11 bytes)',
        ])
        expect(await store.collect(now)).toMatchObject({ files: 0, stays: 2 })
        expect(await trail(workspace)).toHaveLength(3)
      })
      await inside(place, async (workspace) => {
        await expect(workspace.files.read(lost)).rejects.toThrow(/TY0207.*is missing/)
        for (const { files } of await workspace.models.versions('flights'))
          await expectThere(workspace, place.folder, files)
      })
    })
  })

  test('everything that a record names stays: code, locks, long lists, artifacts, data sets and statements', async () => {
    await inPlace(kind, async (place) => {
      await inside(place, async (workspace) => {
        const lock = await workspace.files.putBytes(Buffer.from('numpy==2.0.0'))
        const code = await many(workspace, place.folder, 'code')
        const environment = { kind: 'locked' as const, lock }
        const { run } = await workspace.runs.start(runStart({ code, environment }))
        await workspace.runs.finish(run.id, runEnd({ artifacts: await many(workspace, place.folder, 'artifact') }))
        await workspace.datasets.register({ name: 'may', files: await keep(workspace, place.folder, 'may', 'may.csv') })
        const tree = await many(workspace, place.folder, 'model')
        await register(workspace, tree)
        await workspace.evidence.add(gate(tree, 'pass'))
      })

      await inside(place, async ({ storage: store }) => expect(await store.collect(now)).toMatchObject({ files: 0 }))
      await inside(place, async (workspace) => {
        const [run] = await workspace.runs.list()
        await workspace.files.read(run?.environment.lock ?? 'sha256:')
        await expectThere(workspace, place.folder, run?.code)
        await expectThere(workspace, place.folder, run?.end?.artifacts)
        await expectThere(workspace, place.folder, (await workspace.datasets.get('may')).files)
        const { files } = await workspace.models.version('flights', 1)
        await expectThere(workspace, place.folder, files)
        const [record] = await workspace.evidence.about(files.digest)
        expect(await workspace.evidence.read(record?.id ?? 'sha256:')).toMatchObject({ predicate: {} })
      })
    })
  })

  test('a deleted version lets its files go, but for those that another record names; its number stays given', async () => {
    await inPlace(kind, async (place) => {
      const shared = await inside(place, async (workspace) => {
        const tree = await keep(workspace, place.folder, 'shared')
        await register(workspace, tree)
        await register(workspace, await keep(workspace, place.folder, 'alone'))
        return tree
      })
      await inside(place, async (workspace) => {
        await register(workspace, shared)
        for (const version of [1, 2]) await workspace.models.delete('flights', version, 'old')
      })

      await inside(place, async ({ storage: store }) => expect(await store.collect(now)).toMatchObject({ files: 1 }))
      await inside(place, async (workspace) => {
        await expectThere(workspace, place.folder, shared)
        const deleted = await workspace.models.version('flights', 2)
        const fetching = workspace.files.fetch(deleted.files, join(place.folder, 'deleted'))
        await expect(fetching).rejects.toThrow(/TY0205.*flights@2 was deleted/)
        expect((await register(workspace, await keep(workspace, place.folder, 'next'))).version.version).toBe(4)
      })
    })
  })

  test('pruned runs keep their record and let their files go, and who wants those is told why', async () => {
    await inPlace(kind, async (place) => {
      const rules = { runs: 1, keep: ['registered' as const] }
      const ids: string[] = []
      for (const text of ['first', 'second', 'third']) {
        const { id } = await inside(place, (workspace) => trained(workspace, place.folder, text))
        ids.push(id)
      }
      const [first = '', second = '', third = ''] = ids
      await inside(place, async (workspace) => {
        const { end } = await workspace.runs.get(first)
        await register(workspace, end?.artifacts ?? treeOf([]), { run: first })

        const plan = await workspace.storage.plan(rules)
        expect(plan.goes).toMatchObject([{ run: second, why: expect.stringContaining('newest 1 runs') as string }])
        expect(plan.stays.map(({ run }) => run)).toEqual([third, first])
        const letGo = plan.goes.map(({ run }) => run)
        expect(await workspace.storage.collect({ ...now, isDry: true, letGo })).toMatchObject({ files: 6 })
        expect(await workspace.storage.collect({ ...now, isDry: true })).toMatchObject({ files: 0 })
        expect(await workspace.storage.prune(rules)).toEqual(plan)
        expect((await workspace.storage.prune(rules)).goes).toEqual([])
        expect(await workspace.storage.collect(now)).toMatchObject({ files: 6 })
      })

      await inside(place, async (workspace) => {
        const run = await workspace.runs.get(second)
        expect(run).toMatchObject({ state: 'succeeded', pruned: { why: expect.any(String) as string } })
        expect(run.code.files).toHaveLength(5)
        expect(run.end?.metrics).toEqual({ auc: 0.89 })
        const artifacts = run.end?.artifacts ?? treeOf([])
        const out = join(place.folder, 'pruned')
        await expect(workspace.files.fetch(artifacts, out)).rejects.toThrow(/TY0220.*r-.*newest 1 runs/)
        await expect(register(workspace, artifacts, { run: second })).rejects.toThrow(/TY0220/)
        for (const id of [first, third]) {
          const { code, end } = await workspace.runs.get(id)
          await expectThere(workspace, place.folder, code)
          await expectThere(workspace, place.folder, end?.artifacts)
        }
      })
    })
  })
}

/** So many files that their list has a blob of its own; together they are under one ref of a branch. */
function many(workspace: Workspace, folder: string, text: string) {
  const files = Array.from({ length: 5 }, (_, n) => {
    const from = join(folder, `source-${Math.random()}`)
    writeFileSync(from, `${text} ${n}`)
    return { path: `${text.replaceAll(' ', '-')}/${`${'long'.repeat(60)}/`.repeat(4)}file-${n}.py`, from }
  })
  return workspace.files.put(files, { isModel: true })
}

async function trained(workspace: Workspace, folder: string, text: string): Promise<Run> {
  const { run } = await workspace.runs.start(runStart({ code: await many(workspace, folder, `code of ${text}`) }))
  return workspace.runs.finish(run.id, runEnd({ artifacts: await keep(workspace, folder, `model of ${text}`) }))
}

async function expectThere(workspace: Workspace, folder: string, tree: Run['code'] | undefined): Promise<void> {
  const out = join(folder, `out-${Math.random()}`)
  expect(tree?.files.length).toBeGreaterThan(0)
  await workspace.files.fetch(tree ?? treeOf([]), out)
  rmSync(out, { recursive: true, force: true })
}
