import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { criteriaShape } from '../../core/compare-and-gate/criteria.ts'
import { decide } from '../../core/compare-and-gate/decide.ts'
import { digestFile } from '../../core/engines/code/digest.ts'
import type { GatePredicate, Statement } from '../../core/records/evidence.ts'
import { bcaInterval } from '../../core/stats/bca.ts'
import { normalDraw, seededRandom } from '../../core/stats/random.ts'
import { type Bench, failureOf, gate } from '../main/bench.ts'
import { aComparison, byFiles } from './a-comparison.ts'

const data = { file: 'x.csv', id: 'id', label: 'y' }
const revenue = { name: 'revenue', column: 'revenue', direction: 'higher' }
const notWorse = { vsChampion: { nonInferior: 0.2 } }

const criteriaOf = (criteria: readonly object[], more: object = {}) =>
  criteriaShape.parse({ version: 1, data, criteria, ...more })

/** What each row earns with either model: the candidate so much more. */
function earning(rows: number, gain: number) {
  const random = seededRandom(5)
  const shared = Float64Array.from({ length: rows }, () => 3 + normalDraw(random))
  const side = (more: number) => ({
    customs: { revenue: shared.map((value) => value + more + 0.3 * normalDraw(random)) },
  })
  return { labels: new Float64Array(rows), candidate: side(gain), champion: side(0) }
}

describe('a metric of one’s own', () => {
  test.each([
    ['higher', 0.5, 'pass'],
    ['higher', -0.5, 'fail'],
    ['lower', 0.5, 'fail'],
    ['lower', -0.5, 'pass'],
  ])('that is better when %s: a difference of %d is a %s', (direction, gain, kind) => {
    const asked = criteriaOf([{ metric: 'custom', custom: { ...revenue, direction }, ...notWorse }])

    const verdict = decide(asked, earning(200, gain))

    expect(verdict.kind).toBe(kind)
    expect(verdict.results[0]).toMatchObject({
      criterion: 'revenue not worse by ≥ 0.2',
      metric: 'revenue',
      direction,
      n: 200,
    })
    expect(Math.sign(verdict.results[0]?.difference ?? 0)).toBe(Math.sign(gain))
  })

  test('has slices, and several of them stand in one file', () => {
    const facts = earning(200, 0.5)
    const harmed = facts.candidate.customs.revenue.map((value, row) => (row < 60 ? value - 2 : value))
    const regret = { name: 'regret', column: 'regret', direction: 'lower' }
    const slices = [
      [
        {
          names: ['site = a', 'site = b'],
          rows: [60, 140].map((size, at) => Array.from({ length: size }, (_, row) => row + 60 * at)),
        },
      ],
    ]
    const asked = criteriaOf([{ metric: 'custom', custom: regret, absolute: { max: 4 } }], {
      slices: [{ by: ['site'], metric: 'custom', custom: revenue, noHarm: 0.1 }],
    })
    const side = (values: Float64Array) => ({ customs: { revenue: values, regret: values } })

    const verdict = decide(asked, {
      ...facts,
      slices,
      candidate: side(harmed),
      champion: side(facts.champion.customs.revenue),
    })

    expect(verdict.results[0]).toMatchObject({ criterion: 'regret ≤ 4', kind: 'pass' })
    expect(verdict.slices?.results.map(({ slice, kind }) => [slice, kind])).toEqual([
      ['site = a', 'harmed'],
      ['site = b', 'no harm shown'],
    ])
  })
})

