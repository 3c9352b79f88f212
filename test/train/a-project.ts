import { Bench } from '../main/bench.ts'

const projectFile = `version: 1
models:
  kettle:
    train: [node, train.mjs]
    path: model/**
    data: data/*.csv
`

/** Writes a model and reports metrics and parameters, as training does. */
export const goodTraining = `
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
console.log('reading', readFileSync('data/some.csv', 'utf8').length, 'bytes')
mkdirSync('model/more', { recursive: true })
writeFileSync('model/kettle.bin', 'weights')
writeFileSync('model/more/vocabulary.txt', 'hot cold')
const report = { metrics: { auc: 0.89, loss: 0.34 }, params: { depth: 3, kind: 'trees', bagged: false } }
writeFileSync(process.env.TRAINYARD_METRICS, JSON.stringify(report))
`

/** A project whose model trains by this program, in a git checkout where everything is committed. */
export async function aProject(
  training: string = goodTraining,
  files: Readonly<Record<string, string>> = {},
): Promise<Bench> {
  const bench = await Bench.make({
    'trainyard.yml': projectFile,
    'train.mjs': training,
    'data/some.csv': 'id,y\n1,0\n',
    '.gitignore': 'model/\n',
    ...files,
  })
  bench.commit()
  return bench
}
