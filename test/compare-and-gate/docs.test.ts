import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { criteriaShape } from '../../core/compare-and-gate/criteria.ts'
import { root } from '../../scripts/lib/sources.mjs'

test('the first screen of the page about the gate has the smallest criteria and all four verdicts', () => {
  const [first = ''] = readFileSync(join(root, 'docs/gate.md'), 'utf8').split(/^## /m)
  const [, sample = ''] = /^```yaml\n([^]*?)^```/m.exec(first) ?? []

  expect(criteriaShape.safeParse(parse(sample)).success).toBe(true)
  for (const word of ['pass', 'fail', 'inconclusive', 'error']) expect(first).toContain(`| \`${word}\` |`)
  expect(first.split('\n').length).toBeLessThan(40)
})