test.each([
  ['custom without a description', { metric: 'custom', absolute: { min: 0 } }, 'needs custom'],
  ['a description beside another metric', { metric: 'mae', custom: revenue, absolute: { max: 1 } }, 'asks for mae'],
  ['no direction', { metric: 'custom', custom: { name: 'x', column: 'x' }, absolute: { min: 0 } }, 'Invalid option'],
  [
    'neither column nor module',
    { metric: 'custom', custom: { name: 'x', direction: 'lower' }, absolute: { max: 0 } },
    'give one of',
  ],
  [
    'column and module',
    { metric: 'custom', custom: { ...revenue, module: 'x.mjs' }, absolute: { min: 0 } },
    'give one of',
  ],
  [
    'the name of a known metric',
    { metric: 'custom', custom: { ...revenue, name: 'auc' }, absolute: { min: 0 } },
    'already',
  ],
  ['a bound that a worse model keeps', { metric: 'custom', custom: revenue, absolute: { max: 0 } }, 'higher is better'],
  ['an unknown key', { metric: 'custom', custom: { ...revenue, kinde: 'x' }, absolute: { min: 0 } }, 'kinde'],
  ['k', { metric: 'custom', custom: revenue, k: 3, absolute: { min: 0 } }, 'does not look at'],
])('%s is refused', (_, criterion, words) => {
  const read = criteriaShape.safeParse({ version: 1, data, criteria: [criterion] })

  expect(JSON.stringify(read.error?.issues)).toContain(words)
})

test('two metrics of one name are refused', () => {
  const criteria = ['higher', 'lower'].map((direction) => ({
    metric: 'custom',
    custom: { ...revenue, direction },
    ...notWorse,
  }))

  const read = criteriaShape.safeParse({ version: 1, data, criteria })

  expect(read.error?.issues[0]?.message).toBe('describe two metrics as revenue')
})

/** The files of a YAML or JavaScript example in the page about the gate, by the words in its first line. */
async function fromPage(language: string, words: string): Promise<string> {
  const page = await readFile('docs/gate.md', 'utf8')
  const blocks = [...page.matchAll(/```(\w+)\n([^]*?)```/g)].filter(([, of]) => of === language)
  return blocks.map(([, , text = '']) => text).find((text) => text.includes(words)) ?? ''
}

