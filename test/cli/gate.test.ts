import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aComparison, byFiles, criteriaFile } from '../compare-and-gate/a-comparison.ts'
import { type Bench, gate } from '../main/bench.ts'
import { runCli } from './run-cli.ts'

let bench: Bench

beforeAll(async () => {
  const criteria = [
    { metric: 'accuracy', absolute: { min: 0.7 }, vsChampion: { nonInferior: 0.005 } },
    { metric: 'logLoss', vsChampion: { nonInferior: 0.01 } },
  ]
  bench = await aComparison({ 'criteria.yml': criteriaFile(criteria) })
  await bench.run(gate, byFiles)
})
afterAll(() => bench[Symbol.asyncDispose]())

const look = (...args: readonly string[]) => runCli([...args, '--workspace', bench.url], { cwd: bench.folder })

describe('gate', () => {
  test('shows the newest verdict about a version with its reasons, its numbers and what would decide', async () => {
    const { stdout, exitCode } = await look('gate', 'kettle@2')

    const lines = stdout.split('\n')
    expect(exitCode).toBe(0)
    expect(lines[0]).toMatch(/^inconclusive: kettle@2 against kettle@1\. \d of 3 required criteria cannot be decided/)
    expect(stdout).toMatch(/^- Accuracy is .* than the champion’s/m)
    expect(stdout).toMatch(/^accuracy ≥ 0\.7 +pass +0\.793 +0\.77\d+ … 0\.81\d+$/m)
    expect(stdout).toMatch(/on 1,000 rows of data\.csv, evidence [0-9a-f]+; about [\d,]+ rows would decide/)
  })

  test('prints what is recorded as JSON', async () => {
    const { stdout } = await look('gate', 'kettle@2', '--json')

    expect(JSON.parse(stdout)).toMatchObject({ candidate: 'kettle@2', verdict: { kind: 'inconclusive' } })
  })

  test('says that no gate has judged a version', async () => {
    expect((await look('gate', 'kettle@1')).stdout).toBe('No gate has judged kettle@1.\n')
  })
})

describe('gate plan', () => {
  test('says how many rows each criterion needs, without a pilot for what needs one', async () => {
    const { stdout } = await look('gate', 'plan', '--discordance', '0.1')

    expect(stdout).toContain('There is no pilot: ')
    expect(stdout).toMatch(/^accuracy ≥ 0\.7 +12,\d{3} +the truth is 0\.71$/m)
    expect(stdout).toMatch(/^accuracy not worse by ≥ 0\.005 +24,731 +the models disagree on 10 % of the rows$/m)
    expect(stdout).toMatch(/^logLoss not worse by ≥ 0\.01 +\? +needs a pilot: a version that a gate has judged$/m)
    expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([])
  })

  test('takes the scatter of the rows from a pilot', async () => {
    const { stdout } = await look('gate', 'plan', '--pilot', 'kettle@2', '--json')

    const planned = JSON.parse(stdout) as readonly { criterion: string; rows?: number; assumes: string }[]
    const loss = planned.find(({ criterion }) => criterion.startsWith('logLoss'))
    expect(loss?.assumes).toMatch(/^rows scatter as in the pilot, both are equally good$/)
    expect(loss?.rows).toBeGreaterThan(10)
  })

  test('plans fairness and slices that must be proven, for so many groups and slices', async () => {
    const fairness = [{ metric: 'truePositiveRate', groups: 'sex', maxGap: 0.1 }]
    const slices = [{ by: ['site'], metric: 'accuracy', noHarm: 0.05, proveNonInferior: true }]
    const whole = JSON.parse(criteriaFile([{ metric: 'accuracy', absolute: { min: 0.7 } }])) as object
    await bench.write({ 'fair.yml': JSON.stringify({ ...whole, fairness, slices }) })
    const asked = ['--criteria', 'fair.yml', '--discordance', '0.1', '--rate', '0.5', '--groups', '3', '--slices', '5']

    const { stdout } = await look('gate', 'plan', ...asked)
    const wrong = await look('gate', 'plan', '--criteria', 'fair.yml', '--rate', '2')

    expect(stdout).toMatch(
      /^truePositiveRate gap between groups of sex ≤ 0\.1 +564 +3 groups, all at 0\.5 \(positives of each\)$/m,
    )
    expect(stdout).toMatch(
      /^accuracy in slices, each worse by < 0\.05 +451 +5 slices, 10 % disagree \(rows of each\)$/m,
    )
    expect(wrong.stderr).toMatch(/rate[^]*"?2"?[^]*is no share/)
  })

  test('refuses shares that are none, all at once', async () => {
    const { stderr, exitCode } = await look('gate', 'plan', '--discordance', '0.1, 5, x')

    expect(exitCode).toBe(2)
    expect(stderr).toMatch(/discordance[^]*"?5"?[^]*discordance[^]*x/)
  })
})
