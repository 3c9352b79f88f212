import { describe, expect, test } from 'vitest'
import { reportHtml } from '../../../core/cli/report/page.ts'
import { linearAxis } from '../../../core/cli/report/svg/axis.ts'
import { square } from '../../../core/cli/report/svg/square.ts'
import type { GateShape } from '../../../core/records/gate-shape.ts'
import { parse } from './parse.ts'
import { evidence, factsWith, predicates } from './sample.ts'

const { shape: sample } = predicates.gate
if (sample === undefined) throw new RangeError('the sample has a shape')

const pageOf = (shape: GateShape | undefined, other: object = {}) =>
  parse(reportHtml(factsWith([evidence('gate', 'a', { ...predicates.gate, shape, ...other })])))

describe('how the models of a gate behave', () => {
  test('is told in a sentence first, for somebody who knows no statistics', () => {
    const { text } = pageOf(sample)

    expect(text).toContain('flights@2 may take the place of flights@1.')
    expect(text).toContain(
      'Of 27,564 rows, 412 that the champion has wrong are right now, and 409 that it has right are wrong now.',
    )
  })

  test('has matrices of both sides with shares, and curves with their areas', () => {
    const page = pageOf(sample)

    expect(page.text).toMatch(/flights@2[^]*on time[^]*20,120[^]*93\s%[^]*1,480[^]*7\s%[^]*flights@1[^]*20,100/)
    expect(page.text).toContain('flights@2: area 0.912; flights@1: area 0.91')
    const lines = page.elements
      .filter(({ name, inside }) => name === 'path' && inside.includes('details') && inside.includes('figure'))
      .map(({ attributes }) => attributes.get('class'))
    // The champion lies below the candidate.
    expect(lines).toEqual(['line stable-line', 'line canary-line'])
  })

  test('has a table behind every chart, in which the ROC curve is read off between its points', () => {
    const { text } = pageOf(sample)

    expect(text).toMatch(/false alarms[^]*10\s%[^]*78\s%[^]*77\s%[^]*20\s%[^]*80\.4\s%[^]*79\.6\s%/)
    expect(text).toMatch(/8\s%[^]*7\.9\s%[^]*7\.5\s% to 8\.3\s%/)
    expect(text).toMatch(/origin = JFK[^]*9,000[^]*140[^]*150/)
  })

  test('says what is withheld, and shows nothing of it', () => {
    const page = pageOf({
      ...sample,
      confusion: {
        classes: ['a', 'b'],
        candidate: [
          [40, 20],
          [null, null],
        ],
      },
    })

    expect(page.text).toContain('–: withheld, because the cell has fewer than ten rows, or would tell of one that has.')
    expect(page.text).toContain('Of 2 more nothing is told')
    expect(page.elements.filter(({ name }) => name === 'table').length).toBeGreaterThan(0)
    expect(page.text).not.toContain('null')
  })

  test('says that all is withheld, where it is', () => {
    const hidden = [
      [null, null],
      [null, null],
    ]
    const { text } = pageOf({
      confusion: { classes: ['a', 'b'], candidate: hidden, champion: hidden },
      flips: { n: 60, gained: null, lost: null },
    })

    expect(text).toContain('The confusion matrices are withheld: too many of their cells have fewer than ten rows.')
    expect(text).toContain('Of 60 rows fewer than ten changed from wrong to right, or from right to wrong')
  })

  test('of more than two classes has small curves of each against all others, with their areas and rows', () => {
    const points: readonly (readonly [number, number])[] = [
      [0, 0],
      [0.1, 0.6],
      [1, 1],
    ]
    const roc = { candidate: { auc: 0.812, points }, champion: { auc: 0.74, points } }
    const bins = [{ n: 400, predicted: 0.2, observed: 0.21, interval: { low: 0.18, high: 0.25, level: 0.9 } }]
    const one = { name: '<b>kettle</b>', n: 1200, roc, calibration: { candidate: bins } }
    const page = pageOf({ oneVsRest: { classes: [one, { name: 'lamp', n: 90, roc }], others: 3 } })

    expect(page.text).toContain('<b>kettle</b>')
    expect(page.text).toMatch(/area 0\.812, champion 0\.74[^]*1,200 rows/)
    expect(page.text).toContain('3 more classes are not drawn')
    const charts = page.elements.filter(({ name, attributes }) => name === 'svg' && attributes.get('role') === 'img')
    expect(charts.length).toBeGreaterThanOrEqual(3)
    // A table says the same: five per cent lie half way to the first point.
    expect(page.text).toMatch(/kettle[^]*1,200[^]*0\.812[^]*0\.74[^]*30\s%[^]*30\s%/)
  })

  test('of rows with weights has shares by weight in the matrix', () => {
    const counts = [
      [40, 20],
      [15, 25],
    ]
    const shares = [
      [0.91, 0.09],
      [0.3, 0.7],
    ]
    const { text } = pageOf({ confusion: { classes: ['a', 'b'], candidate: counts, weighted: { candidate: shares } } })

    expect(text).toContain('shares are by the weights of the rows')
    expect(text).toMatch(/40\s*91\s%[^]*20\s*9\s%/)
  })

  test('of many classes is a list of confused pairs', () => {
    const pair = { truth: '<i>lamp</i>', predicted: 'kettle', candidate: 41, champion: 52 }

    expect(pageOf({ confused: [pair] }).text).toMatch(/true class[^]*<i>lamp<\/i>[^]*kettle[^]*41[^]*52/)
  })

  test('of numbers has predictions against truth, and quantiles of what is missed', () => {
    const side = (value: number) => ({
      quantiles: [{ share: 0.5, value }],
      bins: [{ n: 100, predicted: 3, actual: 2.5 }],
    })
    const { text } = pageOf({ residuals: { candidate: side(0.125), champion: side(-2) } })

    expect(text).toMatch(/Truth minus prediction[^]*flights@2[^]*flights@1[^]*50\s%[^]*\+0\.125[^]*-2/)
  })

  test('is left out for evidence that does not tell', () => {
    expect(pageOf(undefined).text).not.toContain('How the models behave')
    expect(pageOf({}).text).not.toContain('How the models behave')
  })

  test('of a forced candidate comes with the reason', () => {
    const verdict = { ...predicates.gate.verdict, kind: 'fail' }

    expect(pageOf(sample, { verdict, forced: { reason: 'the old one leaks' } }).text).toContain(
      'Let through by force, though it did not pass: the old one leaks',
    )
  })
})

