import { describe, expect, test } from 'vitest'
import type { CriterionResult } from '../../core/records/verdict.ts'
import { seededRandom } from '../../core/stats/random.ts'
import { failureOf, gate } from '../main/bench.ts'
import { aComparison, byFiles, criteriaFile } from './a-comparison.ts'

const random = seededRandom(12)
/** 60 users with 10 rows each. A model is right about a user or not, on all rows of the user. */
const users = Array.from({ length: 60 }, (_, user) => ({
  name: `u${user}`,
  champion: random() < 0.85,
  candidate: random() < 0.85,
}))
const rows = users.flatMap((user) => Array.from({ length: 10 }, (_, at) => ({ ...user, id: `${user.name}-${at}` })))
const data = (more: (row: (typeof rows)[number], at: number) => string, head: string) =>
  [`id,y,${head}`, ...rows.map((row, at) => `${row.id},1,${more(row, at)}`)].join('\n')
const says = (side: 'champion' | 'candidate') =>
  ['id,prediction', ...rows.map((row) => `${row.id},${row[side] ? 1 : 0}`)].join('\n')
const asked = [{ metric: 'accuracy', absolute: { min: 0.5 }, vsChampion: { nonInferior: 0.02 } }]

async function judged(columns: object, file: string) {
  await using bench = await aComparison({
    'criteria.yml': criteriaFile(asked, columns),
    'data.csv': file,
    'champion.csv': says('champion'),
    'candidate.csv': says('candidate'),
  })
  const host = await bench.run(gate, byFiles)
  return { host, results: JSON.parse(host.outputs.get('results') ?? '[]') as readonly CriterionResult[] }
}

describe('clusters', () => {
  const file = data(({ name }) => name, 'user')

  test('make an interval wider than independent rows would', async () => {
    const naive = await judged({}, file)
    const robust = await judged({ cluster: 'user' }, file)

    const width = ({ results: [, one] }: typeof naive) => (one?.interval?.high ?? 0) - (one?.interval?.low ?? 0)
    // Rows of one user say the same: √10 times as wide.
    expect(width(robust) / width(naive)).toBeGreaterThan(2.9)
    expect(robust.results[1]?.difference).toBeCloseTo(naive.results[1]?.difference ?? 0, 12)
  })

  test('without a name are an error with their lines', async () => {
    const { host } = await judged({ cluster: 'user' }, file.replace('u0-1,1,u0', 'u0-1,1,'))

    expect(host.outputs.get('verdict')).toBe('error')
    expect(failureOf(host)).toMatch(/user "" \(in [^)]*data\.csv:3\) names no cluster/)
  })
})

describe('what the rows count for', () => {
  const file = data(({ name }, at) => `${name},${1 + (at % 3)}`, 'user,w')

  test('stands in sentence, result, evidence and summary', async () => {
    const { host, results } = await judged({ cluster: 'user', weight: 'w' }, file)

    const [first] = results
    expect(first).toMatchObject({ n: 600, clusters: 60 })
    // The weights repeat for every user, with a small rest.
    expect(first?.effective).toBeGreaterThan(59.8)
    expect(first?.effective).toBeLessThan(60)
    expect(first?.sentence).toContain('(600 rows in 60 clusters, worth 59 independent ones')
    expect(host.summaryText).toMatch(/600 rows of `data.csv` \(`[^`]*`\) in 60 clusters by `user`, weighted by `w`,/)
  })

  test('is asked for where rows repeat each other in all features', async () => {
    const repeated = data(({ name, champion }) => `${name.length},${champion},${name}`, 'a,b,c')

    const { host } = await judged({}, repeated)
    const { host: named } = await judged({ cluster: 'c' }, repeated)

    expect(host.text).toMatch(/540 rows \(90 %\) of the evaluation data repeat another in all 3 features/)
    expect(named.text).not.toMatch(/repeat another/)
  })
})

describe('weights', () => {
  const file = data(({ candidate }, at) => String(candidate ? 1 + (at % 3) : 0.5), 'w')

  test('move the estimate to what the heavy rows say', async () => {
    const plain = await judged({}, file)
    const weighted = await judged({ weight: 'w' }, file)

    const mass = (of: (row: (typeof rows)[number]) => boolean) =>
      rows.reduce((sum, row, at) => sum + (of(row) ? (row.candidate ? 1 + (at % 3) : 0.5) : 0), 0)
    expect(weighted.results[0]?.candidate).toBeCloseTo(mass((row) => row.candidate) / mass(() => true), 12)
    expect(weighted.results[0]?.candidate).toBeGreaterThan(plain.results[0]?.candidate ?? 1)
  })

  test.each([
    ['zero', '0', /w "0" \(in [^)]*data\.csv:3\) is a weight that is not above 0/],
    ['negative', '-2', /w "-2" \(in [^)]*data\.csv:3\) is a weight that is not above 0/],
    ['missing', '', /w .*\(in [^)]*data\.csv:3\)/],
    ['no number', 'much', /w "much" \(in [^)]*data\.csv:3\)/],
  ])('that are %s are an error with their line', async (_, value, words) => {
    const lines = file.split('\n')
    lines[2] = `${lines[2]?.split(',').slice(0, 2).join(',')},${value}`

    const { host } = await judged({ weight: 'w' }, lines.join('\n'))

    expect(host.outputs.get('verdict')).toBe('error')
    expect(failureOf(host)).toMatch(words)
  })
})
