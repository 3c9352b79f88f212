import { afterAll } from 'vitest'
import { seededRandom } from '../../core/stats/random.ts'
import { Bench, promote } from '../main/bench.ts'

/** Rows of the evaluation data. */
export const rowCount = 1000

/** Who is right where: 1 for the positive class. */
const truths = Array.from({ length: rowCount }, (_, row) => (row % 5 < 2 ? 1 : 0))

export const dataFile = ['id,y', ...truths.map((truth, row) => `r${row},${truth}`)].join('\n')

/** A prediction file of a model that is right with some probability, always the same for a seed. */
export function predictionFile(right: number, seed = 1): string {
  const random = seededRandom(seed)
  const lines = truths.map((truth, row) => {
    const sure = random() < right ? 0.6 + 0.3 * random() : 0.15 + 0.3 * random()
    return `r${row},${(truth === 1 ? sure : 1 - sure).toFixed(6)}`
  })
  return ['id,probability', ...lines].join('\n')
}

/** A criteria file with these criteria, in YAML's flow style. */
export function criteriaFile(criteria: readonly object[], data: object = {}): string {
  const all = { file: 'data.csv', id: 'id', label: 'y', ...data }
  return JSON.stringify({ version: 1, data: all, criteria })
}

/** Good enough alone, and not worse than the champion. */
export const usualCriteria = [
  { metric: 'accuracy', absolute: { min: 0.7 }, vsChampion: { nonInferior: 0.05 } },
  { metric: 'logLoss', absolute: { max: 0.65 } },
]

export const projectFile = `version: 1
models:
  kettle:
    path: model/**
    criteria: criteria.yml
`

/** Made once for a file of tests, and copied for each test. */
let original: Bench | undefined
afterAll(() => original?.[Symbol.asyncDispose]())

/** A project with evaluation data, criteria and two versions, of which the first is the champion. */
export async function aComparison(files: Readonly<Record<string, string | Uint8Array>> = {}): Promise<Bench> {
  original ??= await makeOriginal()
  const bench = await original.copy()
  await bench.write(files)
  return bench
}

async function makeOriginal(): Promise<Bench> {
  const bench = await Bench.make({
    'trainyard.yml': projectFile,
    'criteria.yml': criteriaFile(usualCriteria),
    'data.csv': dataFile,
    'champion.csv': predictionFile(0.8, 1),
    'candidate.csv': predictionFile(0.82, 2),
    'worse.csv': predictionFile(0.72, 3),
    'bad.csv': predictionFile(0.5, 4),
    'one.bin': 'one',
    'two.bin': 'two',
  })
  await bench.version('kettle', 'one.bin')
  await bench.go(promote, { candidate: 'kettle@1', force: 'true', reason: 'the first' })
  await bench.version('kettle', 'two.bin')
  return bench
}

/** What the gate is given: version 2 against the champion, by prediction files. */
export const byFiles = {
  candidate: 'kettle@2',
  candidatePredictions: 'candidate.csv',
  championPredictions: 'champion.csv',
}
