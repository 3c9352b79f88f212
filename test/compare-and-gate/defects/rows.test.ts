import { describe } from 'vitest'
import { criteriaFile, dataFile, predictionFile, rowCount } from '../a-comparison.ts'
import { mlflowPasses, tfmaPasses } from '../error-rates/peers.ts'
import { corpus, csv, type Defect, places, pointsOf } from './corpus.ts'

const truth = (row: number) => (row % 5 < 2 ? 1 : 0)
const [head = '', ...lines] = predictionFile(0.82, 2).split('\n')

/** The candidate’s file with other lines. */
function saying(changed: readonly string[]): Record<string, string> {
  return { 'candidate.csv': [head, ...changed].join('\n') }
}

/** Rows that the candidate gets wrong. */
const isHard = (line: string, row: number) => Number(line.split(',')[1]) >= 0.5 !== (truth(row) === 1)
const hard = lines.filter(isHard)
const accuracyOfEasy = 1

const pairing: readonly Defect[] = [
  {
    name: 'a candidate that leaves out what it gets wrong is refused, and the rows are named',
    elsewhere: 'metrics that each side logged itself know nothing of the rows',
    isPassedElsewhere: () =>
      mlflowPasses({ candidate: accuracyOfEasy, champion: 0.8 }, { minAbsoluteChange: 0.1, isGreaterBetter: true }),
    files: saying(lines.filter((line, row) => !isHard(line, row))),
    verdict: 'error',
    says: new RegExp(`id "${hard[0]?.split(',')[0]}" \\(in .*candidate\\.csv\\) is not predicted`),
  },
  {
    name: 'other rows on the champion’s side are an error',
    elsewhere: 'MLflow and MLOpsPython compare numbers, whatever data they are of',
    isPassedElsewhere: () =>
      mlflowPasses({ candidate: 0.9, champion: 0.8 }, { minAbsoluteChange: 0.05, isGreaterBetter: true }),
    files: { 'champion.csv': predictionFile(0.8).replaceAll('\nr', '\nq') },
    verdict: 'error',
    says: /id "q0" \(in .*champion\.csv:2\) is not a row of the evaluation data/,
  },
  {
    name: 'a row that is predicted twice is an error, whichever prediction is better',
    elsewhere: 'a join by pandas counts the row twice',
    files: saying([...lines, `r7,${truth(7)}`]),
    verdict: 'error',
    says: /id "r7" \(in .*candidate\.csv:1002\) is predicted twice/,
  },
  {
    name: 'an evaluation row with the id of another is an error',
    elsewhere: 'a join by pandas multiplies both',
    files: { 'data.csv': `${dataFile}\nr0,1` },
    verdict: 'error',
    says: /id "r0" \(in .*data\.csv:1002\) names a row that was there already/,
  },
  {
    name: 'files in another order are the same files',
    elsewhere: 'arrays that are compared place by place make a good model a coin',
    files: saying(lines.toReversed()),
    verdict: 'pass',
    says: /All 3 required criteria are proven/,
  },
  {
    name: 'a label that leaked into the order of the rows helps nobody',
    elsewhere: 'a file without ids, sorted by its label, is joined place by place',
    files: {
      'data.csv': csv(
        'id,y',
        places(rowCount)
          .map((row) => [`r${row}`, truth(row)] as const)
          .toSorted((one, two) => one[1] - two[1]),
      ),
      ...saying(places(rowCount).map((place) => `r${place},${place < 600 ? 0.2 : 0.8}`)),
    },
    verdict: 'fail',
    says: /required criteria failed[^]*Accuracy is 0\.5/,
  },
]

const cells: readonly Defect[] = [
  {
    name: 'a prediction that is NaN is an error with its line',
    elsewhere: 'a mean of what is not NaN leaves out the rows on which a model breaks',
    files: saying(lines.with(4, 'r4,NaN')),
    verdict: 'error',
    says: /column probability \(in .*candidate\.csv:6\) is missing/,
  },
  {
    name: 'an infinite prediction, too',
    elsewhere: 'a mean of infinity is infinity, and lies above any floor',
    files: saying(lines.with(4, 'r4,inf')),
    verdict: 'error',
    says: /column probability "inf" \(in .*candidate\.csv:6\) is not a finite number/,
  },
  {
    name: 'probabilities that do not add up to 1 are an error',
    elsewhere: 'a log loss without that check is perfect for who says 1 to every class',
    files: {
      'candidate.csv': csv(
        'id,probability_0,probability_1',
        places(rowCount).map((row) => [`r${row}`, 1, 1]),
      ),
    },
    verdict: 'error',
    says: /the probabilities of row r0 add up to 2, not to 1/,
  },
  {
    name: 'a label with a stray space is no class of its own, and no silent miss',
    elsewhere: 'a comparison of texts counts the row as wrong for both sides',
    files: { 'data.csv': dataFile.replace('r2,0', 'r2,0 ') },
    verdict: 'error',
    says: /y "0 " \(in .*data\.csv:4\) is not one of the classes 0, 1/,
  },
  {
    name: 'labels that are texts, with criteria that say nothing of classes, are an error that says what to write',
    elsewhere:
      'scikit-learn takes the last in the alphabet for the positive one, or stops with “pos_label=1 is not a valid label”',
    files: { 'data.csv': dataFile.replaceAll(',1', ',yes').replaceAll(',0', ',no') },
    verdict: 'error',
    says: /The criteria name them in data, the positive one last: classes: \['no', 'yes'\]/,
  },
  {
    name: 'an id that was a number on one side is not joined by chance',
    elsewhere: 'a table library that reads 007 as 7 joins it with another row, or with none',
    files: {
      'data.csv': csv(
        'id,y',
        places(100).map((row) => [String(row).padStart(3, '0'), truth(row)]),
      ),
      'candidate.csv': csv(
        'id,probability',
        places(100).map((row) => [row, 0.5]),
      ),
    },
    verdict: 'error',
    says: /id "0" \(in .*candidate\.csv:2\) is not a row of the evaluation data/,
  },
]

/** Ten rows, each a hundred times under a name of its own; `of` says which one it is. */
const copies = {
  'data.csv': csv(
    'id,y,of',
    places(rowCount).map((row) => [`r${row}`, truth(row), `u${row % 10}`]),
  ),
  'candidate.csv': csv(
    'id,prediction',
    places(rowCount).map((row) => [`r${row}`, truth(row)]),
  ),
  'criteria.yml': criteriaFile([{ metric: 'accuracy', absolute: { min: 0.9 } }], { cluster: 'of' }),
}

const repeated: readonly Defect[] = [
  {
    name: 'ten rows a hundred times each are ten rows, where the criteria say what belongs together',
    elsewhere: 'every tool that counts rows takes copies for evidence',
    isPassedElsewhere: (results) => tfmaPasses({ ...pointsOf(results), champion: 0.8 }, { lowerBound: 0.9 }),
    files: copies,
    verdict: 'inconclusive',
    says: /Accuracy is 1[^]*these rows cannot tell/,
  },
]

describe('rows that are there more than once', () => {
  corpus(repeated)
})

describe('which rows are compared', () => {
  corpus(pairing)
})
describe('what stands in the cells', () => {
  corpus(cells)
})
