import { describe, expect, test } from 'vitest'
import { gatePredicateShape } from '../../../core/records/gate-evidence.ts'
import { failureOf, gate } from '../../main/bench.ts'
import { aComparison, byFiles, dataFile, usualCriteria } from '../a-comparison.ts'
import { data } from './a-gap.ts'

describe('the gate', () => {
  const withSex = dataFile
    .split('\n')
    .map((line, at) => `${line},${at === 0 ? 'sex' : at % 2 === 0 ? 'f' : '<m>'}`)
    .join('\n')
  const files = (fairness: object) => ({
    'data.csv': withSex,
    'criteria.yml': JSON.stringify({
      version: 1,
      data: { ...data, file: 'data.csv' },
      criteria: usualCriteria.slice(0, 1),
      fairness: [{ metric: 'accuracy', groups: 'sex', ...fairness }],
    }),
  })

  test('tells the groups in evidence and summary', async () => {
    await using bench = await aComparison(files({ maxGap: 0.2, maxGapIncrease: 0.3 }))

    const host = await bench.run(gate, byFiles)

    expect(host.outputs.get('verdict')).toBe('pass')
    const statement = await bench.look(async ({ models, evidence }) => {
      const { files: tree } = await models.version('kettle', 2)
      const [record] = await evidence.about(tree.digest, 'gate')
      return evidence.read(record?.id ?? 'sha256:')
    })
    const { fairness } = gatePredicateShape.parse(statement.predicate).verdict
    expect(fairness?.[0]?.groups.map(({ n, hasEnough }) => [n, hasEnough])).toEqual([
      [500, true],
      [500, true],
    ])
    expect(fairness?.[0]).toMatchObject({ by: 'sex', hidden: 0 })
    expect(host.summaryText).toContain('#### Groups')
    expect(host.summaryText).toMatch(/accuracy gap between groups of sex ≤ 0\.2/)
    expect(host.summaryText).not.toContain('<m>')
  })

  test('refuses more than twenty groups', async () => {
    await using bench = await aComparison(files({ maxGap: 0.2, groups: 'id' }))

    const host = await bench.run(gate, byFiles)

    expect(host.outputs.get('verdict')).toBe('error')
    expect(failureOf(host)).toMatch(/id[^]*has 1000 values, too many for groups/)
  })
})
