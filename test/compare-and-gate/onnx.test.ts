import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { main } from '../../core/main/main.ts'
import { seededRandom } from '../../core/stats/random.ts'
import { Bench, failureOf, gate, promote } from '../main/bench.ts'
import { logistic } from '../support/kettles/onnx.mjs'
import { criteriaFile, projectFile } from './a-comparison.ts'

const fixture = (name: string) => readFile(join(import.meta.dirname, '../fixtures/onnx', `${name}.onnx`))

/** What scikit-learn itself says of twenty rows. */
const oracle = JSON.parse(await readFile(join(import.meta.dirname, '../fixtures/onnx/flights.json'), 'utf8')) as {
  readonly columns: Readonly<Record<string, readonly (number | string)[]>>
  readonly label: readonly string[]
  readonly probabilities: readonly number[]
}

/** A project where these models are versions 1, 2, …; the first is the champion. */
async function versions(models: readonly Uint8Array[], files: Readonly<Record<string, string>>): Promise<Bench> {
  const bench = await Bench.make({ 'trainyard.yml': projectFile, ...files })
  for (const model of models) {
    await bench.write({ 'm.onnx': model })
    await bench.version('kettle', 'm.onnx')
  }
  await bench.go(promote, { candidate: 'kettle@1', force: 'true', reason: 'the first' })
  return bench
}

/** Kettles whose truth follows fill and heat. */
const kettles = (() => {
  const random = seededRandom(11)
  const rows = Array.from({ length: 3000 }, (_, row) => {
    const [fill, heat] = [4 * random() - 2, 4 * random() - 2]
    const boils = random() < 1 / (1 + Math.exp(-(2 * fill + heat)))
    return `k${row},${fill.toFixed(4)},${heat.toFixed(4)},${boils ? 1 : 0}`
  })
  return ['id,fill,heat,y', ...rows].join('\n')
})()

const kettleCriteria = [
  { metric: 'logLoss', absolute: { max: 0.55 }, vsChampion: { nonInferior: 0.01 } },
  { metric: 'accuracy', vsChampion: { nonInferior: 0.02 } },
  { metric: 'auc', absolute: { min: 0.8 } },
]
const kettleProject = {
  'data.csv': kettles,
  'criteria.yml': criteriaFile(kettleCriteria, { features: ['fill', 'heat'] }),
}
const good = logistic([2, 1], 0)
const simple = logistic([2, 0], 0)
const wrongUnit = logistic([0.02, 0.01], 0)

describe('a model of one matrix', () => {
  test('takes the columns that the criteria list, and a better one passes', async () => {
    await using bench = await versions([simple, good], kettleProject)

    const host = await bench.run(gate, { candidate: 'kettle@2' })

    expect(host.ended).toMatchObject({ result: 'succeeded' })
    expect(host.outputs.get('verdict')).toBe('pass')
    const [absolute, paired] = JSON.parse(host.outputs.get('results') ?? '') as { difference?: number }[]
    expect(absolute).toMatchObject({ metric: 'logLoss', kind: 'pass' })
    expect(paired?.difference).toBeLessThan(0)
    expect(host.text).toMatch(/^kettle@2 against kettle@1, on 3,000 rows of data\.csv$/m)
    expect(host.text).toMatch(/^kettle@1 predicted 3,000 rows \(onnx\)$/m)
    expect(host.progressed).toContainEqual(['Predict with kettle@2', 1])
  })

  test('with a unit error is refused, with the reasons', async () => {
    await using bench = await versions([good, wrongUnit], kettleProject)

    const host = await bench.run(gate, { candidate: 'kettle@2' })

    expect(host.ended?.exitCode).toBe(3)
    expect(failureOf(host)).toMatch(/Log loss is 0\.\d+ \(between .*\), but at most 0\.55 is asked/)
    expect(failureOf(host)).toMatch(/Log loss is 0\.\d+ worse than the champion’s/)
  })

  test('gives the very same evidence on another day', async () => {
    await using bench = await versions([simple, good], kettleProject)
    const inputs = { candidate: 'kettle@2', reusePredictions: 'false' }
    const first = await bench.go(gate, inputs)

    expect(await bench.go(gate, inputs)).toEqual(first)
  })

  test.each<[string, Record<string, string>, RegExp]>([
    [
      'without that list',
      { 'criteria.yml': criteriaFile(kettleCriteria) },
      /lacks columns that the model takes: x; list the columns of a matrix as data\.features/,
    ],
    [
      'with a column that is not there',
      { 'criteria.yml': criteriaFile(kettleCriteria, { features: ['fill', 'heatt'] }) },
      /column heatt .*data\.csv:1\) is missing; expected one of id, fill, heat, y/,
    ],
    [
      'with a list of another length',
      { 'criteria.yml': criteriaFile(kettleCriteria, { features: ['fill'] }) },
      /The column x holds 3000 values for 3000 rows; the model takes 2/,
    ],
    [
      'with text among the numbers',
      { 'data.csv': kettles.replace(/^k1,[^,]*/m, 'k1,full') },
      /column fill "full" \(in .*data\.csv:3\) is not a finite number/,
    ],
    [
      'with an empty cell, of which it makes no number',
      { 'data.csv': kettles.replace(/^k1,[^,]*/m, 'k1,') },
      /kettle@2 predicts NaN, which is no number, in output probability for row k1/,
    ],
    [
      'with many empty cells, of which it names a few and counts the others',
      { 'data.csv': kettles.replaceAll(/^(k1\d),[^,]*/gm, '$1,') },
      /kettle@2 predicts NaN, which is no number, in output probability for row k10, k11, k12, k13, k14 and 5 more/,
    ],
  ])('%s cannot be judged', async (_, files, words) => {
    await using bench = await versions([simple, good], { ...kettleProject, ...files })

    const host = await bench.run(gate, { candidate: 'kettle@2' })

    expect(host.ended?.exitCode).toBe(2)
    expect(failureOf(host)).toMatch(/TY0304/)
    expect(failureOf(host)).toMatch(words)
    expect(host.outputs.get('verdict')).toBe('error')
  })

  test('that gives scores instead of probabilities is refused where probabilities are asked for', async () => {
    // The sum of the columns: a score, as a model gives that was exported without its last function.
    await using bench = await versions([await fixture('free')], kettleProject)

    const host = await bench.run(gate, { candidate: 'kettle@1' })

    expect(failureOf(host)).toMatch(/kettle@1: row k\d+ has the probability -?[\d.]+, not between 0 and 1/)
  })
})

