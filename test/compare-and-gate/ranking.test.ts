import { describe, expect, test } from 'vitest'
import { criteriaShape } from '../../core/compare-and-gate/criteria.ts'
import { decide } from '../../core/compare-and-gate/decide.ts'
import type { Facts } from '../../core/compare-and-gate/facts.ts'
import { subset } from '../../core/compare-and-gate/facts.ts'
import { planOf } from '../../core/compare-and-gate/plan/plan.ts'
import { normalDraw, seededRandom } from '../../core/stats/random.ts'
import { failureOf, gate } from '../main/bench.ts'
import { aComparison, byFiles } from './a-comparison.ts'

const data = { file: 'lists.csv', id: 'id', label: 'relevance', query: 'list' }
const ndcg = { metric: 'ndcg', k: 10, vsChampion: { nonInferior: 0.02 } }

const criteriaOf = (criteria: readonly object[], more: object = {}) =>
  criteriaShape.parse({ version: 1, data, criteria, ...more })

/** Lists of eight rows; every tenth list has nothing relevant. Scores are the truth with so much noise. */
function lists(count: number, noise: { readonly candidate: number; readonly champion: number }): Facts {
  const random = seededRandom(count)
  const rows = count * 8
  const queries = Int32Array.from({ length: rows }, (_, row) => Math.floor(row / 8))
  const labels = Float64Array.from(queries, (query) => (query % 10 === 9 ? 0 : Math.floor(3 * random())))
  const scores = (spread: number) => ({ values: labels.map((label) => label + spread * normalDraw(random)) })
  return { labels, queries, candidate: scores(noise.candidate), champion: scores(noise.champion) }
}

