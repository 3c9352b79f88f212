import { describe, expect, test } from 'vitest'
import { type Criteria, criteriaShape } from '../../core/compare-and-gate/criteria.ts'
import { decide } from '../../core/compare-and-gate/decide.ts'
import type { Predictions } from '../../core/compare-and-gate/facts.ts'
import { seededRandom } from '../../core/stats/random.ts'

function criteria(...list: readonly unknown[]): Criteria {
  return criteriaShape.parse({ version: 1, data: { file: 'x.csv', id: 'id', label: 'y' }, criteria: list })
}

/** Labels, and the classes of two models of which `wrong` rows of each are wrong, on different rows. */
function classified(n: number, wrong: { readonly candidate: number; readonly champion: number }) {
  const labels = Float64Array.from({ length: n }, (_, row) => row % 2)
  const flipped = (from: number, count: number): Predictions => ({
    classes: labels.map((label, row) => (row >= from && row < from + count ? 1 - label : label)),
  })
  return { labels, candidate: flipped(0, wrong.candidate), champion: flipped(wrong.candidate, wrong.champion) }
}

describe('an absolute bound on accuracy', () => {
  const floor = criteria({ metric: 'accuracy', absolute: { min: 0.9 } })

  test.each([
    ['well above, on many rows', 1000, 50, 'pass'],
    ['well below, on many rows', 1000, 150, 'fail'],
    ['above, on few rows', 50, 4, 'inconclusive'],
    ['exactly there', 1000, 100, 'inconclusive'],
  ] as const)('%s', (_, n, wrong, kind) => {
    const { labels, candidate } = classified(n, { candidate: wrong, champion: 0 })

    expect(decide(floor, { labels, candidate }).kind).toBe(kind)
  })

  test('without a champion the verdict says loudly that nothing was compared', () => {
    const { labels, candidate } = classified(1000, { candidate: 50, champion: 0 })

    const verdict = decide(floor, { labels, candidate })

    expect(verdict.isUncompared).toBe(true)
    expect(verdict.reasons[0]).toContain('Nothing was compared')
  })
})

describe('a comparison of accuracy on the same rows', () => {
  const close = criteria({ metric: 'accuracy', vsChampion: { nonInferior: 0.01 } })

  test.each([
    ['equally good, on many rows', 4000, { candidate: 20, champion: 20 }, 'pass'],
    ['two points worse', 4000, { candidate: 100, champion: 10 }, 'fail'],
    ['equally good, on few rows', 100, { candidate: 2, champion: 2 }, 'inconclusive'],
  ] as const)('%s', (_, n, wrong, kind) => {
    expect(decide(close, classified(n, wrong)).kind).toBe(kind)
  })

  test('an inconclusive verdict says how many rows it needs, and those are enough', () => {
    const { needed } = decide(close, classified(100, { candidate: 2, champion: 2 }))

    expect(needed).toBeGreaterThan(100)
    const share = (needed ?? 0) * 0.02
    expect(decide(close, classified(needed ?? 0, { candidate: share, champion: share })).kind).toBe('pass')
  })

  test('identical predictions on ten rows prove nothing', () => {
    expect(decide(close, classified(10, { candidate: 0, champion: 0 })).kind).toBe('inconclusive')
  })

  test('superiority asks for more than equality', () => {
    const better = criteria({ metric: 'accuracy', vsChampion: { superior: 0 } })

    expect(decide(better, classified(4000, { candidate: 20, champion: 20 })).kind).toBe('inconclusive')
    expect(decide(better, classified(4000, { candidate: 20, champion: 200 })).kind).toBe('pass')
    expect(decide(better, classified(4000, { candidate: 200, champion: 20 })).kind).toBe('fail')
  })
})

describe('a comparison of a loss, where lower is better', () => {
  const labels = Float64Array.from({ length: 3000 }, (_, row) => row % 2)
  const random = seededRandom(7)
  const noise = Float64Array.from(labels, () => random() * 0.02)
  const sure = (by: number): Predictions => ({
    probabilities: labels.map((label, row) => (label === 1 ? 0.5 + by : 0.5 - by) + (noise[row] ?? 0)),
  })
  const close = criteria({ metric: 'logLoss', vsChampion: { nonInferior: 0.005 } })

  test.each([
    ['a lower loss passes', 0.3, 0.2, 'pass'],
    ['a higher loss fails', 0.2, 0.3, 'fail'],
  ] as const)('%s', (_, candidate, champion, kind) => {
    const verdict = decide(close, { labels, candidate: sure(candidate), champion: sure(champion) })

    expect(verdict.kind).toBe(kind)
    // A difference has the metric's own sign: a lower loss is a negative difference.
    expect(Math.sign(verdict.results[0]?.difference ?? 0)).toBe(kind === 'pass' ? -1 : 1)
    const { low = 0, high = 0 } = verdict.results[0]?.interval ?? {}
    expect(low).toBeLessThan(high)
  })
})

