import { describe, expect, test } from 'vitest'
import type { GatePredicate, Statement } from '../../core/records/evidence.ts'
import { failureOf, gate } from '../main/bench.ts'
import { aComparison, byFiles, criteriaFile, predictionFile } from './a-comparison.ts'

/** The candidate’s file, with its lines changed. */
function changed(change: (lines: string[]) => readonly string[]): Record<string, string> {
  const [head = '', ...lines] = predictionFile(0.82, 2).split('\n')
  return { 'candidate.csv': [head, ...change(lines)].join('\n') }
}

const resultsOf = (outputs: Readonly<Record<string, string>>) => outputs['results']

describe('prediction files are joined by id', () => {
  test('in whatever order their rows are', async () => {
    await using bench = await aComparison()
    const straight = await bench.go(gate, byFiles)
    await bench.write(changed((lines) => lines.reverse()))

    const reversed = await bench.go(gate, byFiles)

    expect(resultsOf(reversed)).toBe(resultsOf(straight))
    // The evidence tells another file, and the very same predictions.
    const predictions = await bench.look(async ({ models, evidence }) => {
      const { files } = await models.version('kettle', 2)
      const records = await evidence.about(files.digest, 'gate')
      const claims = records.map(({ id }) => evidence.read(id) as Promise<Statement<GatePredicate>>)
      return (await Promise.all(claims)).map(({ predicate }) => predicate.predictions.candidate)
    })
    expect(predictions).toHaveLength(2)
    expect(predictions[0]).toBe(predictions[1])
  })

  test('and each side has its own', async () => {
    await using bench = await aComparison()
    const straight = await bench.go(gate, byFiles)

    const swapped = await bench.go(gate, {
      ...byFiles,
      candidatePredictions: 'champion.csv',
      championPredictions: 'candidate.csv',
    })

    const [, one] = JSON.parse(resultsOf(straight) ?? '') as { difference: number }[]
    const [, two] = JSON.parse(resultsOf(swapped) ?? '') as { difference: number }[]
    expect(two?.difference).toBeCloseTo(-(one?.difference ?? 0), 12)
  })

  test.each<[string, Record<string, string>, RegExp]>([
    ['a missing row', changed((lines) => lines.slice(1)), /id "r0" \(in .*candidate\.csv\) is not predicted/],
    [
      'a row twice',
      changed((lines) => [...lines, 'r7,0.4']),
      /id "r7" \(in .*candidate\.csv:1002\) is predicted twice/,
    ],
    [
      'an unknown row',
      changed((lines) => [...lines, 'r1000,0.4']),
      /id "r1000" \(in .*candidate\.csv:1002\) is not a row of the evaluation data/,
    ],
    [
      'what is no number',
      changed((lines) => lines.with(4, 'r4,NaN')),
      /column probability \(in .*candidate\.csv:6\) is missing/,
    ],
    [
      'an infinite number',
      changed((lines) => lines.with(4, 'r4,inf')),
      /column probability "inf" \(in .*candidate\.csv:6\) is not a finite number/,
    ],
    [
      'a probability above 1',
      changed((lines) => lines.with(4, 'r4,1.5')),
      /candidate\.csv: row r4 has the probability 1\.5, not between 0 and 1/,
    ],
    ['no column of ids', { 'candidate.csv': 'row,probability\nr0,0.5\n' }, /column id .* is missing/],
    [
      'no column of predictions',
      { 'candidate.csv': predictionFile(0.82).replace('probability', 'p') },
      /the predictions \(in .*candidate\.csv\) are in none of its columns id, p; expected prediction or probability or probability_0 or probability_1/,
    ],
    ['many missing rows', changed((lines) => lines.slice(20)), /15 more places .*are wrong too/],
  ])('never dropping one: %s is refused', async (_, files, words) => {
    await using bench = await aComparison(files)

    const host = await bench.run(gate, byFiles)

    expect(host.ended?.exitCode).toBe(2)
    expect(failureOf(host)).toMatch(/TY0304/)
    expect(failureOf(host)).toMatch(words)
    expect(host.outputs.get('verdict')).toBe('error')
  })

  test('a champion without a file is asked another way, which it may not have', async () => {
    await using bench = await aComparison()

    const asked = await bench.run(gate, { candidate: 'kettle@2', candidatePredictions: 'candidate.csv' })
    const strict = await bench.run(gate, {
      candidate: 'kettle@2',
      candidatePredictions: 'candidate.csv',
      predictions: 'files',
    })

    expect(failureOf(asked)).toContain('kettle@1 does not have exactly one ONNX file')
    expect(failureOf(strict)).toContain('There is no prediction file for kettle@1')
  })
})

