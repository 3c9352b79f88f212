import { describe } from 'vitest'
import { criteriaFile, predictionFile } from '../a-comparison.ts'
import { mlflowPasses, registermodelPasses, tfmaPasses } from '../error-rates/peers.ts'
import { corpus, csv, type Defect, places, pointsOf } from './corpus.ts'

const rows = places(1000)
const truth = (row: number) => (row % 5 < 2 ? 1 : 0)

/** Classes of the rows of `aComparison`, wrong where it says so. */
const classes = (isWrong: (row: number) => boolean) =>
  csv(
    'id,prediction',
    rows.map((row) => [`r${row}`, isWrong(row) ? 1 - truth(row) : truth(row)]),
  )

/** A project about numbers: the truth runs from 0 to 1, and both sides are off by what is given. */
function numbers(criteria: readonly object[], off: Record<'candidate' | 'champion', (row: number) => number>) {
  const file = (by: (row: number) => number) =>
    csv(
      'id,prediction',
      rows.map((row) => [`r${row}`, row / 1000 + by(row)]),
    )
  return {
    'criteria.yml': criteriaFile(criteria),
    'data.csv': csv(
      'id,y',
      rows.map((row) => [`r${row}`, row / 1000]),
    ),
    'candidate.csv': file(off.candidate),
    'champion.csv': file(off.champion),
  }
}

const alternating = (size: number) => (row: number) => (row % 2 === 0 ? size : -size) * (1 + (row % 7) / 7)

const directions: readonly Defect[] = [
  {
    name: 'a worse loss does not pass for a better one',
    elsewhere: 'aml-registermodel refuses only lower values, of metrics to be minimised, too',
    isPassedElsewhere: (results) => registermodelPasses(pointsOf(results)),
    files: {
      'criteria.yml': criteriaFile([{ metric: 'logLoss', vsChampion: { superior: 0 } }]),
      'candidate.csv': predictionFile(0.6, 7),
    },
    verdict: 'fail',
    says: /Log loss is 0\.\d+ worse than the champion’s .*: not better\./,
  },
  {
    name: 'a better loss is not refused',
    elsewhere: 'aml-registermodel refuses every lower value',
    isPassedElsewhere: (results) => !registermodelPasses(pointsOf(results)),
    files: {
      'criteria.yml': criteriaFile([{ metric: 'logLoss', vsChampion: { superior: 0 } }]),
      'candidate.csv': predictionFile(0.95, 7),
    },
    verdict: 'pass',
    says: /All|The required criterion is proven/,
  },
  {
    name: 'a floor for a loss, which a worse model would keep, is refused with its place',
    elsewhere: 'MLflow takes the direction from a flag, and a wrong flag turns the gate around',
    isPassedElsewhere: () => mlflowPasses({ candidate: 3, champion: 0.5 }, { threshold: 0.4, isGreaterBetter: true }),
    files: { 'criteria.yml': criteriaFile([{ metric: 'logLoss', absolute: { min: 0.4 } }]) },
    verdict: 'refused',
    says: /criteria\.0\.absolute\.min .*criteria\.yml:1:\d+.*logLoss.*lower is better.*max/,
  },
  {
    name: 'a ceiling for a metric where higher is better is refused as well',
    elsewhere: 'TFMA takes an upper bound on any metric',
    isPassedElsewhere: () => tfmaPasses({ candidate: 0.1, champion: 0.9 }, { upperBound: 0.9 }),
    files: { 'criteria.yml': criteriaFile([{ metric: 'accuracy', absolute: { max: 0.9 } }]) },
    verdict: 'refused',
    says: /criteria\.0\.absolute\.max .*accuracy.*higher is better.*min/,
  },
]