describe('a metric that has no value on the rows', () => {
  const labels = Float64Array.from({ length: 100 }, (_, row) => row % 2)
  const never = { classes: new Float64Array(100) }

  test('is inconclusive in words, and no number', () => {
    const precise = criteria({ metric: 'precision', absolute: { min: 0.1 }, vsChampion: { nonInferior: 0.1 } })

    const verdict = decide(precise, { labels, candidate: never, champion: { classes: labels } })

    expect(verdict.kind).toBe('inconclusive')
    expect(verdict.results.map(({ kind, candidate }) => [kind, candidate])).toEqual([
      ['inconclusive', undefined],
      ['inconclusive', undefined],
    ])
    expect(verdict.results[0]?.sentence).toContain('because it has no value on these rows')
    expect(verdict.results[1]?.sentence).toContain('Precision is not comparable with the champion’s')
  })
})

describe('recall', () => {
  const labels = Float64Array.from({ length: 1000 }, (_, row) => (row < 100 ? 1 : 0))
  const finding = (found: number): Predictions => ({ classes: labels.map((_, row) => (row < found ? 1 : 0)) })

  test('is a share of the positive rows, and what is needed is counted in all rows', () => {
    const close = criteria({ metric: 'recall', vsChampion: { nonInferior: 0.05 }, absolute: { min: 0.5 } })

    const verdict = decide(close, { labels, candidate: finding(80), champion: finding(85) })

    expect(verdict.results).toMatchObject([
      { kind: 'pass', candidate: 0.8 },
      { kind: 'inconclusive', candidate: 0.8, champion: 0.85, difference: expect.closeTo(-0.05, 12) as number },
    ])
    // 6.18 · 0.05 / 0.05² = 124 positive rows, of which there is one in ten.
    expect(verdict.needed).toBeGreaterThan(1200)
    expect(verdict.needed).toBeLessThan(1300)
  })

  test('of no positive rows is inconclusive', () => {
    const facts = { labels: new Float64Array(100), candidate: { classes: new Float64Array(100) } }

    expect(decide(criteria({ metric: 'recall', absolute: { min: 0.1 } }), facts).kind).toBe('inconclusive')
  })
})

describe('what mistakes cost', () => {
  const labels = Float64Array.from({ length: 400 }, (_, row) => row % 2)
  const missing = (every: number): Predictions => ({
    classes: labels.map((label, row) => (label === 1 && row % every === 1 ? 0 : label)),
  })
  const cheap = criteria({ metric: 'cost', cost: { '1->0': 10 }, vsChampion: { superior: 0 } })

  test.each([
    ['fewer dear mistakes pass', 40, 8, 'pass'],
    ['more dear mistakes fail', 8, 40, 'fail'],
  ] as const)('%s', (_, candidate, champion, kind) => {
    const verdict = decide(cheap, { labels, candidate: missing(candidate), champion: missing(champion) })

    expect(verdict.kind).toBe(kind)
    expect(verdict.results[0]?.candidate).toBeCloseTo(10 / candidate, 12)
  })
})

describe('several criteria', () => {
  const data = classified(1000, { candidate: 50, champion: 50 })

  test('one that fails fails all, even beside one that cannot be decided', () => {
    const both = criteria(
      { metric: 'accuracy', absolute: { min: 0.99 } },
      { metric: 'accuracy', vsChampion: { superior: 0 } },
    )

    expect(decide(both, data).kind).toBe('fail')
  })

  test('an informative one is reported and does not decide', () => {
    const informative = criteria(
      { metric: 'accuracy', absolute: { min: 0.9 } },
      { metric: 'errorRate', required: false, absolute: { max: 0.01 } },
    )

    const verdict = decide(informative, data)

    expect(verdict.kind).toBe('pass')
    expect(verdict.results.map(({ kind }) => kind)).toEqual(['pass', 'fail'])
  })

  test('criteria that only compare pass no first model', () => {
    const onlyCompares = criteria({ metric: 'accuracy', vsChampion: { nonInferior: 0.01 } })
    const { labels, candidate } = data

    expect(decide(onlyCompares, { labels, candidate }).kind).toBe('inconclusive')
  })

  test('a signature that breaks the champion’s callers fails whatever the numbers say', () => {
    const verdict = decide(criteria({ metric: 'accuracy', absolute: { min: 0.5 } }), data, [
      'The input dep_delay has changed.',
    ])

    expect(verdict.kind).toBe('fail')
    expect(verdict.reasons).toContain('The input dep_delay has changed.')
  })
})

