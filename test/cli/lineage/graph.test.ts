import { describe, expect, test } from 'vitest'
import { lineageGraph, type LineageRecords } from '../../../core/cli/lineage/build.ts'
import { GraphBuilder, type LineageGraph } from '../../../core/cli/lineage/graph.ts'
import { madeOf } from '../../../core/cli/lineage/impact.ts'
import { parseTarget } from '../../../core/cli/lineage/target.ts'
import { impactTrees } from '../../../core/cli/lineage/tree.ts'
import { textTree } from '../../../core/cli/text-tree.ts'
import { aDataset, aRun, aVersion, digest, sampleRecords, serving } from './sample.ts'

const links = ({ edges }: LineageGraph) => edges.map(({ from, to }) => `${from} > ${to}`)

describe('what is asked of', () => {
  test.each([
    ['flights@champion', { kind: 'subject', reference: { kind: 'alias', model: 'flights', alias: 'champion' } }],
    ['run:r-1', { kind: 'subject', reference: { kind: 'run', run: 'r-1' } }],
    ['dataset:april', { kind: 'dataset', name: 'april', version: undefined }],
    ['dataset:april@2', { kind: 'dataset', name: 'april', version: 2 }],
    ['commit:4F2A91C', { kind: 'commit', commit: '4f2a91c' }],
    [`sha256:${'ab'.repeat(32)}`, { kind: 'digest', digest: 'ab'.repeat(32) }],
  ])('%s', (text, target) => {
    expect(parseTarget(text)).toEqual(target)
  })

  test.each(['flights', 'commit:4f2a', 'commit:xyzwxyz', 'dataset:', 'dataset:a@b', 'dataset:a@0', 'sha256:', ''])(
    'nothing: %s',
    (text) => {
      expect(parseTarget(text)).toBe(undefined)
    },
  )
})

describe('the graph of a version', () => {
  const graph = lineageGraph(sampleRecords())

  test('goes from what its run was made of to where it serves, by the package that serves', () => {
    expect(links(graph)).toEqual(
      expect.arrayContaining([
        'commit 4f2a91c07be34d5f > run r-2f6c90b1',
        'dataset april@1 > run r-2f6c90b1',
        `data ${digest('a1')} > run r-2f6c90b1`,
        `environment ${digest('e1')} > run r-2f6c90b1`,
        'run r-2f6c90b1 > version flights@2',
        'version flights@1 > version flights@2',
        'dataset april@1 > version flights@2',
        'version flights@2 > version flights-lite@3',
        `version flights@2 > evidence ${digest('egate')}`,
        `evidence ${digest('epackage')} > deployment flights-production/flights-2`,
      ]),
    )
  })

  test('shows a file of a dataset as the dataset, the newest evidence of a kind, and what was asked for', () => {
    expect(graph.nodes.map(({ id }) => id)).not.toContain(`data ${digest('da7a')}`)
    expect(graph.nodes.filter(({ kind }) => kind === 'gate')).toMatchObject([
      { title: 'pass', verdict: 'pass', details: expect.arrayContaining(['and 1 earlier']) as unknown },
    ])
    expect(graph.nodes.filter(({ isAsked }) => isAsked === true).map(({ id }) => id)).toEqual(['version flights@2'])
  })

  test('makes one node of many data files', () => {
    const data = Array.from({ length: 9 }, (_, n) => ({ path: `data/${n}.csv`, digest: digest(`d${n}`), size: 10 }))
    const records = { ...sampleRecords(), datasets: [], runs: [aRun('r-2f6c90b1', { data })] }

    expect(lineageGraph(records).nodes.filter(({ kind }) => kind === 'data')).toMatchObject([
      { title: '9 files', details: ['data/0.csv', 'data/1.csv', 'and 7 more'] },
    ])
  })

  test('never goes in a circle, whatever parents say', () => {
    const versions = [aVersion(1, { parent: 'flights@2' }), aVersion(2, { parent: 'flights@1' })]

    expect(
      links(lineageGraph({ ...sampleRecords(), versions, runs: [], evidence: new Map(), serving: [] })),
    ).toHaveLength(1)
    const builder = new GraphBuilder()
    builder.add({ id: 'a', kind: 'run', title: '', details: [] }, 'a', 'nowhere')
    expect(builder.graph().edges).toEqual([])
  })
})

