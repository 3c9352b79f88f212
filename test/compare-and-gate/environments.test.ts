import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isDigest } from '../../core/records/digest.ts'
import { gatePredicateShape } from '../../core/records/gate-evidence.ts'
import { type PackageIndex, servePackages } from '../engines/python/package-index.ts'
import { Bench, gate, promote, register, said, train } from '../main/bench.ts'
import { tool } from '../support/tools.ts'
import { dataFile } from './a-comparison.ts'

let top = ''
let index: PackageIndex

beforeAll(async () => {
  top = await mkdtemp(join(tmpdir(), 'trainyard-environments-'))
  index = await servePackages(join(top, 'wheels'))
})
afterAll(async () => {
  await index[Symbol.asyncDispose]()
  await rm(top, { recursive: true, force: true })
})

const projectFile = `version: 1
models:
  kettle:
    train: [python, train.py]
    path: model/**
    data: data.csv
    requirements: requirements.txt
    predict: [python, predict.py, '{model}', '{data}', '{out}']
    criteria: criteria.yml
`

/** The pickle remembers the package that wrote it, as those of scikit-learn do. */
const trainer = `
import engine, json, os, pathlib, pickle
pathlib.Path("model").mkdir(exist_ok=True)
pathlib.Path("model/model.pkl").write_bytes(pickle.dumps({"power": engine.POWER}))
pathlib.Path(os.environ["TRAINYARD_METRICS"]).write_text(json.dumps({"power": engine.POWER}))
`

const predictor = `
import csv, engine, pathlib, pickle, sys
model, data, out = sys.argv[1:]
power = pickle.loads(pathlib.Path(model, "model/model.pkl").read_bytes())["power"]
assert power == engine.POWER, f"written by engine {power}, read by {engine.POWER}"
with open(data) as rows, open(out, "w") as said:
    said.write("id,prediction\\n")
    for number, row in enumerate(csv.DictReader(rows)):
        wrong = number % (4 + power) == 0
        said.write(f"{row['id']},{1 - int(row['y']) if wrong else row['y']}\\n")
`

const criteria = JSON.stringify({
  version: 1,
  data: { file: 'data.csv', id: 'id', label: 'y' },
  criteria: [{ metric: 'accuracy', absolute: { min: 0.7 }, vsChampion: { nonInferior: 0.03 } }],
})

test('pickled models are first-class: each side predicts with the very packages that it was trained with', async () => {
  await using bench = await Bench.make({
    'trainyard.yml': projectFile,
    'train.py': trainer,
    'predict.py': predictor,
    'criteria.yml': criteria,
    'data.csv': dataFile,
    'requirements.txt': 'engine==1.0.0\n',
    '.gitignore': 'model/\n',
  })
  bench.commit()
  const uv = tool('uv')
  const env = {
    PATH: [...(uv === undefined ? [] : [dirname(uv)]), process.env['PATH']].join(delimiter),
    HOME: top,
    TRAINYARD_CACHE: join(top, 'cache'),
    PIP_INDEX_URL: index.url,
    PIP_CONFIG_FILE: '/dev/null',
  }
  const step = { env }
  const first = await bench.run(train, {}, step)
  const firstRun = first.outputs.get('candidate') ?? ''
  await bench.go(register, { run: firstRun }, step)
  await bench.go(promote, { candidate: 'kettle@1', force: 'true', reason: 'the first' }, step)
  await bench.write({ 'requirements.txt': 'engine==2.0.0\n' })
  const { candidate = '', metrics } = await bench.go(train, {}, step)

  const judged = await bench.go(gate, { candidate }, step)

  expect(said(first, 'notice')).toMatch(/this run locked them.*commit .*requirements\.lock/)
  expect(JSON.parse(metrics ?? '')).toEqual({ power: 2 })
  expect(judged).toMatchObject({ verdict: 'pass', champion: 'kettle@1' })
  const [, paired] = JSON.parse(judged['results'] ?? '') as { candidate: number; champion: number }[]
  expect([paired?.candidate, paired?.champion]).toEqual([0.833, 0.8])
  await bench.look(async ({ runs, files, evidence }) => {
    const one = await runs.get(firstRun.slice('run:'.length))
    const two = await runs.get(candidate.slice('run:'.length))
    expect(one.environment).toMatchObject({ kind: 'locked', python: expect.stringMatching(/^3\.\d+\.\d+$/) as string })
    expect(one.environment.digest).not.toBe(two.environment.digest)
    const id = judged['evidence'] ?? ''
    const { predictions } = gatePredicateShape.parse((await evidence.read(isDigest(id) ? id : 'sha256:')).predicate)
    expect(predictions?.by).toMatchObject({
      candidate: { way: 'command', environment: two.environment.digest },
      champion: { way: 'command', environment: one.environment.digest },
    })
    expect(Buffer.from(await files.read(one.environment.lock ?? 'sha256:')).toString()).toContain('engine==1.0.0')
  })
  // The same requirements again are the same environment, so that run is used again.
  expect(await bench.go(train, {}, step)).toMatchObject({ candidate })
})
