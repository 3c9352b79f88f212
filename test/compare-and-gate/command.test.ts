import { execFileSync } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { type Bench, failureOf, gate } from '../main/bench.ts'
import { main } from '../../core/main/main.ts'
import { aComparison, projectFile } from './a-comparison.ts'

/** A model is a probability of being right; predicting is looking up how sure it is. */
const predictor = `
import { readFileSync, writeFileSync, readdirSync } from 'node:fs'
const [model, data, out] = process.argv.slice(2)
const [file] = readdirSync(model)
const name = readFileSync(model + '/' + file, 'utf8')
const rows = readFileSync(data, 'utf8').trim().split('\\n').slice(1)
const wrong = { one: 5, two: 6, bad: 2 }[name]
console.log('predicting with', name)
const lines = rows.map((line, row) => {
  const [id, truth] = line.split(',')
  return id + ',' + (row % wrong === 0 ? 1 - truth : truth)
})
writeFileSync(out, ['id,prediction', ...lines].join('\\n'))
`

const criteria = JSON.stringify({
  version: 1,
  data: { file: 'data.csv', id: 'id', label: 'y' },
  criteria: [{ metric: 'accuracy', absolute: { min: 0.7 }, vsChampion: { nonInferior: 0.03 } }],
})

const command = 'node predict.mjs {model} {data} {out}'

function withCommand(files: Readonly<Record<string, string>> = {}): Promise<Bench> {
  return aComparison({
    'trainyard.yml': `${projectFile}    predict: ${command}\n`,
    'criteria.yml': criteria,
    'predict.mjs': predictor,
    ...files,
  })
}

/** Folders of the gate that are still there. */
async function leftovers(bench: Bench): Promise<readonly string[]> {
  return (await readdir(bench.temp)).filter((name) => name.startsWith('trainyard-gate'))
}

describe('the project’s predict command', () => {
  test('runs for each side with its own files, on the same rows', async () => {
    await using bench = await withCommand()

    const host = await bench.run(gate, { candidate: 'kettle@2' })

    expect(host.ended?.exitCode).toBe(0)
    const [, paired] = JSON.parse(host.outputs.get('results') ?? '') as object[]
    expect(paired).toMatchObject({ candidate: 0.833, champion: 0.8 })
    expect(host.logged.filter(({ level }) => level === 'group').map(({ text }) => text)).toEqual([
      'Predict with kettle@2',
      'Predict with kettle@1',
    ])
    expect(host.text).toMatch(/predicting with two[^]*predicting with one/)
    expect(host.text).toMatch(/^kettle@2 predicted 1,000 rows \(command\)$/m)
    expect(await leftovers(bench)).toEqual([])
  })

  test('takes a path with spaces as one word', async () => {
    await using bench = await withCommand()
    await bench.write({ 'my data.csv': 'id,y\nr0,1\nr1,0\n' })

    const host = await bench.run(gate, { candidate: 'kettle@2', data: 'my data.csv' })

    expect(failureOf(host)).toMatch(/TY0302/)
    expect(host.outputs.get('verdict')).toBe('inconclusive')
  })

  test('sees no token, but the variables that the project passes', async () => {
    const spy = `${predictor}\nconsole.log('SEEN', JSON.stringify(process.env))`
    await using bench = await withCommand({ 'predict.mjs': spy })
    const env = { GITHUB_TOKEN: 'topsecret', MODEL_THREADS: '2' }

    const host = await bench.run(gate, { candidate: 'kettle@2', passEnv: 'MODEL_THREADS' }, { env })

    expect(host.ended?.exitCode).toBe(0)
    expect(host.text).toContain('"MODEL_THREADS":"2"')
    expect(host.text).not.toContain('topsecret')
  })

  test.each<[string, string, RegExp]>([
    [
      'fails',
      `console.log('loading'); console.error('ValueError: no weights'); process.exit(2)`,
      /TY0401[^]*the predict command for kettle@2 ended with exit code 2\nloading\nValueError: no weights/,
    ],
    [
      'writes nothing',
      '',
      /TY0304[^]*the predict command for kettle@2 ended well, but wrote no predictions to \{out\}/,
    ],
    [
      'writes a folder',
      `import { mkdirSync } from 'node:fs'; mkdirSync(process.argv[4])`,
      /the table \(in .*predictions\.csv\) is a folder/,
    ],
    [
      'leaves a pipe that nobody writes to',
      `import { execFileSync } from 'node:child_process'; execFileSync('mkfifo', [process.argv[4]])`,
      /the table \(in .*predictions\.csv\) is a pipe or a device, and no file/,
    ],
    [
      'leaves rows out',
      predictor.replace('rows.map', 'rows.slice(1).map'),
      /TY0304[^]*id "r0" \(in .*predictions\.csv\) is not predicted/,
    ],
  ])('that %s ends the step with what it said', async (_, program, words) => {
    await using bench = await withCommand({ 'predict.mjs': program })
    const before = await bench.entries()

    const host = await bench.run(gate, { candidate: 'kettle@2' })

    expect(host.ended?.exitCode).toBe(2)
    expect(failureOf(host)).toMatch(words)
    expect(host.outputs.get('verdict')).toBe('error')
    expect(await leftovers(bench)).toEqual([])
    expect(await bench.entries()).toEqual(before)
  })

  test.each([
    ['node predict.mjs {data} {out}', /predict has no \{model\}, so it cannot predict for one side/],
    ['node predict.mjs', /predict has no \{model\} and no \{out\}/],
    ['no-such-program {model} {out}', /TY0503[^]*no-such-program/],
  ])('is refused when it cannot work: %s', async (predict, words) => {
    await using bench = await withCommand()

    const host = await bench.run(gate, { candidate: 'kettle@2', predict })

    expect(failureOf(host)).toMatch(words)
    expect(host.outputs.get('verdict')).toBe('error')
  })

  test('that is asked for and not there is missed before anything runs', async () => {
    await using bench = await aComparison({ 'criteria.yml': criteria })

    const host = await bench.run(gate, { candidate: 'kettle@2', predictions: 'command' })

    expect(failureOf(host)).toMatch(/TY0101[^]*predict/)
  })

  test('that takes too long is stopped', async () => {
    await using bench = await withCommand({ 'predict.mjs': 'setInterval(() => {}, 1000)' })

    const host = await bench.run(gate, { candidate: 'kettle@2', timeout: '1s' })

    expect(host.ended?.exitCode).toBe(5)
    expect(failureOf(host)).toMatch(/TY0602[^]*the command node took longer than 1 s/)
  })

  test('is stopped when the step is cancelled', async () => {
    await using bench = await withCommand({
      'predict.mjs': `console.log('begun', process.pid); setInterval(() => {}, 1000)`,
    })
    const host = bench.host({ candidate: 'kettle@2' })
    const ending = main(gate.definition, gate.run, host)
    while (!host.text.includes('begun')) await new Promise((resolve) => setTimeout(resolve, 20))

    host.cancel('SIGTERM')
    await ending

    expect(host.ended).toMatchObject({ result: 'cancelled', exitCode: 143 })
    const pid = /begun (\d+)/.exec(host.text)?.[1] ?? ''
    expect(() => execFileSync('kill', ['-0', pid], { stdio: 'ignore' })).toThrow(/kill/)
    expect(await leftovers(bench)).toEqual([])
  })
})
