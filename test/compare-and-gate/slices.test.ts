import { describe, expect, test } from 'vitest'
import { type Criteria, criteriaShape } from '../../core/compare-and-gate/criteria.ts'
import { decide } from '../../core/compare-and-gate/decide.ts'
import type { Facts, Predictions } from '../../core/compare-and-gate/facts.ts'
import { holm } from '../../core/stats/holm.ts'
import type { GatePredicate, Statement } from '../../core/records/evidence.ts'
import { normalDraw, seededRandom } from '../../core/stats/random.ts'
import { failureOf, gate } from '../main/bench.ts'
import { aComparison, byFiles, dataFile, rowCount, usualCriteria } from './a-comparison.ts'

const data = { file: 'x.csv', id: 'id', label: 'y' }
const floor = [{ metric: 'accuracy', absolute: { min: 0.5 } }]

function criteria(slices: readonly object[], list: readonly object[] = floor): Criteria {
  return criteriaShape.parse({ version: 1, data, criteria: list, slices })
}

const bySite = { by: ['site'], metric: 'accuracy', noHarm: 0.02 }

/** Slices of so many rows each, one after another. */
function sites(sizes: readonly number[]): NonNullable<Facts['slices']> {
  let from = 0
  const rows = sizes.map((size) => Array.from({ length: size }, () => from++))
  return [[{ names: sizes.map((_, place) => `site = ${place}`), rows }]]
}

/** Both models right everywhere, but for so many rows at the start of some slices. */
function facts(sizes: readonly number[], wrong: Readonly<Record<number, number>> = {}): Facts {
  const slices = sites(sizes)
  const labels = Float64Array.from({ length: sizes.reduce((sum, size) => sum + size, 0) }, (_, row) => row % 2)
  const classes = labels.slice()
  for (const [place, rows] of (slices[0]?.[0]?.rows ?? []).entries())
    for (const row of Array.from(rows).slice(0, wrong[place] ?? 0)) classes[row] = 1 - (labels[row] ?? 0)
  return { labels, candidate: { classes }, champion: { classes: labels }, slices }
}