const undefinedMetrics: readonly Defect[] = [
  {
    name: 'F1 of a class that is neither there nor predicted has no value, and proves nothing',
    elsewhere: 'scikit-learn says 0 with a warning, and a change of 0 % is not below 0 %',
    isPassedElsewhere: () =>
      mlflowPasses({ candidate: Number.NaN, champion: 0.8 }, { minRelativeChange: 0.05, isGreaterBetter: true }),
    files: {
      'criteria.yml': criteriaFile([{ metric: 'f1', vsChampion: { nonInferior: 0.05 } }]),
      'data.csv': csv(
        'id,y',
        rows.map((row) => [`r${row}`, 0]),
      ),
      'candidate.csv': csv(
        'id,prediction',
        rows.map((row) => [`r${row}`, 0]),
      ),
      'champion.csv': csv(
        'id,prediction',
        rows.map((row) => [`r${row}`, 0]),
      ),
    },
    verdict: 'inconclusive',
    says: /F1 is not comparable with the champion’s: these rows cannot tell .* because it has no value on these rows/,
  },
  {
    name: 'precision of a class that the candidate never predicts is not a pass',
    elsewhere: 'NaN is not below any minimum: MLflow’s relative change lets it pass',
    isPassedElsewhere: (results) => mlflowPasses(pointsOf(results), { minRelativeChange: 0.05, isGreaterBetter: true }),
    files: {
      'criteria.yml': criteriaFile([{ metric: 'precision', vsChampion: { superior: 0 } }]),
      'candidate.csv': csv(
        'id,prediction',
        rows.map((row) => [`r${row}`, 0]),
      ),
      'champion.csv': classes((row) => row % 9 === 0),
    },
    verdict: 'inconclusive',
    says: /Precision is not comparable .* because it has no value on these rows/,
  },
  {
    name: 'an AUC of rows of one class only is inconclusive',
    elsewhere: 'scikit-learn says NaN with a warning, and NaN is not below MLflow’s minimum',
    isPassedElsewhere: (results) => mlflowPasses(pointsOf(results), { minRelativeChange: 0.05, isGreaterBetter: true }),
    files: {
      'criteria.yml': criteriaFile([{ metric: 'auc', vsChampion: { superior: 0 } }]),
      'data.csv': csv(
        'id,y',
        rows.map((row) => [`r${row}`, 1]),
      ),
    },
    verdict: 'inconclusive',
    says: /AUC is not comparable .* because there are fewer than ten rows of a class/,
  },
  {
    name: 'R² of labels that are all the same is inconclusive',
    elsewhere: 'scikit-learn says 0 or 1 for R² of constant labels',
    isPassedElsewhere: () => tfmaPasses({ candidate: 1, champion: 0.5 }, { lowerBound: 0.9 }),
    files: {
      ...numbers([{ metric: 'r2', absolute: { min: 0.5 } }], {
        candidate: alternating(0.01),
        champion: alternating(0.01),
      }),
      'data.csv': csv(
        'id,y',
        rows.map((row) => [`r${row}`, 0.5]),
      ),
    },
    verdict: 'inconclusive',
    says: /R² is unknown: these rows cannot tell .* because it has no value on these rows/,
  },
  {
    name: 'a log loss of impossible truths is large, not infinite, and fails',
    elsewhere: 'a plain logarithm makes the mean infinite, and infinity minus infinity is NaN',
    isPassedElsewhere: () =>
      mlflowPasses(
        { candidate: Number.POSITIVE_INFINITY, champion: Number.POSITIVE_INFINITY },
        { minRelativeChange: 0.05, isGreaterBetter: false },
      ),
    files: {
      'criteria.yml': criteriaFile([{ metric: 'logLoss', vsChampion: { nonInferior: 0.05 } }]),
      'candidate.csv': csv(
        'id,probability',
        rows.map((row) => [`r${row}`, row % 20 === 0 ? 1 - truth(row) : truth(row)]),
      ),
    },
    verdict: 'fail',
    says: /Log loss is 1\.\d+ worse than the champion’s .*: worse by more than 0\.05\./,
  },
  {
    name: 'a metric that the predictions are not enough for is an error that names it',
    elsewhere: 'MLOpsPython prints that it found no metric, and goes on',
    files: {
      'criteria.yml': criteriaFile([{ metric: 'logLoss', vsChampion: { nonInferior: 0.05 } }]),
      'candidate.csv': classes(() => false),
    },
    verdict: 'error',
    says: /kettle@2 does not predict what the criteria ask for: logLoss needs a probability/,
  },
]

