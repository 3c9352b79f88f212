import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { reportHtml } from '../../../core/cli/report/page.ts'
import { binsOf, highestHeld, type Profile, readProfile } from '../../../core/cli/report/read/profile.ts'
import { histogram } from '../../../core/cli/report/svg/histogram.ts'
import { percentiles } from '../../../core/cli/report/svg/percentiles.ts'
import { parse } from './parse.ts'
import { evidence, factsWith, predicates } from './sample.ts'

const profile = readProfile({ predicate: predicates.profile })
if (profile === undefined) throw new Error('the profile of the sample is not read')
const [slow, fast] = profile.rates
if (slow === undefined || fast === undefined) throw new Error('the profile of the sample has no two rates')

const told = (other: Partial<Profile> = {}) =>
  parse(reportHtml(factsWith([evidence('profile', '0', { ...profile, ...other })])))

describe('the highest rate that was kept up with', () => {
  test.each([
    [[true, true], 1],
    [[true, false], 0],
    [[true, false, true], 0],
    [[false, true], undefined],
    [[], undefined],
  ])('of %j is number %j', (held, at) => {
    const rates = held.map((one) => ({ ...slow, held: one }))

    expect(highestHeld(rates)).toBe(at === undefined ? undefined : rates[at])
  })
})

describe('bins', () => {
  test('have all of the counts, and one follows on the other', () => {
    const bucket = fc.record({ upToMs: fc.double({ min: 1e-3, max: 1e6, noNaN: true }), count: fc.nat(1000) })
    fc.assert(
      fc.property(fc.array(bucket), (buckets) => {
        const bins = binsOf(buckets)
        const sum = (all: readonly { readonly count: number }[]) => all.reduce((total, { count }) => total + count, 0)

        expect(sum(bins)).toBe(sum(buckets))
        expect(bins.slice(1).every(({ low }, at) => low === bins[at]?.high)).toBe(true)
        for (const { upToMs, count } of buckets)
          expect(
            count === 0 || bins.some(({ low, high }) => low * (1 - 1e-9) < upToMs && upToMs <= high * (1 + 1e-9)),
          ).toBe(true)
      }),
    )
  })

  test('are four for a doubling; an edge belongs to what is below it', () => {
    expect(
      binsOf([
        { upToMs: 1, count: 2 },
        { upToMs: 2, count: 3 },
      ]).map(({ count }) => count),
    ).toEqual([2, 0, 0, 0, 3])
    expect(binsOf([{ upToMs: 4, count: 1 }])).toEqual([
      { low: expect.closeTo(4 / 2 ** 0.25) as number, high: 4, count: 1 },
    ])
  })
})

describe('a histogram', () => {
  const draw = (counts: readonly number[]) => {
    const bins = counts.map((count, at) => ({ low: 2 ** at, high: 2 ** (at + 1), count }))
    const marks = [1, 2, 3].map((at) => ({ value: 2 ** at, label: `mark ${at}` }))
    return parse(histogram({ id: 'h', title: 'T', description: 'D', bins, unit: ' ms', marks }).toString()).elements
  }
  const columns = (counts: readonly number[]) =>
    draw(counts)
      .filter(({ name }) => name === 'rect')
      .map(({ attributes }) => ({
        x: Number.parseFloat(attributes.get('x') ?? ''),
        width: Number.parseFloat(attributes.get('width') ?? ''),
        height: Number(attributes.get('height')),
      }))

  test('has columns as high as there are values, and sees a single one', () => {
    const [first, second, third] = columns([500, 1000, 1])

    expect(first?.height).toBeCloseTo((second?.height ?? 0) / 2)
    expect(third?.height).toBeGreaterThanOrEqual(1)
  })

  test('leaves the axis to what was seen', () => {
    const [first, last] = columns([0, 0, 3, 0, 5, 0])

    expect(first?.x).toBeGreaterThan(0)
    expect((last?.x ?? 0) + (last?.width ?? 0)).toBe(100)
  })

  test('writes labels of values close together one below the other', () => {
    const heights = draw([1, 1, 1, 1])
      .filter(({ attributes }) => attributes.get('class') === 'note')
      .map(({ attributes }) => attributes.get('y'))

    expect(new Set(heights).size).toBe(3)
  })
})

test('percentiles stand in their order on one axis for all rows', () => {
  const rows = [
    { label: '20/s', p50: 1, p90: 2, p99: 8 },
    { label: '50/s', p50: 2, p90: 8, p99: 64 },
  ]
  const { elements } = parse(percentiles({ id: 'p', title: 'T', description: 'D', rows, unit: ' ms' }).toString())
  const x = elements
    .filter(({ name, inside, attributes }) => name === 'svg' && inside.length === 1 && attributes.has('y'))
    .map(({ attributes }) => Number.parseFloat(attributes.get('x') ?? ''))

  expect(x).toHaveLength(6)
  expect([x[0], x[1], x[2]]).toEqual([x[0], x[3], x[4]])
  expect(x.slice(0, 3).toSorted((a, b) => a - b)).toEqual(x.slice(0, 3))
  expect(x[5]).toBeGreaterThan(x[4] ?? Number.NaN)
})

describe('the profile’s section', () => {
  test('says what was kept up with, and what was not', () => {
    const { text } = told()

    expect(text).toContain(
      'It kept up with 20 requests a second: half of the answers came within 1.07\u00A0ms, 99 of 100 within 4.92\u00A0ms. With 1,000 it did not.',
    )
    expect(text).toContain('2020.01.07\u00A0ms1.4\u00A0ms4.92\u00A0ms7.5\u00A0ms00.91\u00A0ms120\u00A0MiB✓ yes')
    expect(text).toContain('1,000611.5––––37––✕ no')
  })

  test('says that the lowest rate was too much', () => {
    expect(told({ rates: [fast] }).text).toContain('It did not keep up with 1,000 requests a second.')
    expect(told({ rates: [] }).text).toContain('Nothing was measured.')
  })

  test('draws the spread of the latencies where it is known', () => {
    const latencyBuckets = [
      { upToMs: 1, count: 90 },
      { upToMs: 1.5, count: 100 },
      { upToMs: 5, count: 10 },
    ]

    expect(told().text).not.toContain('How the latencies spread')
    expect(told({ rates: [{ ...slow, latencyBuckets }, fast] }).text).toContain(
      '200 answers: p50 1.07\u00A0ms, p90 1.4\u00A0ms, p99 4.92\u00A0ms.',
    )
  })

  test('names a server that was not started for it by its address', () => {
    expect(told({ served: { address: 'http://10.0.0.7:8080', engine: 'other' } }).text).toContain(
      'http://10.0.0.7:8080 (other)',
    )
  })

  test('shows what a container was allowed, and how often that stopped it', () => {
    const digest = `sha256:${'ab'.repeat(32)}`
    const image = { id: digest, name: 'acme/flights:3' }
    const limits = { cpus: 0.5, memoryBytes: 256 * 2 ** 20 }
    const served = { package: { digest }, image, limits, engine: 'native' }

    const { text } = told({ served, rates: [{ ...slow, throttledShare: 0.3 }, fast] })

    expect(text).toContain('(native) in a container of acme/flights:3 with 0.5 CPU and 256\u00A0MiB at most')
    expect(text).toContain('120\u00A0MiB30\u00A0%✓ yes')
    expect(text).toContain('1,000611.5––––37–––✕ no')
  })

  test('leaves out what was measured as another model', () => {
    expect(told({ model: 'otters' }).text).toContain('No package of this model has been measured yet.')
  })
})