describe('metrics that rank the rows of a query', () => {
  test('count queries and not rows, and say which do not count', () => {
    const verdict = decide(criteriaOf([ndcg]), lists(200, { candidate: 0.5, champion: 1.5 }))

    expect(verdict.kind).toBe('pass')
    expect(verdict.results[0]).toMatchObject({
      criterion: 'ndcg@10 not worse by ≥ 0.02',
      metric: 'ndcg@10',
      direction: 'higher',
      n: 180,
      unit: 'query',
    })
    expect(verdict.results[0]?.sentence).toMatch(
      /^NDCG@10 is 0\.\d+ better .* \(180 queries of 1,600 rows; 20 queries without a relevant row do not count\.\)$/,
    )
  })

  test('fail a model that ranks worse', () => {
    const facts = lists(200, { candidate: 1.5, champion: 0.5 })
    const all = ['ndcg', 'mrr', 'map', 'hitAtK', 'recallAtK', 'precisionAtK'].map((metric) => ({
      metric,
      ...(['ndcg', 'mrr', 'map'].includes(metric) ? {} : { k: 1 }),
      vsChampion: { nonInferior: 0.01 },
    }))

    const { results } = decide(criteriaOf(all), facts)

    expect(results.map(({ kind }) => kind)).toEqual(all.map(() => 'fail'))
    expect(results.map(({ metric }) => metric)).toEqual(['ndcg', 'mrr', 'map', 'hit@1', 'recall@1', 'precision@1'])
  })

  test('are inconclusive on few queries, and say how many queries and rows would decide', () => {
    const verdict = decide(criteriaOf([ndcg]), lists(20, { candidate: 0.9, champion: 1 }))

    expect(verdict.kind).toBe('inconclusive')
    const [result] = verdict.results
    expect(result?.sentence).toMatch(/about [\d,]+ would\. \(18 queries of 160 rows;/)
    // 160 rows have 18 queries that count.
    expect(verdict.needed).toBe(Math.ceil(((result?.needed ?? 0) * 160) / 18))
  })

  test('prove two equal rankings equal within what so many queries can show', () => {
    const facts = lists(400, { candidate: 1, champion: 1 })
    const same = { ...facts, champion: facts.candidate }

    expect(decide(criteriaOf([ndcg]), same).kind).toBe('pass')
    const few = subset(
      same,
      Array.from({ length: 160 }, (_, row) => row),
    )
    expect(decide(criteriaOf([ndcg]), few).kind).toBe('inconclusive')
    const share = { ...ndcg, vsChampion: { nonInferior: '2%' } }
    expect(decide(criteriaOf([share]), few).kind).toBe('inconclusive')
  })

  test.each([
    ['one query', 1, 'because there are too few queries'],
    ['no query with a relevant row', 0, 'because there are too few queries'],
  ])('are inconclusive on %s', (_, relevant, words) => {
    const labels = Float64Array.of(0, relevant, 0)
    const values = { values: Float64Array.of(1, 2, 3) }
    const facts = { labels, queries: new Int32Array(3), candidate: values, champion: values }

    const { kind, reasons } = decide(criteriaOf([ndcg]), facts)

    expect(kind).toBe('inconclusive')
    expect(reasons[1]).toContain(words)
  })

  test('count users, where these have several lists each', () => {
    const facts = lists(200, { candidate: 0.5, champion: 1.5 })
    const clusters = (lists: number) => facts.queries?.map((query) => Math.floor(query / lists))

    const many = decide(criteriaOf([ndcg]), { ...facts, clusters: clusters(5) })
    const few = decide(criteriaOf([ndcg]), { ...facts, clusters: clusters(50) })

    expect(many.kind).toBe('pass')
    expect(few.kind).toBe('inconclusive')
    expect(few.reasons[1]).toMatch(/because .* fewer than ten/)
  })

  test('are sliced by whole queries, and a slice is as large as its queries', () => {
    const facts = lists(100, { candidate: 1.5, champion: 0.3 })
    const half = Array.from({ length: 800 }, (_, row) => row)
    const small = half.splice(-72)
    const slices = [[{ names: ['site = a', 'site = b'], rows: [half, small] }]]
    const slicing = { by: ['site'], metric: 'ndcg', k: 5, noHarm: 0.01 }

    const verdict = decide(criteriaOf([ndcg], { slices: [slicing] }), { ...facts, slices })

    expect(verdict.slices?.results).toMatchObject([
      { slice: 'site = a', n: 82, unit: 'query', kind: 'harmed' },
      { slice: 'site = b', n: 8, unit: 'query', kind: 'inconclusive', needed: 30 },
    ])
    expect(verdict.reasons.at(-1)).toContain('where site = a')
    expect(verdict.reasons.at(-1)).toContain('on 82 queries')
  })

  test('are planned in queries', () => {
    const assumptions = {
      power: 0.8,
      discordances: [0.1],
      differences: [0.05],
      slices: 1,
      groups: 2,
      rates: [0.5],
      pilot: [],
    }
    const hit = { metric: 'hitAtK', k: 3, vsChampion: { nonInferior: 0.02 } }

    expect(planOf(criteriaOf([hit]), assumptions)).toMatchObject([
      { criterion: 'hit@3 not worse by ≥ 0.02', note: 'queries with a relevant row' },
    ])
  })
})

test.each([
  ['ndcg without a column of queries', { query: undefined }, ndcg, 'give data.query'],
  ['a column of queries that no metric looks at', {}, { metric: 'mae', absolute: { max: 1 } }, 'no metric ranks'],
  ['hitAtK without k', {}, { metric: 'hitAtK', absolute: { min: 0.1 } }, 'needs k for hitAtK'],
  ['map with k', {}, { metric: 'map', k: 3, absolute: { min: 0.1 } }, 'which map does not look at'],
])('%s is refused', (_, other, criterion, words) => {
  const read = criteriaShape.safeParse({ version: 1, data: { ...data, ...other }, criteria: [criterion] })

  expect(read.error?.issues.map(({ message }) => message).join()).toContain(words)
})

describe('beside metrics of two classes', () => {
  const mixed = [{ metric: 'accuracy', vsChampion: { nonInferior: 0.05 } }, ndcg]

  test('the last class is relevant, rows are ranked by its probability, and the rows of a query are a cluster', () => {
    const { labels, queries, candidate } = lists(200, { candidate: 0.5, champion: 1 })
    const side = (at: number) => {
      const probabilities = labels.map((label, row) => ((row + at) % 9 === 0 ? 0.5 : label > 0 ? 0.8 : 0.3))
      return { probabilities, classes: probabilities.map((p) => (p >= 0.5 ? 1 : 0)) }
    }
    const facts = { labels: labels.map((label) => (label > 0 ? 1 : 0)), queries, candidate: side(0), champion: side(4) }
    expect(candidate.values).toHaveLength(1600)

    const { results } = decide(criteriaOf(mixed), facts)
    const byClusters = decide(
      criteriaShape.parse({
        version: 1,
        data: { ...data, query: undefined, cluster: 'list' },
        criteria: mixed.slice(0, 1),
      }),
      { ...facts, queries: undefined, clusters: queries },
    )
    const values = ({ probabilities }: ReturnType<typeof side>) => ({ values: probabilities })
    const ranked = decide(criteriaOf([ndcg]), { ...facts, candidate: values(side(0)), champion: values(side(4)) })

    expect(results[0]).toMatchObject({ metric: 'accuracy', n: 1600, clusters: 200 })
    expect(results[0]).toEqual(byClusters.results[0])
    expect(results[1]).toEqual(ranked.results[0])
  })

  test('of three classes is refused: which of them is relevant nobody says', () => {
    const classes = ['0', '1', '2']

    const read = criteriaShape.safeParse({ version: 1, data: { ...data, classes }, criteria: mixed })

    expect(read.error?.issues).toMatchObject([
      { path: ['criteria', 1, 'metric'], message: expect.stringContaining('there must be two of these') as string },
    ])
  })
})

test('weights of queries move the metric, and the result says what the queries are worth', () => {
  const facts = lists(200, { candidate: 0.5, champion: 1.5 })
  const weights = facts.labels.map((_, row) => 1 + (Math.floor(row / 8) % 3))

  const { results } = decide(criteriaOf([ndcg]), { ...facts, weights })

  const [result] = results
  expect(result).toMatchObject({ n: 180, unit: 'query', effective: expect.closeTo(154.3, 0) as number })
  expect(result?.sentence).toContain('(180 queries of 1,600 rows, worth 154 of equal weight;')
  expect(result?.candidate).not.toBe(decide(criteriaOf([ndcg]), facts).results[0]?.candidate)
})

describe('a gate of lists', () => {
  const random = seededRandom(3)
  const rows = Array.from({ length: 600 }, (_, row) => ({
    id: `r${row}`,
    list: `q${Math.floor(row / 6)}`,
    relevance: Math.floor(3 * random()),
    site: row < 300 ? 'north' : 'south',
    place: row % 2,
    heavy: 1 + (row % 2),
    clicked: row % 7 === 0 ? 'yes' : 'no',
    worth: 1 + (Math.floor(row / 6) % 3),
  }))
  const csv = (lines: readonly (readonly (string | number)[])[]) => lines.map((line) => line.join(',')).join('\n')
  const lists = csv([
    ['id', 'list', 'relevance', 'site', 'place', 'heavy', 'clicked', 'worth'],
    ...rows.map(({ id, list, relevance, site, place, heavy, clicked, worth }) => [
      id,
      list,
      relevance,
      site,
      place,
      heavy,
      clicked,
      worth,
    ]),
  ])
  const scores = (column: string, noise: number) =>
    csv([['id', column], ...rows.map(({ id, relevance }) => [id, relevance + noise * normalDraw(random)])])
  const files = (more: object = {}) => ({
    'lists.csv': lists,
    'candidate.csv': scores('score', 0.2),
    'champion.csv': scores('prediction', 1),
    'criteria.yml': JSON.stringify({ version: 1, data, criteria: [ndcg], ...more }),
  })

  test('passes a better ranking, by a column of scores', async () => {
    await using bench = await aComparison(files({ slices: [{ by: ['site'], metric: 'ndcg', k: 10, noHarm: 0.05 }] }))

    const host = await bench.run(gate, byFiles)

    expect(host.outputs.get('verdict')).toBe('pass')
    expect(host.summaryText).toContain('ndcg\\@10 not worse by ≥ 0.02')
    expect(host.summaryText).toMatch(/\d+ queries/)
  })

  test.each([
    ['a slice that cuts queries', { slices: [{ by: ['place'], metric: 'map', noHarm: 0.1 }] }, /two slices/],
    [
      'weights that cut queries, and names the query',
      { data: { ...data, weight: 'heavy' } },
      /list "q0" \(in \S+lists\.csv:3\) is a query whose rows weigh 1 and 2;/,
    ],
    ['clusters that cut queries', { data: { ...data, cluster: 'place' } }, /two clusters/],
    ['a column of queries that is missing', { data: { ...data, query: 'search' } }, /search/],
  ])('refuses %s', async (_, more, words) => {
    await using bench = await aComparison(files(more))

    const host = await bench.run(gate, byFiles)

    expect(host.outputs.get('verdict')).toBe('error')
    expect(failureOf(host)).toMatch(words)
  })

  test('judges classes and rankings of one prediction file, with a weight for each query', async () => {
    const said = (every: number) =>
      csv([
        ['id', 'probability'],
        ...rows.map(({ id, clicked }, row) => [id, (clicked === 'yes') === row % every > 0 ? 0.7 : 0.2]),
      ])
    const mixed = { ...data, label: 'clicked', classes: ['no', 'yes'], weight: 'worth' }
    await using bench = await aComparison({
      ...files({
        data: mixed,
        criteria: [
          { metric: 'recall', absolute: { min: 0.5 } },
          { ...ndcg, absolute: { min: 0.5 } },
        ],
      }),
      'candidate.csv': said(50),
      'champion.csv': said(5),
      'classes.csv': csv([['id', 'prediction'], ...rows.map(({ id }) => [id, 'no'])]),
    })

    const host = await bench.run(gate, byFiles)
    const silent = await bench.run(gate, { ...byFiles, candidatePredictions: 'classes.csv' })

    expect(JSON.parse(host.outputs.get('results') ?? '')).toMatchObject([
      { metric: 'recall', kind: 'pass', n: 600, clusters: 100 },
      { metric: 'ndcg@10', kind: 'pass', unit: 'query', bound: 0.5 },
      { metric: 'ndcg@10', kind: 'pass', unit: 'query', margin: 0.02 },
    ])
    expect(host.outputs.get('verdict')).toBe('pass')
    expect(failureOf(silent)).toContain('ndcg@10 needs a probability')
  })

  test('refuses a negative relevance and a row without a query, with their lines', async () => {
    const wrong = lists.replace('r1,q0,', 'r1,,')
    const negative = lists.replace(/r2,q0,\d/, 'r2,q0,-1')
    for (const [text, words] of [
      [wrong, /names no query/],
      [negative, /-1[^]*is no relevance/],
    ] as const) {
      await using bench = await aComparison({ ...files(), 'lists.csv': text })

      const host = await bench.run(gate, byFiles)

      expect(host.outputs.get('verdict')).toBe('error')
      expect(failureOf(host)).toMatch(words)
    }
  })
})