describe('what a prediction file may hold', () => {
  const truth = (row: number) => (row % 5 < 2 ? 1 : 0)
  const rows = Array.from({ length: 1000 }, (_, row) => row)
  const lines = (head: string, line: (row: number) => string) => [head, ...rows.map(line)].join('\n')
  const accuracy = criteriaFile([{ metric: 'accuracy', absolute: { min: 0.9 } }])
  const wrong = (row: number) => row % 50 === 0

  test.each<[string, string]>([
    ['classes', lines('id,prediction', (row) => `r${row},${wrong(row) ? 1 - truth(row) : truth(row)}`)],
    [
      'a probability for each class',
      lines('id,probability_1,probability_0', (row) =>
        (truth(row) === 1) === !wrong(row) ? `r${row},0.8,0.2` : `r${row},0.3,0.7`,
      ),
    ],
    [
      'JSON Lines',
      rows
        .map((row) => JSON.stringify({ id: `r${row}`, prediction: wrong(row) ? 1 - truth(row) : truth(row) }))
        .join('\n'),
    ],
  ])('%s', async (kind, text) => {
    const file = kind === 'JSON Lines' ? 'say.jsonl' : 'say.csv'
    await using bench = await aComparison({ 'criteria.yml': accuracy, [file]: text })

    const outputs = await bench.go(gate, { ...byFiles, candidatePredictions: file })

    expect(JSON.parse(outputs['results'] ?? '')).toMatchObject([{ metric: 'accuracy', candidate: 0.98 }])
  })

  test('a class beside a probability is the class, whatever threshold it stands for', async () => {
    const text = lines('id,prediction,probability', (row) => `r${row},${truth(row)},${truth(row) === 1 ? 0.3 : 0.1}`)
    await using bench = await aComparison({ 'criteria.yml': accuracy, 'say.csv': text })

    const outputs = await bench.go(gate, { ...byFiles, candidatePredictions: 'say.csv' })

    expect(JSON.parse(outputs['results'] ?? '')).toMatchObject([{ metric: 'accuracy', candidate: 1 }])
  })

  test('scores of any scale, where only their order is asked for', async () => {
    const auc = criteriaFile([{ metric: 'auc', absolute: { min: 0.7 } }])
    const text = lines('id,probability', (row) => `r${row},${truth(row) * 40 - ((row * 7) % 100)}`)
    await using bench = await aComparison({ 'criteria.yml': auc, 'say.csv': text })

    expect(await bench.go(gate, { ...byFiles, candidatePredictions: 'say.csv' })).toMatchObject({ verdict: 'pass' })
  })

  test('a class that is none is refused with its line', async () => {
    await using bench = await aComparison({
      'say.csv': lines('id,prediction', (row) => `r${row},${row === 3 ? 'yes' : 0}`),
    })

    const host = await bench.run(gate, { ...byFiles, candidatePredictions: 'say.csv' })

    expect(failureOf(host)).toMatch(/prediction "yes" \(in .*say\.csv:5\) is not one of the classes 0, 1/)
  })

  test('of three classes, probabilities that add up to 1', async () => {
    const names = ['cold', 'warm', 'hot']
    const classOf = (row: number) => row % 3
    const data = lines('id,y', (row) => `r${row},${names[classOf(row)]}`)
    const p = (row: number, place: number, sure: number) => (classOf(row) === place ? sure : (1 - sure) / 2)
    const said = (sure: number) =>
      lines('id,probability_warm,probability_hot,probability_cold', (row) =>
        [`r${row}`, p(row, 1, sure), p(row, 2, sure), p(row, 0, sure)].join(','),
      )
    const three = criteriaFile(
      [
        { metric: 'accuracy', absolute: { min: 0.9 } },
        { metric: 'logLoss', absolute: { max: 0.5 }, vsChampion: { nonInferior: 0.2 } },
      ],
      { classes: names },
    )
    const noisy = said(0.75).replace('r5,0.125,0.75,0.125', 'r5,0.2,0.7,0.1')
    await using bench = await aComparison({
      'criteria.yml': three,
      'data.csv': data,
      'candidate.csv': noisy,
      'champion.csv': said(0.7),
      'broken.csv': said(0.75).replace('r5,0.125,0.75,0.125', 'r5,0.125,0.75,0.6'),
    })

    expect(await bench.go(gate, byFiles)).toMatchObject({ verdict: 'pass' })
    const host = await bench.run(gate, { ...byFiles, candidatePredictions: 'broken.csv' })

    expect(failureOf(host)).toMatch(/TY0304[^]*broken\.csv: the probabilities of row r5 add up to 1\.475, not to 1/)
  })

  test('numbers, for metrics about numbers', async () => {
    const data = lines('id,y', (row) => `r${row},${row / 10}`)
    const said = (by: number) => lines('id,prediction', (row) => `r${row},${row / 10 + by * ((row % 7) - 3)}`)
    const criteria = criteriaFile([
      { metric: 'mae', absolute: { max: 0.5 }, vsChampion: { superior: 0 } },
      { metric: 'rmse', vsChampion: { nonInferior: 0.1 } },
    ])
    await using bench = await aComparison({
      'criteria.yml': criteria,
      'data.csv': data,
      'candidate.csv': said(0.1),
      'champion.csv': said(0.2),
      'huge.csv': lines('id,prediction', (row) => `r${row},1e200`),
    })

    expect(await bench.go(gate, byFiles)).toMatchObject({ verdict: 'pass' })
    const host = await bench.run(gate, { ...byFiles, candidatePredictions: 'huge.csv' })

    expect(host.ended?.exitCode).toBe(2)
    expect(failureOf(host)).toMatch(/TY0304[^]*the predictions cannot be judged/)
  })
})

test('a candidate that predicts the same as the champion is not worse', async () => {
  await using bench = await aComparison()

  const host = await bench.run(gate, { ...byFiles, candidatePredictions: 'champion.csv' })

  expect(JSON.parse(host.outputs.get('results') ?? '')).toMatchObject([
    { kind: 'pass' },
    { kind: 'pass', difference: 0, sentence: expect.stringContaining('the same as the champion’s') as string },
    { kind: 'pass' },
  ])
})
