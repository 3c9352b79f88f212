import { describe, expect, test } from 'vitest'
import { digestOf } from '../../../core/workspace/ledger/entry.ts'
import { type Entry, start, type View } from '../../../core/workspace/ledger/ledger.ts'
import { docsUnder, State, withPrefix } from '../../../core/workspace/ledger/state.ts'
import type { Change } from '../../../core/workspace/registry/changes.ts'
import { findRequest, keys, own, prefixes, read, readAll } from '../../../core/workspace/registry/documents.ts'
import { registryFold } from '../../../core/workspace/registry/effects.ts'
import { generationOf, shardOf } from '../../../core/workspace/registry/generations.ts'
import { treeOf } from '../../../core/records/tree.ts'
import { runEnd, runStart } from '../records.ts'

const files = { ...treeOf([]), files: [] }
const by = { name: 'ann', host: 'memory' } as const

/** A view of documents that were made of entries at chosen places. */
function viewOf(entries: readonly (readonly [seq: number, ...changes: readonly Change[]])[]): View<Change> {
  const state = new State(registryFold)
  const at = '2026-01-01T00:00:00.000Z'
  for (const [seq, ...changes] of entries) {
    const entry: Entry<Change> = { v: 1, seq, prev: start.digest, request: `request ${seq}`, at, by, changes }
    state.add(entry)
  }
  const view: View<Change> = {
    token: { seq: entries.at(-1)?.[0] ?? 0, digest: start.digest },
    doc: (key) => Promise.resolve(state.docs.get(key)),
    keys: (prefix) => Promise.resolve(withPrefix(state.docs.keys(), prefix)),
    docs: (prefix) => docsUnder(view, prefix),
    entry: () => Promise.reject(new RangeError('no entries')),
  }
  return view
}

test('generations are twice as long as the one before', () => {
  const ends = [1, 16_384, 16_385, 49_152, 49_153, 114_688, 114_689, 245_760, 245_761]
  expect(ends.map(generationOf)).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4])
})

test.each([
  [0, 16_384],
  [1, 32_768],
  [2, 65_536],
])(
  'generation %i spreads what it holds over documents of about 64 things, in folders of about the same size',
  (generation, things) => {
    const documents = new Map<string, number>()
    for (let n = 0; n < things; n++) {
      const shard = shardOf(digestOf(Buffer.from(String(n))).slice(7), generation)
      documents.set(shard, (documents.get(shard) ?? 0) + 1)
    }
    const folders = new Set([...documents.keys()].map((shard) => shard.split('/')[0]))

    expect(documents.size).toBe(things / 64)
    expect(Math.log2(folders.size)).toBe(Math.floor(Math.log2(things / 64) / 2))
    expect(Math.max(...documents.values())).toBeLessThan(128)
  },
)

describe('what began in one generation goes on in the next', () => {
  test('a run ends, and becomes a version, where it was started; nothing of it is in two places', async () => {
    const view = viewOf([
      [7, { kind: 'run.started', run: 'r-1', start: { ...runStart(), code: files, data: { files: [] } } }],
      [20_000, { kind: 'run.ended', run: 'r-1', end: { ...runEnd(), artifacts: files } }],
      [
        90_000,
        { kind: 'version.registered', version: 1, start: { model: 'm', files, tags: {}, datasets: [], run: 'r-1' } },
      ],
    ])

    const run = own(await read(view, keys.run('r-1')), 'r-1')
    expect(run).toMatchObject({ state: 'succeeded', became: [{ model: 'm', version: 1 }] })
    expect((await readAll(view, prefixes.runs)).flatMap((doc) => Object.keys(doc))).toEqual(['r-1'])
  })

  test('evidence about a subject comes back in order, whenever it was added', async () => {
    const about = (id: string): Change => ({
      kind: 'evidence.added',
      id: digestOf(Buffer.from(id)),
      evidence: 'gate',
      subjects: [files.digest],
    })
    const view = viewOf([
      [1, about('a'), about('b')],
      [16_385, about('c')],
      [49_153, about('d')],
    ])

    const found = own(await read(view, keys.evidence(files.digest)), files.digest.slice(7)) ?? []
    expect(found.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd'].map((id) => digestOf(Buffer.from(id))))
  })

  test('a request is found in whichever generation it was made', async () => {
    const view = viewOf([[1], [16_384], [16_385], [90_000]])

    const places = await Promise.all([1, 16_384, 16_385, 90_000].map((seq) => findRequest(view, `request ${seq}`)))
    expect(places).toEqual([1, 16_384, 16_385, 90_000])
    expect(await findRequest(view, 'another')).toBeUndefined()
  })

  test('an event that is raised once more later is the old one, with its receipts', async () => {
    const event = {
      specversion: '1.0',
      id: 'e-1',
      source: '/x',
      type: 'dev.trainyard.model.registered',
      subject: 'm@1',
      time: '2026-01-01T00:00:00.000Z',
      datacontenttype: 'application/json',
      data: { model: 'm' },
    } as const
    const view = viewOf([
      [1, { kind: 'event.raised', event }],
      [20_000, { kind: 'event.received', event: 'e-1', target: 'hook' }],
      [20_001, { kind: 'event.raised', event }],
    ])

    expect(own(await read(view, keys.event('e-1')), 'e-1')).toMatchObject({
      order: 1000,
      receipts: { hook: { target: 'hook' } },
    })
  })
})
