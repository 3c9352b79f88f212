import { describe, expect, test } from 'vitest'
import { judgeColumns, uncomparedInputs } from '../../core/compare-and-gate/columns.ts'
import { criteriaShape } from '../../core/compare-and-gate/criteria.ts'
import type { Signature } from '../../core/records/model.ts'
import { seededRandom } from '../../core/stats/random.ts'
import { withMetadata } from '../engines/onnx/metadata.ts'
import { Bench, failureOf, gate, promote, said } from '../main/bench.ts'
import { logistic } from '../support/kettles/onnx.mjs'
import { criteriaFile, projectFile } from './a-comparison.ts'

function judged(candidate: readonly string[] | undefined, champion?: readonly string[], features?: readonly string[]) {
  const data = { file: 'x.csv', id: 'id', label: 'y', features }
  const criteria = criteriaShape.parse({ version: 1, data, criteria: [{ metric: 'accuracy', absolute: { min: 0.5 } }] })
  return judgeColumns(criteria, { labels: new Float64Array(9), candidate: {}, columns: { candidate, champion } })
}

describe('the columns of a matrix', () => {
  test.each([
    [['a', 'b', 'd'], ['a', 'b', 'c'], 'The column c of what the champion takes has become d.'],
    [['a', 'b'], ['a', 'b', 'c'], 'The candidate lacks a column that the champion takes: c.'],
    [['a', 'b', 'c'], ['a', 'b'], 'The candidate takes a column more than the champion takes: c.'],
    [
      ['b', 'a', 'c'],
      ['a', 'b', 'c'],
      'The candidate takes the columns that the champion takes in another order: b is number 1 and was number 2, a is number 2 and was number 1.',
    ],
    [
      ['x', 'c', 'a'],
      ['a', 'b', 'c'],
      'The candidate lacks a column that the champion takes: b. The candidate takes a column more than the champion takes: x.',
    ],
    [
      'gabcdef'.split(''),
      'abcdefg'.split(''),
      /^.*: g is number 1 and was number 7, .*, d is number 5 and was number 4, and 2 more\.$/,
    ],
  ])('%j against %j is a failed criterion with its own words', (candidate, champion, words) => {
    expect(judged(candidate, champion)).toEqual([
      {
        criterion: 'columns as the champion’s',
        metric: 'columns',
        kind: 'fail',
        isRequired: true,
        n: 9,
        sentence: expect.stringMatching(words instanceof RegExp ? words : /./) as string,
      },
    ])
    if (typeof words === 'string') expect(judged(candidate, champion)[0]?.sentence).toBe(words)
  })

  test('that are the same, or not known of one side, are no criterion', () => {
    expect(judged(['a', 'b'], ['a', 'b'], ['b', 'a'])).toEqual([])
    expect(judged(undefined, ['a'])).toEqual([])
    expect(judged(['a'])).toEqual([])
  })

  test('are compared with those of the criteria where the champion names none', () => {
    expect(judged(['a', 'b'], undefined, ['b', 'a'])).toMatchObject([
      { criterion: 'columns as data.features lists them', kind: 'fail' },
    ])
    expect(judged(['a', 'b'], undefined, ['a', 'b'])).toEqual([])
  })

  test('that nobody wrote down are said not to be compared, and those of one input each are in the signature', () => {
    const matrix = (columns?: readonly string[]): Signature => ({
      inputs: [{ name: 'x', type: 'float32', shape: [-1, 2] }],
      outputs: [],
      ...(columns && { columns }),
    })
    const side = (reference: string, signature: Signature | undefined) => ({ subject: { reference }, signature })
    const one = side('k@1', matrix(['a', 'b']))
    const single: Signature = { inputs: [{ name: 'x', type: 'float32', shape: [-1, 1] }], outputs: [] }

    expect(uncomparedInputs(side('k@2', matrix(['a', 'b'])), one)).toBeUndefined()
    expect(uncomparedInputs(side('k@2', single), side('k@1', single))).toBeUndefined()
    expect(uncomparedInputs(side('k@2', matrix()), undefined)).toBeUndefined()
    expect(uncomparedInputs(side('k@2', matrix()), one)).toBe(
      'The columns of the matrix are not compared with the champion’s: k@2 does not name them in its metadata (feature_names).',
    )
    expect(uncomparedInputs(side('k@2', undefined), side('k@1', undefined))).toBe(
      'Inputs, columns and outputs are not compared: k@2 and k@1 do not have exactly one ONNX file that says them.',
    )
  })
})

describe('a gate of a model of one matrix', () => {
  const random = seededRandom(11)
  const rows = Array.from({ length: 2000 }, (_, row) => {
    const [fill, heat] = [4 * random() - 2, 4 * random() - 2]
    return `k${row},${fill.toFixed(4)},${heat.toFixed(4)},${random() < 1 / (1 + Math.exp(-(2 * fill + heat))) ? 1 : 0}`
  })
  const criteria = [{ metric: 'auc', absolute: { min: 0.8 }, vsChampion: { nonInferior: 0.05 } }]

  async function models(files: readonly Uint8Array[], data: object): Promise<Bench> {
    const bench = await Bench.make({
      'trainyard.yml': projectFile,
      'data.csv': ['id,fill,heat,y', ...rows].join('\n'),
      'criteria.yml': criteriaFile(criteria, data),
    })
    for (const file of files) {
      await bench.write({ 'm.onnx': file })
      await bench.version('kettle', 'm.onnx')
    }
    await bench.go(promote, { candidate: 'kettle@1', force: 'true', reason: 'the first' })
    return bench
  }

  const before = withMetadata(logistic([2, 1], 0), '["fill", "heat"]')
  const turned = withMetadata(logistic([1, 2], 0), 'heat, fill')

  test('gives each side its own columns in its own order, and fails the candidate whose order is another', async () => {
    await using bench = await models([before, turned], {})

    const host = await bench.run(gate, { candidate: 'kettle@2' })

    const results = JSON.parse(host.outputs.get('results') ?? '') as { candidate: number; champion: number }[]
    expect(results).toMatchObject([
      { criterion: 'columns as the champion’s', kind: 'fail' },
      { metric: 'auc', kind: 'pass' },
      { metric: 'auc' },
    ])
    expect(results[2]?.candidate).toBeCloseTo(results[2]?.champion ?? Number.NaN, 9)
    expect(failureOf(host)).toContain('in another order: heat is number 1 and was number 2')
    expect(host.summaryText).not.toContain('are not compared')
  })

  test('warns where the criteria list others, and passes a candidate of the same columns', async () => {
    await using bench = await models([before, withMetadata(logistic([2.1, 1], 0), 'fill,heat')], {
      features: ['heat', 'fill'],
    })

    const host = await bench.run(gate, { candidate: 'kettle@2' })

    expect(host.outputs.get('verdict')).toBe('pass')
    expect(said(host, 'warning')).toContain(
      'kettle@2 names its columns fill, heat, and gets those: data.features of the criteria lists heat, fill',
    )
  })

  test('says plainly that columns are not known, in the summary and the evidence', async () => {
    await using bench = await models([before, logistic([2, 1.1], 0)], { features: ['fill', 'heat'] })

    const host = await bench.run(gate, { candidate: 'kettle@2' })

    const sentence =
      'The columns of the matrix are not compared with the champion’s: kettle@2 does not name them in its metadata'
    expect(host.outputs.get('verdict')).toBe('pass')
    expect(host.text).toContain(sentence)
    expect(host.summaryText).toContain('kettle\\@2 does not name them')
  })
})
