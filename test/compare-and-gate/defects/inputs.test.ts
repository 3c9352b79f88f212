import { describe, expect, test } from 'vitest'
import { failureOf, gate } from '../../main/bench.ts'
import {
  aComparison,
  byFiles,
  criteriaFile,
  dataFile,
  predictionFile,
  rowCount,
  usualCriteria,
} from '../a-comparison.ts'
import { mlflowPasses, tfmaPasses } from '../error-rates/peers.ts'
import { corpus, csv, type Defect, places, pointsOf } from './corpus.ts'

const truth = (row: number) => (row % 5 < 2 ? 1 : 0)
const rows = places(rowCount)
const sure = (row: number) => (truth(row) === 1 ? 0.8 : 0.2)

/** A prediction file with these columns after the id. */
const said = (head: string, of: (row: number) => readonly (string | number)[]) =>
  csv(
    `id,${head}`,
    rows.map((row) => [`r${row}`, ...of(row)]),
  )

const asking = (criterion: object) => ({ 'criteria.yml': criteriaFile([criterion]) })
const bad = { ...byFiles, candidatePredictions: 'bad.csv' }

const hollow: readonly Defect[] = [
  {
    name: 'an accuracy of at least 0 is refused: every model keeps it',
    elsewhere: 'TFMA takes any lower bound, and passes any model',
    isPassedElsewhere: () => tfmaPasses({ candidate: 0.1, champion: 0.9 }, { lowerBound: 0 }),
    files: asking({ metric: 'accuracy', absolute: { min: 0 } }),
    inputs: bad,
    verdict: 'refused',
    says: /criteria\.0\.absolute\.min .*is asked of accuracy, which is from 0 to 1: every model keeps it/,
  },
  {
    name: 'so is an error rate of at most 7, where 7 % were meant',
    elsewhere: 'TFMA takes any upper bound',
    isPassedElsewhere: () => tfmaPasses({ candidate: 0.9, champion: 0.1 }, { upperBound: 7 }),
    files: asking({ metric: 'errorRate', absolute: { max: 7 } }),
    inputs: bad,
    verdict: 'refused',
    says: /criteria\.0\.absolute\.max .*every model keeps it/,
  },
  {
    name: 'so is a margin of 5, where 5 % were meant',
    elsewhere: 'a margin of 5 lets every candidate pass, whatever it loses',
    isPassedElsewhere: () =>
      tfmaPasses({ candidate: 0.1, champion: 0.9 }, { change: { isGreaterBetter: true, absolute: -5 } }),
    files: asking({ metric: 'accuracy', vsChampion: { nonInferior: 5 } }),
    inputs: bad,
    verdict: 'refused',
    says: /criteria\.0\.vsChampion\.nonInferior .*every model keeps it/,
  },
  {
    name: 'so is a gain that no model can make, which would block for ever',
    elsewhere: 'a threshold of 1.5 on the AUC is never reached, and nobody says why',
    files: asking({ metric: 'auc', vsChampion: { superior: 1.5 } }),
    verdict: 'refused',
    says: /criteria\.0\.vsChampion\.superior .*auc, which is from 0 to 1: no model can keep it/,
  },
  {
    name: 'so is a harm of slices that no slice can suffer',
    elsewhere: 'a tolerance above the range switches a check off without a word',
    files: {
      'criteria.yml': JSON.stringify({
        version: 1,
        data: { file: 'data.csv', id: 'id', label: 'y' },
        criteria: usualCriteria,
        slices: [{ by: ['y'], metric: 'accuracy', noHarm: 5 }],
      }),
    },
    verdict: 'refused',
    says: /slices\.0\.noHarm .*every model keeps it/,
  },
]

const wrongClass: readonly Defect[] = [
  {
    name: 'a probability of the other class is an error where the file says the class, too',
    elsewhere: 'predict_proba(…)[:, 0] is taken for the probability of the positive class',
    files: { 'candidate.csv': said('prediction,probability', (row) => [truth(row), 1 - sure(row)]) },
    verdict: 'error',
    says: /candidate\.csv says 0 where its probability of it is low: the probability has to be that of the last of data\.classes \(0, 1\)/,
  },
  {
    name: 'a champion that predicts the opposite is told, since every candidate is better than that',
    elsewhere: 'a champion whose probabilities are of the other class lets every candidate pass',
    isPassedElsewhere: (results) => mlflowPasses(pointsOf(results), { minRelativeChange: 0, isGreaterBetter: true }),
    files: {
      ...asking({ metric: 'auc', vsChampion: { superior: 0 } }),
      'champion.csv': said('probability', (row) => [1 - sure(row)]),
    },
    verdict: 'pass',
    says: /is proven/,
    warns: /kettle@1 predicts the opposite of the labels: see that the last of data\.classes is the class/,
  },
  {
    name: 'a champion’s file of other rows with the same names is told, since it does no better than chance',
    elsewhere: 'predictions of last month’s file have the same ids, and make the champion a coin',
    files: {
      ...asking({ metric: 'accuracy', vsChampion: { superior: 0 } }),
      'champion.csv': said('probability', (row) => [sure((7 * row + 3 * Math.floor(row / 5)) % rowCount)]),
    },
    verdict: 'pass',
    says: /is proven/,
    warns: /kettle@1 does no better than chance: see that its predictions are of these very rows/,
  },
  {
    name: 'probabilities of some classes alone are an error that names the others',
    elsewhere: 'a missing column counts as 0',
    files: { 'candidate.csv': said('prediction,probability_1', (row) => [truth(row), sure(row)]) },
    verdict: 'error',
    says: /column probability_0 \(in .*candidate\.csv\) is missing beside the other classes’/,
  },
]