describe('a budget of size', () => {
  const floor = { metric: 'accuracy', absolute: { min: 0.5 } }
  const within = (list: readonly object[]) => ({ ...criteria(...list), budgets: { modelSizeBytes: 1000 } })
  const { labels, candidate } = classified(1000, { candidate: 50, champion: 50 })

  test.each([
    [
      'that is kept to the byte passes',
      1000,
      'pass',
      'The candidate’s files have 1,000 bytes, and at most 1,000 are asked.',
    ],
    ['that is broken fails', 1001, 'fail', 'The candidate’s files have 1,001 bytes, but at most 1,000 are asked.'],
  ] as const)('%s', (_, sizeBytes, kind, sentence) => {
    const verdict = decide(within([floor]), { labels, candidate, footprints: { candidate: { sizeBytes } } })

    expect(verdict.kind).toBe(kind)
    expect(verdict.reasons[1]).toBe(sentence)
  })

  test('proves nothing of a model that is not asked anything else', () => {
    const onlyCompares = within([{ metric: 'accuracy', vsChampion: { nonInferior: 0.01 } }])

    expect(decide(onlyCompares, { labels, candidate, footprints: { candidate: { sizeBytes: 10 } } }).kind).toBe(
      'inconclusive',
    )
  })
})

describe('error rates, by simulation with known truth', () => {
  const repeats = 400

  /** The share of simulated gates that pass when candidate and champion are right with these probabilities. */
  function passed(n: number, accuracy: { readonly candidate: number; readonly champion: number }): number {
    const random = seededRandom(n)
    const close = criteria({ metric: 'accuracy', vsChampion: { nonInferior: 0.02 } })
    const labels = new Float64Array(n)
    const draw = (p: number): Predictions => ({ classes: labels.map(() => (random() < p ? 0 : 1)) })
    let passes = 0
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      const facts = { labels, candidate: draw(accuracy.candidate), champion: draw(accuracy.champion) }
      if (decide(close, facts).kind === 'pass') passes += 1
    }
    return passes / repeats
  }

  test('a model worse by exactly the margin passes in at most 5 % of the gates, beyond Monte Carlo error', () => {
    const monteCarlo = 3 * Math.sqrt((0.05 * 0.95) / repeats)

    for (const n of [200, 1000]) expect(passed(n, { candidate: 0.88, champion: 0.9 })).toBeLessThan(0.05 + monteCarlo)
  })

  test('the same holds for F1, by its influence values', () => {
    // Precision 0.8 and recall 0.8 against recall 0.75 and precision 0.75 / (0.75 + 0.2).
    const [better, worse] = [0.8, (2 * 0.75) / (1 + 0.95)]
    const random = seededRandom(3)
    const n = 200
    const close = criteria({ metric: 'f1', vsChampion: { nonInferior: better - worse } })
    const labels = Float64Array.from({ length: n }, (_, row) => row % 2)
    const draw = (recall: number): Predictions => ({
      classes: labels.map((label) => (random() < (label === 1 ? recall : 0.2) ? 1 : 0)),
    })
    let passes = 0
    for (let repeat = 0; repeat < repeats; repeat += 1)
      if (decide(close, { labels, candidate: draw(0.75), champion: draw(0.8) }).kind === 'pass') passes += 1

    expect(passes / repeats).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / repeats))
  })

  test('an equally good model passes in most gates once there are enough rows', () => {
    expect(passed(4000, { candidate: 0.9, champion: 0.9 })).toBeGreaterThan(0.85)
  })
})

test('a calibration error is shown, and proves nothing', () => {
  const data = { file: 'x.csv', id: 'id', label: 'y' }
  const shown = { metric: 'ece', required: false, absolute: { max: 0.9 }, vsChampion: { nonInferior: 0.9 } }
  const decisive = { metric: 'accuracy', absolute: { min: 0.5 } }
  const labels = Float64Array.from({ length: 300 }, (_, row) => row % 2)
  const side = (sure: number) => ({
    classes: labels,
    probabilities: labels.map((label) => (label === 1 ? sure : 1 - sure)),
  })

  const verdict = decide(criteriaShape.parse({ version: 1, data, criteria: [shown, decisive] }), {
    labels,
    candidate: side(0.9),
    champion: side(0.7),
  })
  const required = criteriaShape.safeParse({ version: 1, data, criteria: [{ ...shown, required: true }] })

  expect(verdict.kind).toBe('pass')
  const [bound, compared] = verdict.results
  expect(bound).toMatchObject({ metric: 'ece', kind: 'inconclusive' })
  expect(bound?.candidate).toBeCloseTo(0.1, 12)
  expect(bound).not.toHaveProperty('interval')
  expect(bound?.sentence).toContain('no interval of it is known to hold')
  expect(compared?.champion).toBeCloseTo(0.3, 12)
  expect(compared?.difference).toBeCloseTo(-0.2, 12)
  expect(required.error?.issues[0]?.message).toContain('can only be shown')
})
