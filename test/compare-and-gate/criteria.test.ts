import { expect, test } from 'vitest'
import { criteriaShape } from '../../core/compare-and-gate/criteria.ts'

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

test.each(['precision', 'recall', 'f1', 'auc', 'prAuc'])('%s is refused for three classes', (metric) => {
  const data = { ...base.data, classes: ['a', 'b', 'c'] }

  const read = criteriaShape.safeParse({ ...base, data, criteria: [{ metric, absolute: { min: 0.5 } }] })

  expect(read.error?.issues[0]?.message).toContain('is for two classes')
})
