import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Bench, failureOf, gate } from '../main/bench.ts'
import { criteriaFile, projectFile } from './a-comparison.ts'

const fixtures = join(import.meta.dirname, '../fixtures/onnx')
const oracle = JSON.parse(await readFile(join(fixtures, 'maps.json'), 'utf8')) as {
  readonly x: readonly (readonly number[])[]
  readonly models: Readonly<
    Record<string, { readonly classes: string[]; readonly label: string[]; readonly probabilities: number[][] }>
  >
}

/** Rows whose truth is what the model says, so that its loss is that of its own certainty. */
const dataOf = (labels: readonly string[]) =>
  ['id,a,b,y', ...labels.map((label, row) => [`r${row}`, ...(oracle.x[row] ?? []), label].join(','))].join('\n')

async function judged(file: string, name: string, classes: readonly string[]) {
  const { label = [] } = oracle.models[name] ?? {}
  await using bench = await Bench.make({
    'trainyard.yml': projectFile,
    'm.onnx': await readFile(join(fixtures, `${file}.onnx`)),
    'data.csv': dataOf(label),
    'criteria.yml': criteriaFile(
      [
        { metric: 'logLoss', absolute: { max: 3 } },
        { metric: 'accuracy', absolute: { min: 0.5 } },
      ],
      { classes, features: ['a', 'b'] },
    ),
  })
  await bench.version('kettle', 'm.onnx')
  return await bench.run(gate, { candidate: 'kettle@1' })
}

function lossOf(name: string): number {
  const { classes = [], label = [], probabilities = [] } = oracle.models[name] ?? {}
  return (
    label.reduce((sum, one, row) => sum - Math.log(probabilities[row]?.[classes.indexOf(one)] ?? 0), 0) / label.length
  )
}

describe('a model that names the classes of its probabilities', () => {
  test.each(
    ['int2', 'int3', 'str2', 'str3'].flatMap((name) => ['map', 'columns'].map((kind) => [kind, name] as const)),
  )('is judged by them in whatever order the criteria list the classes: %s-%s', async (kind, name) => {
    const { classes = [] } = oracle.models[name] ?? {}
    for (const order of [classes, [...classes].reverse()]) {
      const host = await judged(`${kind}-${name}`, name, order)

      const [loss, accuracy] = JSON.parse(host.outputs.get('results') ?? '[]') as { candidate: number }[]
      expect(loss?.candidate).toBeCloseTo(lossOf(name), 6)
      expect(accuracy?.candidate).toBe(1)
    }
  })

  test('by other names than the criteria is refused, with both', async () => {
    const host = await judged('map-str3', 'str3', ['cold', 'warm', 'hot', 'boiling'])

    expect(host.ended?.exitCode).toBe(2)
    expect(failureOf(host)).toMatch(
      /TY0304[^]*kettle@1 names the classes cold, hot, warm in its output output_probability, and data\.classes of the criteria are cold, warm, hot, boiling/,
    )
  })

  test('in outputs of which none is of a class of the criteria is refused: nobody knows which is which', async () => {
    const { label = [] } = oracle.models['int2'] ?? {}
    await using bench = await Bench.make({
      'trainyard.yml': projectFile,
      'm.onnx': await readFile(join(fixtures, 'columns-int2.onnx')),
      'data.csv': dataOf(label.map((one) => (one === '1' ? 'yes' : 'no'))),
      'criteria.yml': criteriaFile([{ metric: 'auc', absolute: { min: 0.5 } }], {
        classes: ['no', 'yes'],
        features: ['a', 'b'],
      }),
    })
    await bench.version('kettle', 'm.onnx')

    const host = await bench.run(gate, { candidate: 'kettle@1' })

    expect(failureOf(host)).toMatch(/kettle@1 gives i-?1, i-?1, and none of them says of which class it is/)
  })
})

test('a model that gives a sequence is told what it should give', async () => {
  await using bench = await Bench.make({
    'trainyard.yml': projectFile,
    'm.onnx': await readFile(join(fixtures, 'sequence.onnx')),
    'data.csv': dataOf(oracle.models['int2']?.label ?? []),
    'criteria.yml': criteriaFile([{ metric: 'auc', absolute: { min: 0.5 } }], {
      classes: ['-1', '1'],
      features: ['a', 'b'],
    }),
  })
  await bench.version('kettle', 'm.onnx')

  const host = await bench.run(gate, { candidate: 'kettle@1' })

  expect(failureOf(host)).toMatch(
    /kettle@1 gives s as a sequence or map, not as numbers; export its probabilities as one tensor/,
  )
})