const margins: readonly Defect[] = [
  {
    name: 'a champion with a negative R² turns no comparison around',
    elsewhere: 'MLflow divides the change by the champion’s value, sign and all',
    isPassedElsewhere: (results) => mlflowPasses(pointsOf(results), { minRelativeChange: 0.05, isGreaterBetter: true }),
    files: numbers([{ metric: 'r2', vsChampion: { nonInferior: 0.05 } }], {
      candidate: alternating(0.4),
      champion: alternating(0.25),
    }),
    verdict: 'fail',
    says: /R² is \d\.\d+ worse than the champion’s .*: worse by more than 0\.05\./,
  },
  {
    name: 'a champion that is never wrong is compared like any other',
    elsewhere: 'TFMA fails every candidate where the champion’s value is 0',
    isPassedElsewhere: () =>
      !tfmaPasses({ candidate: 0.001, champion: 0 }, { change: { isGreaterBetter: false, absolute: 0.02 } }),
    files: {
      'criteria.yml': criteriaFile([{ metric: 'errorRate', vsChampion: { nonInferior: 0.02 } }]),
      'candidate.csv': classes((row) => row === 7),
      'champion.csv': classes(() => false),
    },
    verdict: 'pass',
    says: /Error rate is 0\.001 worse than the champion’s .*: not worse by 0\.02 or more\./,
  },
  {
    name: 'a last digit of rounding is neither better nor worse',
    elsewhere: '0.1 + 0.2 > 0.3, so that a point rule lets it pass as better',
    isPassedElsewhere: () =>
      mlflowPasses({ candidate: 0.1 + 0.2, champion: 0.3 }, { minRelativeChange: 1e-17, isGreaterBetter: true }),
    files: numbers([{ metric: 'mae', vsChampion: { superior: 0 } }], {
      candidate: () => 0.3,
      champion: () => 0.1 + 0.2,
    }),
    verdict: 'inconclusive',
    says: /because every row says the same, so that chance cannot be estimated/,
  },
  {
    name: 'on very many rows a difference that is sure but too small is still within the margin',
    elsewhere: 'a test of equality at p < .05 refuses it',
    files: large([{ metric: 'accuracy', vsChampion: { nonInferior: 0.01 } }]),
    verdict: 'pass',
    says: /Accuracy is 0\.002 worse than the champion’s \(improvement between -0\.\d+ and -0\.\d+\): not worse by 0\.01 or more\./,
  },
  {
    name: 'nor is a sure gain that is too small enough',
    elsewhere: 'MLflow’s threshold of any change above 0 lets it pass',
    isPassedElsewhere: (results) => mlflowPasses(pointsOf(results), { minAbsoluteChange: 1e-9, isGreaterBetter: true }),
    files: swapped(large([{ metric: 'accuracy', vsChampion: { superior: 0.01 } }])),
    verdict: 'fail',
    says: /Accuracy is 0\.002 better than the champion’s .*: not better by more than 0\.01\./,
  },
  {
    name: 'a perfect score on ten rows proves nothing, and says how many would',
    elsewhere: 'every point rule lets 1 pass where 0.9 is asked',
    isPassedElsewhere: (results) => tfmaPasses(pointsOf(results), { lowerBound: 0.9 }),
    files: small([{ metric: 'accuracy', absolute: { min: 0.9 } }]),
    verdict: 'inconclusive',
    says: /Accuracy is 1 \(between 0\.\d+ and 1\): these rows cannot tell whether it is at least 0\.9; about \d+ would/,
  },
  {
    name: 'so do ten rows on which both sides are perfect',
    elsewhere: 'a Wald interval of no differences has no width, and passes',
    isPassedElsewhere: (results) =>
      tfmaPasses(pointsOf(results), { change: { isGreaterBetter: true, absolute: -0.01 } }),
    files: small([{ metric: 'accuracy', vsChampion: { nonInferior: 0.01 } }]),
    verdict: 'inconclusive',
    says: /Accuracy is the same as the champion’s .*: these rows cannot tell whether it is worse by 0\.01 or more; about \d+ would/,
  },
]

/** 20,000 rows, of which the candidate alone is wrong on 40. */
function large(criteria: readonly object[]): Record<string, string> {
  const many = places(20_000)
  const said = (wrong: number) =>
    csv(
      'id,prediction',
      many.map((row) => [row, row < wrong ? 1 - truth(row) : truth(row)]),
    )
  return {
    'criteria.yml': criteriaFile(criteria),
    'data.csv': csv(
      'id,y',
      many.map((row) => [row, truth(row)]),
    ),
    'candidate.csv': said(140),
    'champion.csv': said(100),
  }
}

function swapped(files: Record<string, string>): Record<string, string> {
  return { ...files, 'candidate.csv': files['champion.csv'] ?? '', 'champion.csv': files['candidate.csv'] ?? '' }
}

/** Ten rows, on which both sides are right. */
function small(criteria: readonly object[]): Record<string, string> {
  const said = csv(
    'id,prediction',
    places(10).map((row) => [`r${row}`, truth(row)]),
  )
  const data = csv(
    'id,y',
    places(10).map((row) => [`r${row}`, truth(row)]),
  )
  return { 'criteria.yml': criteriaFile(criteria), 'data.csv': data, 'candidate.csv': said, 'champion.csv': said }
}

describe('the direction of a metric', () => {
  corpus(directions)
})
describe('a metric without a value', () => {
  corpus(undefinedMetrics)
})
describe('what is small, large or negative', () => {
  corpus(margins)
})