describe('a square chart', () => {
  const drawn = square({
    id: 's',
    title: 'A square',
    description: 'One point.',
    axis: linearAxis([0, 100]),
    unit: ' %',
    across: 'said',
    up: 'true',
    series: [{ side: 'candidate', isLine: false, points: [{ x: 25, y: 75, interval: { low: 50, high: 100 } }] }],
  })

  test('puts a point across and up, with its interval', () => {
    const { elements } = parse(drawn.toString())
    const whisker = elements.find(({ attributes }) => attributes.get('class') === 'canary-whisker')?.attributes
    const dot = elements.find(({ name, inside }) => name === 'svg' && inside.length === 1)?.attributes

    expect([dot?.get('x'), whisker?.get('x1')]).toEqual(['25%', '25%'])
    const [low, middle, high] = [whisker?.get('y1'), dot?.get('y'), whisker?.get('y2')].map(Number)
    expect(middle).toBeCloseTo(((low ?? 0) + (high ?? 0)) / 2, 9)
    expect(high).toBeLessThan(low ?? 0)
  })

  test('has the diagonal from corner to corner', () => {
    const { elements } = parse(drawn.toString())
    const diagonal = elements.find(({ attributes }) => attributes.get('class') === 'equal')?.attributes

    expect([diagonal?.get('x1'), diagonal?.get('x2')]).toEqual(['0%', '100%'])
    expect(Number(diagonal?.get('y1'))).toBeGreaterThan(Number(diagonal?.get('y2')))
  })
})