const spellings: readonly Defect[] = [
  {
    name: 'a class in another form of Unicode is an error that says so, since both look the same',
    elsewhere: 'a comparison of texts counts every such row as wrong',
    files: {
      'criteria.yml': criteriaFile(usualCriteria, { classes: ['tea', 'cafe\u0301'] }),
      'data.csv': dataFile.replaceAll(',1', ',caf\u00e9').replaceAll(',0', ',tea'),
    },
    verdict: 'error',
    says: /is not one of the classes tea, cafe\u0301, which write it cafe\u0301 in another form of Unicode/,
  },
  {
    name: 'so is an id',
    elsewhere: 'a join finds no row, and an outer join fills in what is missing',
    files: {
      'data.csv': dataFile.replaceAll('\nr', '\ncaf\u00e9'),
      'candidate.csv': predictionFile(0.82, 2).replaceAll('\nr', '\ncafe\u0301'),
    },
    verdict: 'error',
    says: /is not a row of the evaluation data, which writes it caf\u00e90 in another form of Unicode/,
  },
  {
    name: 'classes that are numbers in YAML are an error that says how to write them',
    elsewhere: 'a 1 that is no “1” matches no label',
    files: { 'criteria.yml': criteriaFile(usualCriteria, { classes: [0, 1] }) },
    verdict: 'refused',
    says: /data\.classes\.0 .*write it as a text, in quotes/,
  },
  {
    name: 'a file with semicolons is an error that says so',
    elsewhere: 'a column that is called id;probability',
    files: { 'candidate.csv': predictionFile(0.82, 2).replaceAll(',', ';') },
    verdict: 'error',
    says: /column id .*is missing; expected one of id;probability \(cells are separated by commas in \.csv/,
  },
]

const units: readonly Defect[] = [
  {
    name: 'a thousand rows of one user are one observation, and no failure of the gate',
    elsewhere: 'every tool that counts rows takes them for a thousand',
    isPassedElsewhere: (results) => tfmaPasses(pointsOf(results), { lowerBound: 0.7 }),
    files: {
      'criteria.yml': criteriaFile(usualCriteria, { cluster: 'user' }),
      'data.csv': csv(
        'id,y,user',
        rows.map((row) => [`r${row}`, truth(row), 'u1']),
      ),
    },
    verdict: 'inconclusive',
    says: /the rows depend on each other in fewer than ten clusters.*\(1,000 rows in 1 cluster, worth one independent row/,
  },
]

describe('a text as the value of a slice', () => {
  test('is cut, and stays on its line of the log', async () => {
    const text = (row: number) => `"${row % 2 === 0 ? 'a' : 'b'}\n::error::no\n${'long '.repeat(5_000)}"`
    await using bench = await aComparison({
      'criteria.yml': JSON.stringify({
        version: 1,
        data: { file: 'data.csv', id: 'id', label: 'y' },
        criteria: usualCriteria,
        slices: [{ by: ['text'], metric: 'accuracy', noHarm: 0.03 }],
      }),
      'data.csv': csv(
        'id,y,text',
        rows.map((row) => [`r${row}`, truth(row), text(row)]),
      ),
    })

    const host = await bench.run(gate, bad)

    expect(host.outputs.get('verdict'), failureOf(host)).toBe('fail')
    expect(host.summaryText).toMatch(/text = [ab] ::error::no (long )+\w*…/)
    expect(host.summaryText.length).toBeLessThan(5_000)
  })
})

const nested = Array.from('abcdefghi', (name, at) =>
  at === 0
    ? 'a: &a [x, x, x, x, x, x, x, x, x]'
    : `${name}: &${name} [${Array(9)
        .fill(`*${'abcdefghi'[at - 1]}`)
        .join(', ')}]`,
)

describe('criteria that unfold without an end', () => {
  test.each([
    ['aliases of aliases', `version: 1\n${nested.join('\n')}\ncriteria: *i\n`, /Excessive alias count/],
    ['an alias of nothing', 'version: 1\ndata: *nothing\n', /Unresolved alias/],
    ['lists in lists', `version: 1\ndata: ${'['.repeat(50_000)}`, /is not valid YAML/],
  ])('%s are an error of the file, and no defect', async (_, text, words) => {
    await using bench = await aComparison({ 'criteria.yml': text })

    const host = await bench.run(gate, byFiles)

    expect(host.ended?.exitCode).toBe(2)
    expect(failureOf(host)).toMatch(words)
    expect(failureOf(host).split('\n').length).toBeLessThan(12)
  })
})

describe('criteria that ask for nothing', () => {
  corpus(hollow)
})
describe('predictions of another class or of other rows', () => {
  corpus(wrongClass)
})
describe('names that look the same', () => {
  corpus(spellings)
})
describe('rows of one user', () => {
  corpus(units)
})