describe('slices', () => {
  test('with one that is harmed fail the gate, although all rows together pass', () => {
    const verdict = decide(criteria([bySite]), facts([500, 100, 400], { 1: 30 }))

    expect(verdict.kind).toBe('fail')
    expect(verdict.reasons).toEqual([
      '1 of 2 required criteria failed.',
      'Accuracy is worse by more than 0.02 in 1 of 3 slices, where site = 1 (by 0.3, on 100 rows).',
    ])
    expect(verdict.slices?.results[0]).toMatchObject({ slice: 'site = 1', kind: 'harmed', n: 100, difference: -0.3 })
    expect(verdict.slices?.results[0]?.pValue).toBeLessThan(0.001)
    const { low = 0, high = 0 } = verdict.slices?.results[0]?.interval ?? {}
    expect(low).toBeLessThan(-0.3)
    expect(high).toBeLessThan(-0.02)
  })

  test('that are informative report harm and do not decide', () => {
    const verdict = decide(criteria([{ ...bySite, required: false }]), facts([500, 100], { 1: 30 }))

    expect(verdict.kind).toBe('pass')
    expect(verdict.slices?.results[0]).toMatchObject({ kind: 'harmed', isRequired: false })
    expect(verdict.reasons.at(-1)).toContain('Accuracy is worse by more than 0.02 in 1 of 2 slices')
  })

  test('are sorted by harm', () => {
    const verdict = decide(criteria([bySite]), facts([100, 100, 100], { 0: 5, 2: 20 }))

    expect(verdict.slices?.results.map(({ slice }) => slice)).toEqual(['site = 2', 'site = 0', 'site = 1'])
  })

  test('without harm do not block, and are no proof', () => {
    const verdict = decide(criteria([bySite]), facts([200, 200]))

    expect(verdict.kind).toBe('pass')
    expect(verdict.reasons).toEqual([
      'The required criterion is proven.',
      'Accuracy is in none of 2 slices shown to be worse by more than 0.02.',
    ])
    const informative = [{ ...floor[0], required: false }]
    expect(decide(criteria([bySite], informative), facts([200, 200])).kind).toBe('inconclusive')
  })

  test('that are small are inconclusive, listed and counted; under ten rows nothing is shown', () => {
    const verdict = decide(criteria([bySite]), facts([200, 29, 9, 1], { 1: 29, 2: 9 }))

    expect(verdict.kind).toBe('pass')
    expect(verdict.slices).toMatchObject({
      hidden: 2,
      results: [{ slice: 'site = 0' }, { slice: 'site = 1', kind: 'inconclusive', n: 29 }],
    })
    expect(verdict.slices?.results[1]).not.toHaveProperty('difference')
    expect(verdict.reasons[1]).toBe(
      'Accuracy is in none of 4 slices shown to be worse by more than 0.02; 3 of 4 say too little to tell.',
    )
  })

  test('that are hidden because of a small one still fail the gate, without their name', () => {
    const verdict = decide(criteria([bySite]), facts([500, 100, 9], { 1: 40 }))

    expect(verdict.kind).toBe('fail')
    expect(verdict.reasons[1]).toBe(
      'Accuracy is worse by more than 0.02 in 1 of 3 slices, which cannot be named without telling of slices with fewer than ten rows; 1 of 3 says too little to tell.',
    )
    expect(verdict.slices).toMatchObject({ hidden: 2, results: [{ slice: 'site = 0' }] })
    expect(JSON.stringify(verdict)).not.toContain('site = 1')
  })

  test('of which none says enough are inconclusive', () => {
    const verdict = decide(criteria([bySite]), facts([20, 20]))

    expect(verdict.kind).toBe('inconclusive')
    expect(verdict.reasons[1]).toBe(
      'No slice says enough to tell whether Accuracy is worse by more than 0.02 there (2 slices).',
    )
  })

  test('say nothing where there is no champion', () => {
    const { champion: _, ...alone } = facts([200, 200])

    const verdict = decide(criteria([bySite]), alone)

    expect(verdict).toMatchObject({ kind: 'pass', isUncompared: true })
    expect(verdict.slices).toBeUndefined()
  })

  test('are judged by losses too, where higher is worse', () => {
    const random = seededRandom(2)
    const labels = Float64Array.from({ length: 400 }, () => normalDraw(random))
    const off = (spread: (row: number) => number): Predictions => ({
      values: labels.map((label, row) => label + spread(row) * normalDraw(random)),
    })
    const list = [{ metric: 'mae', absolute: { max: 5 } }]
    const asked = criteria([{ by: ['site'], metric: 'rmse', noHarm: 0.1 }], list)
    const slices = sites([200, 200])

    const verdict = decide(asked, {
      labels,
      candidate: off((row) => (row < 200 ? 1 : 3)),
      champion: off(() => 1),
      slices,
    })

    expect(verdict.slices?.results.map(({ slice, kind }) => [slice, kind])).toEqual([
      ['site = 1', 'harmed'],
      ['site = 0', 'no harm shown'],
    ])
    expect(verdict.slices?.results[0]?.difference).toBeGreaterThan(1)
  })

  test('of two equally good models, 20 of 100 rows each, block at most 5 % of the gates', () => {
    const repeats = 300
    const random = seededRandom(8)
    const strict = criteria([{ ...bySite, noHarm: 0 }])
    const slices = sites(Array.from({ length: 20 }, () => 100))
    const labels = new Float64Array(2000)
    const draw = (): Predictions => ({ classes: labels.map(() => (random() < 0.9 ? 0 : 1)) })
    let blocked = 0
    for (let repeat = 0; repeat < repeats; repeat += 1)
      if (decide(strict, { labels, candidate: draw(), champion: draw(), slices }).kind === 'fail') blocked += 1

    expect(blocked / repeats).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / repeats))
  })
})

