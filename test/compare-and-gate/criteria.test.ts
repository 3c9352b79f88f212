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
  ['a misspelt key', [{ metric: 'accuracy', absolut: { min: 0.1 } }]],
])('%s is refused', (_, criteria) => {
  expect(criteriaShape.safeParse({ ...base, criteria }).success).toBe(false)
})