describe('a module', () => {
  const random = seededRandom(9)
  const rows = Array.from({ length: 300 }, (_, row) => ({
    id: `r${row}`,
    bought: row % 3 === 0 ? 'yes' : 'no',
    price: 5 + (row % 7),
    site: row % 2 === 0 ? 'north' : 'south',
  }))
  const csv = (header: string, lines: readonly string[]) => [header, ...lines].join('\n')
  const said = (right: number) =>
    csv(
      'id,probability',
      rows.map(({ id, bought }) => {
        const isRight = random() < right
        return `${id},${(bought === 'yes') === isRight ? 0.8 : 0.1}`
      }),
    )
  const files = async (module?: string) => ({
    'shop.csv': csv(
      'id,bought,price,site',
      rows.map(({ id, bought, price, site }) => `${id},${bought},${price},${site}`),
    ),
    'criteria.yml': await fromPage('yaml', 'revenue.mjs'),
    'metrics/revenue.mjs': module ?? (await fromPage('js', 'export default')),
    'candidate.csv': said(0.95),
    'champion.csv': said(0.7),
  })
  const evidenceOf = (bench: Bench) =>
    bench.look(async ({ models, evidence }) => {
      const { files: tree } = await models.version('kettle', 2)
      const [record] = await evidence.about(tree.digest, 'gate')
      return (await evidence.read(record?.id ?? 'sha256:')) as Statement<GatePredicate>
    })

  test('makes the values of both sides, and its digest is in the evidence: the example of the page', async () => {
    await using bench = await aComparison(await files())

    const host = await bench.run(gate, byFiles)

    expect(host.outputs.get('verdict'), failureOf(host)).toBe('pass')
    const { predicate } = await evidenceOf(bench)
    const path = join(bench.folder, 'metrics/revenue.mjs')
    expect(predicate.criteria.customs).toEqual([
      { name: 'revenue', module: 'metrics/revenue.mjs', digest: (await digestFile(path)).digest },
    ])
    expect(predicate.verdict.results[0]).toMatchObject({ metric: 'revenue', n: 300 })
    expect(predicate.verdict.results[0]?.difference).toBeGreaterThan(0)
  })

  const good =
    'export default ({ ids, predictions }) => ids.map((_, row) => (predictions[row] === "yes" ? 1 : row % 5))'

  test('may print, change its copy of the rows, and leave a timer behind', async () => {
    const loud = `${good.replace('export default', 'const metric =')}
      export default (rows) => {
        console.log('{"candidate": [1]}'); process.stdout.write('no line'); console.error('::error::x')
        setInterval(() => {}, 1000)
        const values = metric(rows); rows.ids.length = 0; return values
      }`
    await using bench = await aComparison(await files(loud))

    const host = await bench.run(gate, { ...byFiles, onFail: 'warn', onInconclusive: 'warn' })

    expect(['pass', 'fail', 'inconclusive']).toContain(host.outputs.get('verdict'))
  })

  test('sees labels, predictions, probabilities and the asked columns, and no secret of the step', async () => {
    const curious = `import { writeFileSync } from 'node:fs'
      let calls = 0
      export default async (rows) => {
        calls += 1
        const { ids, ...rest } = rows
        const first = Object.fromEntries(Object.entries(rest).map(([key, list]) => [key, list[0] ?? list.price?.[0]]))
        writeFileSync('seen.json', JSON.stringify({ calls, first, keys: Object.keys(rows), env: Object.keys(process.env) }))
        return Float32Array.from(ids, (_, row) => row % 5)
      }`
    await using bench = await aComparison(await files(curious))

    await bench.run(gate, { ...byFiles, onInconclusive: 'warn' }, { env: { INPUT_SECRET: 'x', MY_TOKEN: 'y' } })

    const seen = JSON.parse(await readFile(join(bench.folder, 'seen.json'), 'utf8')) as Record<string, unknown>
    // Both sides in one process.
    expect(seen.calls).toBe(2)
    expect(seen.keys).toEqual(['ids', 'labels', 'predictions', 'probabilities', 'columns'])
    expect(seen.first).toMatchObject({ labels: 'yes', columns: 5 })
    expect(seen.env).not.toContain('INPUT_SECRET')
    expect(seen.env).not.toContain('MY_TOKEN')
  })

  test.each([
    ['throws', 'export default () => {\n  throw new Error("no price")\n}', /revenue\.mjs[^]*line 2|revenue\.mjs:2/],
    ['is no JavaScript', 'export default () => {\n  return [\n', /revenue\.mjs[^]*SyntaxError/],
    ['has no default export', 'export const metric = 1', /no function as its default export/],
    [
      'says NaN',
      'export default ({ ids }) => ids.map((_, row) => (row === 3 ? NaN : 1))',
      /says NaN for row r3 of the candidate/,
    ],
    ['says texts', 'export default ({ ids }) => ids.map(() => "1")', /says 1 for row r0/],
    [
      'forgets rows',
      'export default ({ ids }) => ids.slice(1).map(() => 1)',
      /returns 299 values for the candidate, and there are 300 rows/,
    ],
    ['returns one number', 'export default () => 1', /no list of numbers[^]*but number/],
    ['ends the process', 'export default () => process.exit(0)', /ended before it returned anything/],
  ])('that %s is an error that says where', async (_, module, words) => {
    await using bench = await aComparison(await files(module))

    const host = await bench.run(gate, byFiles)

    expect(host.outputs.get('verdict')).toBe('error')
    expect(failureOf(host)).toMatch(words)
    expect(failureOf(host)).toContain('revenue')
  })

  const ratio = `export default ({ labels, predictions, columns }) => {
      let [earned, offers] = [0, 0]
      for (const [row, said] of predictions.entries()) {
        if (said === 'no') continue
        offers += 1
        earned += labels[row] === 'yes' ? columns.price[row] : 0
      }
      return earned / offers
    }`
  const wholeCriteria = JSON.stringify({
    version: 1,
    data: { file: 'shop.csv', id: 'id', label: 'bought', classes: ['no', 'yes'] },
    criteria: [
      {
        metric: 'custom',
        custom: {
          name: 'perOffer',
          kind: 'whole',
          module: 'metrics/revenue.mjs',
          columns: { price: 'number' },
          direction: 'higher',
        },
        absolute: { min: 1 },
        vsChampion: { superior: 0 },
      },
    ],
  })

  test('may return one number for all rows, which is jackknifed', async () => {
    await using bench = await aComparison({ ...(await files(ratio)), 'criteria.yml': wholeCriteria })

    const host = await bench.run(gate, byFiles)

    expect(host.outputs.get('verdict'), failureOf(host)).toBe('pass')
    const [bound, compared] = (await evidenceOf(bench)).predicate.verdict.results
    const earned = (column: string) => {
      const said = new Map(column.split('\n').map((line) => line.split(',') as [string, string]))
      const offers = rows.filter(({ id }) => said.get(id) === '0.8')
      return offers.reduce((sum, { bought, price }) => sum + (bought === 'yes' ? price : 0), 0) / offers.length
    }
    const [candidate, champion] = await Promise.all(
      ['candidate.csv', 'champion.csv'].map(async (name) => earned(await readFile(join(bench.folder, name), 'utf8'))),
    )
    expect(bound?.candidate).toBeCloseTo(candidate ?? 0, 9)
    expect(compared?.champion).toBeCloseTo(champion ?? 0, 9)
    expect(compared?.n).toBe(300)
  })

  test('that returns one number is asked on each slice too, in the same process, and gets the weights of the rows', async () => {
    const all = await files(
      ratio
        .replace('({ labels,', '({ weights, labels,')
        .replace('offers += 1', 'offers += weights[row]')
        .replace('? columns', '? weights[row] * columns'),
    )
    const weighted = all['shop.csv']
      .split('\n')
      .map((line, at) => `${line},${at === 0 ? 'w' : at % 4 === 0 ? 3 : 1}`)
      .join('\n')
    const whole = JSON.parse(wholeCriteria) as { data: object; criteria: readonly [{ custom: object }] }
    const { custom } = whole.criteria[0]
    const sliced = {
      ...whole,
      data: { ...whole.data, weight: 'w' },
      slices: [{ by: ['site'], metric: 'custom', custom, noHarm: 0.01 }],
    }
    await using bench = await aComparison({ ...all, 'shop.csv': weighted, 'criteria.yml': JSON.stringify(sliced) })

    const host = await bench.run(gate, byFiles)

    expect(host.outputs.get('verdict'), failureOf(host)).toBe('pass')
    const { results, slices } = (await evidenceOf(bench)).predicate.verdict
    const said = await readFile(join(bench.folder, 'candidate.csv'), 'utf8')
    const isOffered = said.split('\n').map((line) => line.endsWith(',0.8'))
    const earned = (site: string | undefined) => {
      const offers = rows
        .map((row, at) => ({ ...row, at, weight: (at + 1) % 4 === 0 ? 3 : 1 }))
        .filter((row) => isOffered[row.at + 1] === true && (site === undefined || row.site === site))
      const sum = (of: (row: (typeof offers)[number]) => number) => offers.reduce((all, row) => all + of(row), 0)
      return sum((row) => (row.bought === 'yes' ? row.weight * row.price : 0)) / sum((row) => row.weight)
    }
    expect(results[0]?.candidate).toBeCloseTo(earned(undefined), 9)
    for (const site of ['north', 'south']) {
      const slice = slices?.results.find(({ slice: name }) => name === `site = ${site}`)
      expect(slice?.candidate).toBeCloseTo(earned(site), 9)
      expect(slice).toMatchObject({ n: 150, kind: 'no harm shown' })
    }
    // Both sides, on all rows and two slices, once and without each part: weights of 1 and 3 are worth less than the rows.
    expect(host.text).toMatch(/the metric perOffer is called 9\d\d times: on all rows and 2 slices/)
  })

  test('that returns one number may be resampled, by the generator of the tool itself', async () => {
    const median = `export default ({ columns }) => {
      const sorted = columns.price.toSorted((a, b) => a - b)
      return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2
    }`.replace('columns.price.toSorted(', '[...columns.price].sort(')
    const whole = JSON.parse(wholeCriteria) as { criteria: readonly [{ custom: object }] }
    const custom = { ...whole.criteria[0].custom, interval: 'bca' }
    const criteria = [{ metric: 'custom', custom, absolute: { min: 7 } }]
    await using bench = await aComparison({
      ...(await files(median)),
      'criteria.yml': JSON.stringify({ ...whole, criteria }),
    })

    const host = await bench.run(gate, byFiles)

    const [result] = (await evidenceOf(bench)).predicate.verdict.results
    const prices = rows.map(({ price }) => price)
    const statistic = (places: ArrayLike<number>) => {
      const sorted = Array.from(places, (place) => prices[place] ?? Number.NaN).toSorted((a, b) => a - b)
      return ((sorted[(sorted.length - 1) >> 1] ?? 0) + (sorted[sorted.length >> 1] ?? 0)) / 2
    }
    // No price is left out so often that the median changes: the jackknife says nothing.
    const { lower, upper } = bcaInterval({ n: rows.length, statistic, seed: 1 }, 0.05)
    expect(result, failureOf(host)).toMatchObject({ candidate: 8, interval: { low: lower, high: upper } })
    expect(host.text).toContain('the metric perOffer is called 4,402 times: on all rows, and without each part of them')
    expect(host.text).toContain('and on 2,000 resamples')
  })

  test('that has no value for a part of the rows is refused', async () => {
    const module = 'export default ({ ids }) => (ids.includes("r7") ? 1 : NaN)'
    await using bench = await aComparison({ ...(await files(module)), 'criteria.yml': wholeCriteria })

    const host = await bench.run(gate, byFiles)

    expect(failureOf(host)).toContain('says NaN of a part of the rows for the candidate')
  })

  test('that never ends is stopped at the time limit', async () => {
    await using bench = await aComparison(await files('export default () => { for (;;) {} }'))

    const host = await bench.run(gate, { ...byFiles, timeout: '3s' })

    expect(host.outputs.get('verdict')).toBe('error')
    expect(failureOf(host)).toContain('the metric revenue (metrics/revenue.mjs)')
  })

  test.each([
    ['is missing', 'metrics/nothing.mjs', /nothing\.mjs[^]*is missing/],
    ['is outside of the model’s folder', 'metrics/../../outside.mjs', /outside\.mjs[^]*is not in the model’s folder/],
    ['is a folder', 'metrics/folder.mjs', /folder\.mjs[^]*is no file/],
  ])('that %s is refused before anything is predicted', async (_, path, words) => {
    const all = await files()
    const criteria = all['criteria.yml'].replaceAll('metrics/revenue.mjs', path)
    await using bench = await aComparison({ ...all, 'criteria.yml': criteria, 'metrics/folder.mjs/x': '' })
    await writeFile(join(bench.folder, '..', 'outside.mjs'), 'export default () => []')

    // No table that could be read.
    const host = await bench.run(gate, { ...byFiles, candidatePredictions: 'criteria.yml' })

    expect(host.outputs.get('verdict')).toBe('error')
    expect(failureOf(host)).toMatch(words)
  })

  test('is not needed where a prediction file has the column, and a file without it is refused', async () => {
    const column = {
      version: 1,
      data: { file: 'shop.csv', id: 'id', label: 'bought', classes: ['no', 'yes'] },
      criteria: [{ metric: 'custom', custom: { ...revenue, column: 'net' }, ...notWorse }],
    }
    const net = (more: number) =>
      csv(
        'id,net',
        rows.toReversed().map(({ id, price }) => `${id},${price + more + 0.1 * normalDraw(random)}`),
      )
    const all = { ...(await files()), 'criteria.yml': JSON.stringify(column), 'candidate.csv': net(1) }
    await using bench = await aComparison({ ...all, 'champion.csv': net(0) })

    const host = await bench.run(gate, byFiles)
    const lacking = await bench.run(gate, { ...byFiles, candidatePredictions: 'shop.csv' })

    expect(host.outputs.get('verdict'), failureOf(host)).toBe('pass')
    expect(lacking.outputs.get('verdict')).toBe('error')
    expect(failureOf(lacking)).toMatch(/the predictions .*are in none of its columns [^;]*; expected .* or net/)
  })
})
