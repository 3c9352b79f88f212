import { describe, expect, test } from 'vitest'
import { criteriaShape } from '../../core/compare-and-gate/criteria.ts'
import { decide } from '../../core/compare-and-gate/decide.ts'
import { metricOf } from '../../core/compare-and-gate/metric-of.ts'
import { settingsOf } from '../../core/compare-and-gate/metric-settings.ts'

const base = { version: 1, data: { file: 'x.csv', id: 'id', label: 'y' } }

test('defaults are filled in', () => {
  const parsed = criteriaShape.parse({ ...base, criteria: [{ metric: 'accuracy', absolute: { min: 0.9 } }] })

  expect(parsed).toMatchObject({ alpha: 0.05, data: { classes: ['0', '1'] }, criteria: [{ required: true }] })
})

test.each([
  ['no criterion', []],
  ['a criterion that asks nothing', [{ metric: 'accuracy' }]],
  ['both bounds at once', [{ metric: 'accuracy', absolute: { min: 0.1, max: 0.9 } }]],
  ['an unknown metric', [{ metric: 'goodness', absolute: { min: 0.1 } }]],
  ['a negative margin', [{ metric: 'accuracy', vsChampion: { nonInferior: -0.1 } }]],
  ['both comparisons at once', [{ metric: 'accuracy', vsChampion: { nonInferior: 0.1, superior: 0 } }]],
  ['topK without k', [{ metric: 'topK', absolute: { min: 0.9 } }]],
  ['topK among all classes', [{ metric: 'topK', k: 2, absolute: { min: 0.9 } }]],
  ['pinball without its quantile', [{ metric: 'pinball', absolute: { max: 1 } }]],
  ['cost without costs', [{ metric: 'cost', absolute: { max: 1 } }]],
  ['a cost of an unknown class', [{ metric: 'cost', cost: { '0->2': 1 }, absolute: { max: 1 } }]],
  ['a setting that the metric does not look at', [{ metric: 'accuracy', k: 1, absolute: { min: 0.9 } }]],
  ['a misspelt key', [{ metric: 'accuracy', absolut: { min: 0.1 } }]],
])('%s is refused', (_, criteria) => {
  expect(criteriaShape.safeParse({ ...base, criteria }).success).toBe(false)
})

describe('a metric of one class', () => {
  const three = { ...base, data: { ...base.data, classes: ['early', 'on time', 'late'] } }
  const asked = (one: object) => ({ ...three, criteria: [{ absolute: { min: 0.5 }, ...one }] })

  test.each(['precision', 'recall', 'f1'])('is %s of any class by its name, one beside the other', (metric) => {
    const { criteria } = criteriaShape.parse({
      ...three,
      criteria: ['late', 'early'].map((name) => ({ metric, class: name, absolute: { min: 0.5 } })),
    })

    expect(criteria.map((one) => metricOf(one).name)).toEqual([`${metric}(late)`, `${metric}(early)`])
    expect(criteria.map((one) => settingsOf(one, three.data.classes).positive)).toEqual([2, 0])
  })

  test.each([
    ['of no class, and says how to name one', { metric: 'recall' }, 'give class, the one that it is about'],
    ['of a class that is none', { metric: 'f1', class: 'soon' }, 'not one of the classes early, on time, late'],
    ['that is about all of them', { metric: 'macroF1', class: 'late' }, 'class, which macroF1 does not look at'],
  ])('is refused %s', (_, one, message) => {
    expect(criteriaShape.safeParse(asked(one)).error?.issues[0]?.message).toContain(message)
  })

  test('is judged as the same metric of two classes where the others are one', () => {
    const labels = Float64Array.from({ length: 300 }, (_, row) => row % 3)
    const classes = labels.map((label, row) => (row % 7 === 0 ? (label + 1) % 3 : label))
    const two = (values: Float64Array) => values.map((value) => (value === 2 ? 1 : 0))
    const judged = (metric: string) => {
      const named = criteriaShape.parse(asked({ metric, class: 'late', vsChampion: { nonInferior: 0.1 } }))
      const criteria = [{ metric, absolute: { min: 0.5 }, vsChampion: { nonInferior: 0.1 } }]
      const sides = { candidate: { classes }, champion: { classes: labels } }
      const taken = { candidate: { classes: two(classes) }, champion: { classes: two(labels) } }
      return [
        decide(named, { labels, ...sides }),
        decide(criteriaShape.parse({ ...base, criteria }), { labels: two(labels), ...taken }),
      ].map(({ results }) =>
        results.map(({ candidate, difference, interval, n, kind }) => ({ candidate, difference, interval, n, kind })),
      )
    }
    for (const metric of ['precision', 'recall', 'f1']) {
      const [ofThree, ofTwo] = judged(metric)
      expect(ofThree, metric).toEqual(ofTwo)
    }
  })
})

test.each(['precision', 'recall', 'f1', 'auc', 'prAuc'])('%s is refused for three classes', (metric) => {
  const data = { ...base.data, classes: ['a', 'b', 'c'] }

  const read = criteriaShape.safeParse({ ...base, data, criteria: [{ metric, absolute: { min: 0.5 } }] })

  expect(read.error?.issues[0]?.message).toContain('is for two classes')
})