describe('slices that must each be proven', () => {
  const strict = { ...bySite, noHarm: 0.05, proveNonInferior: true }

  test('pass when every one is', () => {
    const verdict = decide(criteria([strict]), facts([300, 200]))

    expect(verdict.kind).toBe('pass')
    expect(verdict.slices?.results.map(({ kind }) => kind)).toEqual(['proven', 'proven'])
    expect(verdict.reasons[1]).toBe('Accuracy is proven not to be worse by 0.05 or more in 2 of 2 slices.')
  })

  test('are inconclusive when one is not, and say what it needs', () => {
    const verdict = decide(criteria([strict]), facts([300, 40]))

    expect(verdict.kind).toBe('inconclusive')
    const open = verdict.slices?.results.find(({ kind }) => kind === 'inconclusive')
    expect(open).toMatchObject({ slice: 'site = 1', n: 40, needed: 52 })
    expect(verdict.reasons[1]).toBe(
      'Accuracy is proven not to be worse by 0.05 or more in 1 of 2 slices; 1 of 2 says too little to tell; site = 1 takes about 52 rows.',
    )
    expect(verdict.needed).toBe(Math.ceil((52 * 340) / 40))
    expect(decide(criteria([strict]), facts([300, open?.needed ?? 0])).kind).toBe('pass')
  })

  test('and are inconclusive do not decide, or fail, as the entry says', () => {
    const kinds = (['warn', 'fail'] as const).map(
      (onInconclusive) => decide(criteria([{ ...strict, onInconclusive }]), facts([300, 40])).kind,
    )

    expect(kinds).toEqual(['pass', 'fail'])
  })

  test('let a candidate at the margin of one slice pass in hardly more than alpha of the gates', () => {
    const repeats = Number(process.env['TRAINYARD_SIMULATIONS'] ?? 400)
    const random = seededRandom(5)
    const slices = sites([300, 300, 300])
    const labels = new Float64Array(900)
    let passed = 0
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      const champion = labels.map(() => (random() < 0.95 ? 0 : 1))
      // Right where the champion is, but for five points in the second slice.
      const worse = (row: number) => row >= 300 && row < 600 && random() < 0.05 / 0.95
      const candidate = champion.map((wrong, row) => (wrong === 1 || worse(row) ? 1 : 0))
      const both = { candidate: { classes: candidate }, champion: { classes: champion } }
      if (decide(criteria([strict]), { labels, slices, ...both }).kind === 'pass') passed += 1
    }
    console.info(`${repeats} gates with one slice of 300 rows at the margin: ${passed / repeats} passed`)

    expect(passed / repeats).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / repeats))
  })
})

describe('slices with little power', () => {
  const powered = { ...bySite, noHarm: 0.05, minPower: 0.8 }

  test('are inconclusive and say how many rows they need', () => {
    const verdict = decide(criteria([powered]), facts([400, 40], { 1: 3 }))

    expect(verdict.slices?.results.map(({ slice, kind }) => [slice, kind])).toEqual([
      ['site = 1', 'inconclusive'],
      ['site = 0', 'no harm shown'],
    ])
    expect(verdict.slices?.results[0]?.needed).toBeGreaterThan(0)
    expect(verdict.kind).toBe('pass')
    expect(decide(criteria([{ ...powered, onInconclusive: 'fail' }]), facts([400, 40], { 1: 3 })).reasons[1]).toBe(
      'Accuracy: 1 of 2 says too little to tell whether it is worse by more than 0.05, and the criteria let that fail.',
    )
  })

  test('are harmed all the same where harm is shown', () => {
    const verdict = decide(criteria([powered]), facts([400, 60], { 1: 20 }))

    expect(verdict.slices?.results[0]).toMatchObject({ slice: 'site = 1', kind: 'harmed' })
  })
})

test('Holm’s adjustment multiplies the smallest by all, the next by one less, and never falls', () => {
  // By hand: 4 · 0.005, 3 · 0.01, 2 · 0.03, and 1 · 0.04, which must not be below the one before.
  const adjusted = holm([0.01, 0.04, 0.03, 0.005])

  expect(adjusted.map((p) => Number(p.toFixed(12)))).toEqual([0.03, 0.06, 0.06, 0.02])
  expect(holm([0.9, 0.8])).toEqual([1, 1])
  expect(holm([])).toEqual([])
})

test.each([
  ['no column', { ...bySite, by: [] }],
  ['bins that do not ascend', { ...bySite, by: [{ column: 'age', bins: [65, 18] }] }],
  ['slices of fewer than ten rows', { ...bySite, minRows: 9 }],
  ['a negative margin', { ...bySite, noHarm: -0.1 }],
  ['a metric about numbers beside one about classes', { ...bySite, metric: 'mae' }],
  ['topK without k', { ...bySite, metric: 'topK' }],
  ['a cross of one column', { ...bySite, by: [['site']] }],
  ['a proof without a margin', { ...bySite, noHarm: 0, proveNonInferior: true }],
  ['power beside a proof', { ...bySite, proveNonInferior: true, minPower: 0.8 }],
])('%s is refused', (_, slicing) => {
  expect(criteriaShape.safeParse({ version: 1, data, criteria: floor, slices: [slicing] }).success).toBe(false)
})

