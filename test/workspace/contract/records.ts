import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Digest } from '../../../core/records/digest.ts'
import { judgementsOf } from '../../../core/records/evidence.ts'
import { inPlace, inside, reference, type PlaceKind } from '../places.ts'
import { gate, keep, register, registered, runStart, trail } from '../records.ts'

/** The digest of a question by its name. */
function questions(name: string): Digest {
  return `sha256:${name.repeat(64)}`
}

/** Evidence, datasets, rehearsals and reading. */
export function otherRecords(kind: PlaceKind): void {
  test('evidence is kept once, found under the digest of its subject, newest first, and read back verified', async () => {
    await inPlace(kind, async (place) => {
      const { tree, passed } = await inside(place, async (workspace) => {
        const put = await keep(workspace, place.folder, 'm')
        await workspace.evidence.add(gate(put, 'fail'))
        const statement = gate(put, 'pass')
        const record = await workspace.evidence.add(statement)
        expect(await workspace.evidence.add(statement)).toEqual(record)
        return { tree: put, passed: { record, statement } }
      })

      await inside(place, async ({ evidence }) => {
        const records = await evidence.about(tree.digest)
        expect(records.map(({ verdict }) => verdict)).toEqual(['pass', 'fail'])
        expect(records[0]).toEqual(passed.record)
        expect(await evidence.read(passed.record.id)).toEqual(passed.statement)
        expect(await evidence.about(tree.digest, 'scan')).toEqual([])
      })
    })
  })

  test('a judgement is found under its data too, and only one question has a place there', async () => {
    await inPlace(kind, async (place) => {
      const data = `sha256:${'d'.repeat(64)}` as const
      const kept = await inside(place, async ({ evidence, ...workspace }) => {
        const tree = await keep({ evidence, ...workspace }, place.folder, 'm')
        const use = (name: string) => ({ model: 'flights', data, candidate: tree.digest, question: questions(name) })
        const first = await evidence.addJudgement(gate(tree, 'fail'), { ...use('1'), spent: 0.01 }, 0)
        expect(await evidence.addJudgement(gate(tree, 'pass'), use('2'), 0)).toBeUndefined()
        expect(await evidence.about(tree.digest)).toHaveLength(1)
        const second = await evidence.addJudgement(gate(tree, 'pass'), use('2'), 1)
        const again = await evidence.addJudgement(gate(tree, 'fail'), use('1'), 0)
        return [again, second, first]
      })

      await inside(place, async ({ evidence, ...workspace }) => {
        const found = await evidence.about(data, 'gate')
        expect(found.map(({ id }) => id)).toEqual(kept.map((one) => one?.id))
        expect(judgementsOf(found, 'flights').map(({ question, spent }) => [question, spent])).toEqual([
          [questions('1'), 0.01],
          [questions('2'), undefined],
        ])
        expect(judgementsOf(found, 'another')).toEqual([])
        const entries = await trail({ evidence, ...workspace })
        expect(entries.at(-1)?.changes[0]).toMatch(/^evidence of gate \(fail\) about \w+, judged on dddd/)
      })
    })
  })

  test('an alias moves together with its evidence and its event', async () => {
    await inPlace(kind, (place) =>
      inside(place, async (workspace) => {
        const tree = await keep(workspace, place.folder, 'm')
        const { version } = await register(workspace, tree)
        const event = { ...registered(version), id: 'promoted' }
        const move = { model: 'flights', alias: 'champion', from: undefined, to: 1, why: 'x', isForced: true }
        await workspace.models.moveAlias({ ...move, statement: gate(tree, 'pass'), event })

        const entries = await trail(workspace)
        expect(entries.at(-1)?.changes).toHaveLength(3)
        expect(await workspace.evidence.about(tree.digest)).toHaveLength(1)
        expect(await workspace.outbox.event('promoted')).toEqual(event)
      }),
    )
  })

  test('the same files under the name of a dataset are one version', async () => {
    await inPlace(kind, async (place) => {
      await inside(place, async (workspace) => {
        const april = await keep(workspace, place.folder, 'april', 'april.csv')
        const may = await keep(workspace, place.folder, 'may', 'may.csv')
        const { datasets } = workspace
        expect((await datasets.register({ name: 'months', files: april, tags: { Rows: '9' } })).version).toBe(1)
        expect((await datasets.register({ name: 'months', files: may })).version).toBe(2)
        expect((await datasets.register({ name: 'months', files: april })).version).toBe(1)
        await register(workspace, await keep(workspace, place.folder, 'm'), { datasets: ['months@2'] })
      })

      await inside(place, async ({ datasets }) => {
        expect(await datasets.get('months', 1)).toMatchObject({ version: 1, tags: { Rows: '9' } })
        expect((await datasets.get('months')).version).toBe(2)
        expect((await datasets.list()).map(({ version }) => version)).toEqual([1, 2])
        expect((await datasets.list({ newest: 1 })).map(({ version }) => version)).toEqual([2])
        await expect(datasets.get('months', 3)).rejects.toThrow(/TY0205/)
        await expect(datasets.get('years')).rejects.toThrow(/TY0205/)
      })
    })
  })

  test('a dataset keeps what was said about it, and is found by its tags and its files', async () => {
    await inPlace(kind, async (place) => {
      const { april, profile } = await inside(place, async (workspace) => {
        const { datasets, files } = workspace
        const tree = await keep(workspace, place.folder, 'april', 'april.csv')
        const digest = await files.putBytes(Buffer.from('{"version":1}'))
        const said = { address: 's3://months/', isByReference: true, profile: digest, rows: 3, columns: 2 }
        await datasets.register({ name: 'months', files: tree, tags: { Year: '2013' }, ...said })
        await datasets.register({ name: 'carriers', files: tree })
        expect(await datasets.tag('months', 1, { Quality: 'checked' })).toMatchObject({
          tags: { Year: '2013', Quality: 'checked' },
        })
        await expect(datasets.tag('months', 2, { Quality: 'checked' })).rejects.toThrow(/TY0205/)
        return { april: tree, profile: digest }
      })

      await inside(place, async ({ datasets, files }) => {
        const found = await datasets.list({ tags: { Quality: 'checked', Year: '2013' } })
        expect(found).toMatchObject([{ name: 'months', version: 1, rows: 3, columns: 2, isByReference: true, profile }])
        expect(Buffer.from(await files.read(profile)).toString()).toBe('{"version":1}')
        expect(await datasets.list({ tags: { Quality: 'poor' } })).toEqual([])
        expect((await datasets.list({ files: april.digest })).map(({ name }) => name)).toEqual(['carriers', 'months'])
        expect((await datasets.list({ name: 'months' })).map(({ name }) => name)).toEqual(['months'])
        expect(await datasets.list({ name: 'years' })).toEqual([])
      })
    })
  })

  test('a rehearsal does everything, tells what it would have written, and writes nothing', async () => {
    await inPlace(kind, async (place) => {
      await inside(place, async (workspace) => register(workspace, await keep(workspace, place.folder, 'one')))
      const before = await inside(place, trail)

      await inside(
        place,
        async (workspace) => {
          expect(workspace.access).toBe('rehearsal')
          const tree = await keep(workspace, place.folder, 'two')
          const { version } = await register(workspace, tree)
          expect(version.version).toBe(2)
          await workspace.models.moveAlias({ model: 'flights', alias: 'champion', from: undefined, to: 2, why: 'x' })
          expect((await workspace.models.resolve(reference('flights@champion'))).version).toBe(2)
          await workspace.files.fetch((await workspace.models.version('flights', 1)).files, join(place.folder, 'out'))
          await workspace.files.fetch(version.files, join(place.folder, 'out'))
          expect(workspace.rehearsed().flatMap(({ changes }) => changes)[0]).toBe('flights@2 registered')
          expect(await trail(workspace)).toHaveLength(3)
        },
        { intent: 'rehearse' },
      )

      expect(await inside(place, trail)).toEqual(before)
    })
  })

  test('a step that says it only reads cannot write', async () => {
    await inPlace(kind, (place) =>
      inside(
        place,
        async (workspace) => {
          expect(workspace.access).toBe('read')
          expect(await workspace.models.list()).toEqual([])
          await expect(workspace.runs.start(runStart())).rejects.toThrow(RangeError)
        },
        { intent: 'read' },
      ),
    )
  })

  test('one process reads and writes at once, and loses no race against itself', async () => {
    await inPlace(kind, (place) =>
      inside(place, async (workspace) => {
        const trees = await Promise.all(['a', 'b', 'c'].map((text) => keep(workspace, place.folder, text)))
        const [versions] = await Promise.all([
          Promise.all(trees.map((tree) => register(workspace, tree))),
          workspace.models.list(),
          workspace.runs.list(),
          workspace.outbox.pending('x'),
        ])

        expect(new Set(versions.map(({ version }) => version.version))).toEqual(new Set([1, 2, 3]))
      }),
    )
  })
}