describe('a model with an input for each column', () => {
  const names = Object.keys(oracle.columns)
  const flights = [
    ['id', ...names, 'y'].join(','),
    ...oracle.label.map((label, row) =>
      [`f${row}`, ...names.map((name) => oracle.columns[name]?.[row]), label].join(','),
    ),
  ].join('\n')
  const classes = ['late', 'on time']
  const criteria = (...list: readonly object[]) => criteriaFile(list, { classes })
  const loss = { metric: 'logLoss', absolute: { max: 2 } }
  const lossOf = (labels: readonly string[], probabilities: readonly number[]) =>
    labels.reduce((sum, label, row) => sum - Math.log(probabilities[2 * row + classes.indexOf(label)] ?? 0), 0) /
    labels.length
  const accuracy = { metric: 'accuracy', absolute: { min: 0.5 } }

  test('is evaluated as scikit-learn evaluates it, text and all', async () => {
    await using bench = await versions([await fixture('flights')], {
      'data.csv': flights,
      'criteria.yml': criteria(accuracy, loss),
    })

    const outputs = await bench.go(gate, { candidate: 'kettle@1' })

    const [right, lost] = JSON.parse(outputs['results'] ?? '') as { candidate: number }[]
    expect(right?.candidate).toBe(1)
    expect(lost?.candidate).toBeCloseTo(lossOf(oracle.label, oracle.probabilities), 5)
  })

  test('whose classes the criteria list in another order is refused: every metric would say the opposite', async () => {
    await using bench = await versions([await fixture('flights')], {
      'data.csv': flights,
      'criteria.yml': criteriaFile([accuracy, loss], { classes: [...classes].reverse() }),
    })

    const host = await bench.run(gate, { candidate: 'kettle@1' })

    expect(host.ended?.exitCode).toBe(2)
    expect(failureOf(host)).toMatch(/TY0304[^]*kettle@1 says on time where its probability of it is low: data\.classes/)
  })

  test('that gives its probabilities as maps is judged by them, too', async () => {
    await using bench = await versions([await fixture('zipmap'), await fixture('flights')], {
      'data.csv': flights,
      'criteria.yml': criteria(accuracy, loss),
    })

    const outputs = await bench.go(gate, { candidate: 'kettle@1' })

    const [right, lost] = JSON.parse(outputs['results'] ?? '') as { candidate: number }[]
    expect(right?.candidate).toBe(1)
    expect(lost?.candidate).toBeCloseTo(lossOf(oracle.label, oracle.probabilities), 5)
  })

  test('of which the data lacks columns is refused by name', async () => {
    await using bench = await versions([await fixture('flights')], {
      'data.csv': flights.replace('carrier', 'airline'),
      'criteria.yml': criteria(accuracy),
    })

    const host = await bench.run(gate, { candidate: 'kettle@1' })

    expect(failureOf(host)).toMatch(/lacks columns that the model takes: carrier\n/)
  })
})