describe('slices of a file', () => {
  const withColumns = dataFile
    .split('\n')
    .map((line, at) => `${line},${at === 0 ? 'site,age' : `${at <= 5 ? '<tiny>' : at % 2 ? 'north' : ''},${at % 90}`}`)
    .join('\n')
  const files = (slicing: object) => ({
    'data.csv': withColumns,
    'criteria.yml': JSON.stringify({
      version: 1,
      data: { ...data, file: 'data.csv' },
      criteria: usualCriteria.slice(0, 1),
      slices: [{ by: ['site', { column: 'age', bins: [18, 65] }], metric: 'accuracy', noHarm: 0.01, ...slicing }],
    }),
  })

  test('stand in evidence and summary; empty cells are a slice, and tiny ones are not named', async () => {
    await using bench = await aComparison(files({}))

    const host = await bench.run(gate, { ...byFiles, candidatePredictions: 'bad.csv', onInconclusive: 'warn' })

    expect(host.outputs.get('verdict')).toBe('fail')
    expect(failureOf(host)).toMatch(/Accuracy is worse by more than 0\.01 in 5 of 6 slices, most surely where/)
    // With north or the empty ones both shown, the tiny slice would be the rest.
    const statement = await bench.look(async ({ models, evidence }) => {
      const { files: tree } = await models.version('kettle', 2)
      const [record] = await evidence.about(tree.digest, 'gate')
      return (await evidence.read(record?.id ?? 'sha256:')) as Statement<GatePredicate>
    })
    const { slices } = statement.predicate.verdict
    expect(slices?.hidden).toBe(2)
    expect(slices?.results.map(({ slice }) => slice).toSorted()).toEqual(
      ['18 ≤ age < 65', 'age < 18', 'age ≥ 65', 'site is empty'].toSorted(),
    )
    const ages = slices?.results.filter(({ slice }) => slice.includes('age')) ?? []
    expect(ages.reduce((sum, { n }) => sum + n, 0)).toBe(rowCount)
    expect(host.summaryText).toContain('#### Slices: 4 harmed, 2 not shown')
    expect(host.summaryText).toContain('Of 2 more slices nothing is shown: they have fewer than ten rows')
    expect(host.summaryText + JSON.stringify(statement)).not.toContain('tiny')
  })

  test('by crossed columns have the names of both, and bins cross too', async () => {
    await using bench = await aComparison(files({ by: ['site', ['site', { column: 'age', bins: [45] }]] }))

    const host = await bench.run(gate, { ...byFiles, candidatePredictions: 'bad.csv', onInconclusive: 'warn' })

    const statement = await bench.look(async ({ models, evidence }) => {
      const { files: tree } = await models.version('kettle', 2)
      const [record] = await evidence.about(tree.digest, 'gate')
      return (await evidence.read(record?.id ?? 'sha256:')) as Statement<GatePredicate>
    })
    const { slices } = statement.predicate.verdict
    const names = slices?.results.map(({ slice }) => slice) ?? []
    expect(names).toContain('site is empty')
    expect(names.filter((name) => name.startsWith('site is empty, age'))).not.toEqual([])
    // North is hidden, and so are not all of its parts shown.
    expect(names.filter((name) => name.startsWith('site = north, age')).length).toBeLessThan(2)
    expect(host.summaryText + JSON.stringify(statement)).not.toContain('tiny')
  })

  test.each([
    ['a cross with too many combinations', { by: [['site', 'id']] }, /site × id[^]*has 1000 combinations, too many/],
    ['a column that is missing', { by: ['country'] }, /country/],
    ['a column with a name for each row', { by: ['id'] }, /id[^]*has 1000 values, too many for slices/],
    ['bins for a column of texts', { by: [{ column: 'site', bins: [1] }] }, /site/],
  ])('are refused for %s', async (_, slicing, words) => {
    await using bench = await aComparison(files(slicing))

    const host = await bench.run(gate, byFiles)

    expect(host.outputs.get('verdict')).toBe('error')
    expect(failureOf(host)).toMatch(words)
  })
})
