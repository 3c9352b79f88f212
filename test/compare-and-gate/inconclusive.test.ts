import { describe, expect, test } from 'vitest'
import { inconclusiveRule, inconclusiveSentence } from '../../core/compare-and-gate/inconclusive.ts'
import { gateStatementShape } from '../../core/records/gate-evidence.ts'
import { failureOf, gate } from '../main/bench.ts'
import { aComparison, byFiles } from './a-comparison.ts'

const criteriaWith = (line: string) => `version: 1
data: { file: data.csv, id: id, label: y }
${line}
criteria:
  - metric: accuracy
    vsChampion: { nonInferior: 0.001 }
`

describe('what an inconclusive verdict does', () => {
  test.each([
    [undefined, undefined, 'fail', 'default'],
    [undefined, 'warn', 'warn', 'criteria'],
    [undefined, 'fail', 'fail', 'criteria'],
    ['warn', undefined, 'warn', 'input'],
    ['warn', 'fail', 'warn', 'input'],
    ['fail', 'warn', 'fail', 'input'],
  ] as const)('with the input %s and %s in the criteria is %s, by the %s', (input, onInconclusive, does, saidBy) => {
    expect(inconclusiveRule(input, { onInconclusive })).toEqual({ does, saidBy })
  })

  test.each([
    ['the criteria file alone', {}, { result: 'warned', exitCode: 0 }, { does: 'warn', saidBy: 'criteria' }],
    [
      'an input over it',
      { onInconclusive: 'fail' },
      { result: 'failed', exitCode: 3 },
      { does: 'fail', saidBy: 'input' },
    ],
  ] as const)('is said by %s, and evidence and page tell it', async (_, inputs, ended, rule) => {
    await using bench = await aComparison({ 'criteria.yml': criteriaWith('onInconclusive: warn') })

    const host = await bench.run(gate, { ...byFiles, ...inputs })

    expect(host.ended).toMatchObject(ended)
    expect(host.outputs.get('verdict')).toBe('inconclusive')
    expect(host.summaryText).toContain(inconclusiveSentence(rule))
    const statement = await bench.look(async ({ models, evidence }) => {
      const { files } = await models.version('kettle', 2)
      const [record] = await evidence.about(files.digest, 'gate')
      return gateStatementShape.parse(await evidence.read(record?.id ?? 'sha256:'))
    })
    expect(statement.predicate.onInconclusive).toEqual(rule)
  })

  test('is not told of a verdict that is not inconclusive', async () => {
    await using bench = await aComparison()

    const host = await bench.run(gate, { ...byFiles, onInconclusive: 'warn' })

    expect(host.outputs.get('verdict')).toBe('pass')
    expect(host.summaryText).not.toContain('inconclusive verdict')
  })

  test('is refused with line and column where it is another word', async () => {
    await using bench = await aComparison({ 'criteria.yml': criteriaWith('onInconclusive: keep') })

    const host = await bench.run(gate, byFiles)

    expect(failureOf(host)).toContain('onInconclusive (in criteria.yml:3:1) is not valid')
  })
})