describe('what was made of something', () => {
  const runs = [
    aRun('r-1'),
    aRun('r-2', { git: { commit: 'ffff0000ffff', isDirty: true }, environment: { kind: 'existing' } }),
    aRun('r-3', { data: [{ path: 'x.csv', digest: digest('0dd'), size: 1 }] }),
  ]
  const versions = [
    aVersion(1, { run: 'r-1' }),
    aVersion(2, { run: 'r-3' }),
    aVersion(3, { parent: 'flights@1' }),
    aVersion(4, { parent: 'flights@3' }),
    aVersion(5, { datasets: ['april@1'] }),
  ]
  const all = { runs, versions, datasets: [aDataset('april', digest('da7a'))] }
  const made = (text: string) => {
    const source = parseTarget(text)
    if (source === undefined || source.kind === 'subject') throw new Error(text)
    const found = madeOf(source, all)
    return {
      runs: found.runs.map(({ id }) => id),
      versions: found.versions.map(({ version }) => version).sort((a, b) => a - b),
      found,
    }
  }

  test.each([
    ['dataset:april@1', ['r-1', 'r-2'], [1, 3, 4, 5]],
    ['commit:4f2a91c', ['r-1', 'r-3'], [1, 2, 3, 4]],
    ['commit:ffff000', ['r-2'], []],
    [digest('0dd'), ['r-3'], [2]],
    [`sha256:${'e1'.padEnd(12, '0')}`, ['r-1', 'r-3'], [1, 2, 3, 4]],
    [digest('10c'), ['r-1', 'r-3'], [1, 2, 3, 4]],
    [aRun('').code.digest, ['r-1', 'r-2', 'r-3'], [1, 2, 3, 4]],
    [digest('f2'), [], [2]],
    [digest('404'), [], []],
  ])('%s', (text, ofRuns, ofVersions) => {
    expect(made(text)).toMatchObject({ runs: ofRuns, versions: ofVersions })
    expect(made(text).found.asked.length > 0).toBe(ofRuns.length + ofVersions.length > 0)
  })

  const impact = (text: string, more: Partial<LineageRecords> = {}): LineageGraph => {
    const { found } = made(text)
    const named = found.versions.map((version) => ({ ...version, aliases: [] }))
    return lineageGraph({ ...found, versions: named, evidence: new Map(), serving: [], ...more })
  }

  test('is a tree for a terminal, down to what serves', () => {
    const graph = impact('dataset:april@1', { serving: [serving('flights@4', 'flights-production')] })

    expect(impactTrees(graph).map(textTree).join('\n')).toMatchInlineSnapshot(`
      "dataset april@1  1 file, 24.8 MB, 27564 rows
      ├─ run r-1  succeeded in 3 min 20 s, auc=0.8903 logLoss=0.3308
      │  └─ flights@1  registered 2026-04-02 08:15, by ada
      │     └─ flights@3  registered 2026-04-02 08:15, by ada
      │        └─ flights@4  registered 2026-04-02 08:15, by ada
      │           └─ serves at flights-production  stable, 90 % of the requests, healthy
      ├─ run r-2  succeeded in 3 min 20 s, auc=0.8903 logLoss=0.3308
      └─ flights@5  registered 2026-04-02 08:15, by ada"
    `)
  })

  test('draws of a run only what was asked for', () => {
    expect(new Set(impact('commit:4f2a91c').nodes.map(({ kind }) => kind))).toEqual(
      new Set(['commit', 'run', 'version']),
    )
  })

  test('many runs that became nothing are one node', () => {
    const many = Array.from({ length: 40 }, (_, n) => aRun(`r-m${n}`, n === 0 ? { state: 'failed' } : {}))
    const found = madeOf({ kind: 'commit', commit: '4f2a91c' }, { ...all, runs: [...runs, ...many] })
    const named = found.versions.map((version) => ({ ...version, aliases: [] }))
    const graph = lineageGraph({ ...found, versions: named, evidence: new Map(), serving: [] })

    expect(graph.nodes.filter(({ kind }) => kind === 'run')).toHaveLength(3)
    expect(graph.nodes.find(({ title }) => title === '40 more runs')?.details).toEqual([
      'which became no version',
      '1 failed, 39 succeeded',
    ])
  })
})