describe('inputs of other types', () => {
  const head = 'id,y,b,f64,i8,i32,i64,s,u8'
  const rows = Array.from({ length: 40 }, (_, row) => `r${row},${row},true,${row + (row % 3) / 10},1,2,3,text,4`)
  const numbers = criteriaFile([{ metric: 'mae', absolute: { max: 1 } }])

  test('are read from text as they are', async () => {
    await using bench = await versions([await fixture('types')], {
      'data.csv': [head, ...rows].join('\n'),
      'criteria.yml': numbers,
    })

    const outputs = await bench.go(gate, { candidate: 'kettle@1' })

    expect(JSON.parse(outputs['results'] ?? '')).toMatchObject([{ metric: 'mae', kind: 'pass' }])
  })

  test.each([
    ['r3,3,maybe,3,1,2,3,text,4', /b "maybe" \(in .*data\.csv:5\) is neither true nor false/],
    ['r3,3,true,3,1,2,1.5,text,4', /The column i64 holds 1\.5 in row 4, and the model takes int64/],
    ['r3,3,true,3,1,2,,text,4', /The column i64 holds NaN in row 4, and the model takes int64/],
    ['r3,3,true,3,300,2,3,text,4', /The column i8 holds 300 in row 4, and the model takes int8/],
  ])('and refused where they are not: %s', async (line, words) => {
    await using bench = await versions([await fixture('types')], {
      'data.csv': [head, ...rows.with(3, line)].join('\n'),
      'criteria.yml': numbers,
    })

    const host = await bench.run(gate, { candidate: 'kettle@1' })

    expect(host.ended?.exitCode).toBe(2)
    expect(failureOf(host)).toMatch(words)
  })
})

describe('a side', () => {
  test('without an ONNX file, or with two, is refused', async () => {
    await using bench = await Bench.make({ ...kettleProject, 'trainyard.yml': projectFile })
    await bench.write({ 'none/model.pkl': 'x', 'two/a.onnx': good, 'two/b.onnx': simple })
    await bench.version('kettle', 'none')
    await bench.version('kettle', 'two')

    for (const candidate of ['kettle@1', 'kettle@2']) {
      const host = await bench.run(gate, { candidate })
      expect(failureOf(host)).toMatch(/TY0304[^]*kettle@\d does not have exactly one ONNX file; give a predict command/)
    }
  })

  test('whose file the runtime does not know is refused by the name of the operator', async () => {
    await using bench = await versions([await fixture('unknown-operator')], kettleProject)

    const host = await bench.run(gate, { candidate: 'kettle@1' })

    expect(host.ended?.exitCode).toBe(2)
    expect(failureOf(host)).toMatch(/TY0403[^]*m\.onnx uses an operator that the runtime does not know: .*Frobnicate/)
  })

  test('that takes or gives something else than the champion fails, however good it is', async () => {
    const rows = Array.from({ length: 100 }, (_, row) => row)
    await using bench = await versions([good, await fixture('flights')], {
      'data.csv': ['id,y', ...rows.map((row) => `r${row},${row % 2}`)].join('\n'),
      'right.csv': ['id,prediction', ...rows.map((row) => `r${row},${row % 2}`)].join('\n'),
      'criteria.yml': criteriaFile([{ metric: 'accuracy', absolute: { min: 0.5 } }]),
    })

    const host = await bench.run(gate, {
      candidate: 'kettle@2',
      candidatePredictions: 'right.csv',
      championPredictions: 'right.csv',
    })

    expect(host.ended?.exitCode).toBe(3)
    expect(failureOf(host)).toMatch(
      /The candidate takes an input that the champion does not: dep_delay: float32\[\?, 1\]/,
    )
    expect(failureOf(host)).toMatch(/The candidate does not give the champion’s output probability/)
    expect(host.summaryText).toContain('signature compatible with the champion')
  })
})

test('a step that is cancelled while it predicts ends as cancelled, and records nothing', async () => {
  await using bench = await versions([simple, good], kettleProject)
  const before = await bench.entries()
  const host = bench.host({ candidate: 'kettle@2' })
  const ending = main(gate.definition, gate.run, host)
  host.cancel()

  await ending

  expect(host.ended).toMatchObject({ result: 'cancelled', exitCode: 130 })
  expect(host.outputs.get('verdict')).toBe('error')
  expect(await bench.entries()).toEqual(before)
})
