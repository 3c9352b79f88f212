// The gate's whole step on the files of a folder, in a project and a workspace of its own:
// `node whole-step.ts <folder> <csv | jsonl | parquet> [shuffled] [clusters]`.
import { join } from 'node:path'
import { Bench, failureOf, gate, promote } from '../../main/bench.ts'
import { makeCriteria } from './rows.ts'

const [folder = '.', ending = 'csv', ...options] = process.argv.slice(2)
const { criteria, slices } = makeCriteria()
const data = {
  file: join(folder, `data.${ending}`),
  id: 'id',
  label: 'y',
  ...(options.includes('clusters') && { cluster: 'user' }),
}
const predictions = options.includes('shuffled') ? join(folder, 'shuffled') : folder
const by = ['country', { column: 'age', bins: [30, 45, 60] }]

await using bench = await Bench.make({
  'trainyard.yml': 'version: 1\nmodels:\n  kettle:\n    path: model/**\n    criteria: criteria.yml\n',
  'criteria.yml': JSON.stringify({ version: 1, data, criteria, slices: slices?.map((one) => ({ ...one, by })) }),
  'one.bin': 'one',
  'two.bin': 'two',
})
await bench.version('kettle', 'one.bin')
await bench.go(promote, { candidate: 'kettle@1', force: 'true', reason: 'the first' })
await bench.version('kettle', 'two.bin')
const host = await bench.run(gate, {
  candidate: 'kettle@2',
  data: data.file,
  candidatePredictions: join(predictions, `candidate.${ending}`),
  championPredictions: join(predictions, `champion.${ending}`),
  onFail: 'warn',
  onInconclusive: 'warn',
})
if (host.ended?.exitCode !== 0) throw new Error(failureOf(host))
