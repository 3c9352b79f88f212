import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { criteriaShape } from '../../core/compare-and-gate/criteria.ts'
import { root } from '../../scripts/lib/sources.mjs'

const page = readFileSync(join(root, 'docs/gate.md'), 'utf8')
const samples = [...page.matchAll(/^```yaml\n([^]*?)^```/gm)].map(([, text = '']) => text)
/** What a sample that shows some keys alone leaves out. */
const around = {
  version: 1,
  data: { file: 'data.csv', id: 'row', label: 'y' },
  criteria: [{ metric: 'accuracy', absolute: { min: 0.8 } }],
}
const isOfProject = (sample: object) => 'endpoints' in sample
const criteria = samples
  .map((text) => z.record(z.string(), z.unknown()).parse(parse(text)))
  .filter((sample) => !isOfProject(sample))
  .map((sample) => ({ keys: Object.keys(sample).join(', '), sample }))

test.each(criteria)('the page about the gate shows criteria that the gate takes: $keys', ({ sample }) => {
  const { success, error } = criteriaShape.safeParse({ ...around, ...sample })

  expect(success, error?.message).toBe(true)
})

test('its first screen has the smallest file and all four verdicts', () => {
  const first = page.split('\n').slice(0, 35).join('\n')

  expect(criteriaShape.safeParse(parse(samples[0] ?? '')).success).toBe(true)
  for (const word of ['pass', 'fail', 'inconclusive', 'error']) expect(first).toContain(`| \`${word}\` |`)
})
