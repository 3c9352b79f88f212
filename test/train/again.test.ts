import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Bench, fromFork, inCi, said, train } from '../main/bench.ts'
import { aProject, goodTraining } from './a-project.ts'

/** Counts how often training really ran. */
const counting = `import { appendFileSync } from 'node:fs'\nappendFileSync('../trainings', 'x')\n`
const counted = counting + goodTraining.replace('{ mkdirSync', '{ mkdirSync')
const failing = `${counting}\nprocess.exit(1)`

async function trainings(bench: Bench): Promise<number> {
  return (await readFile(join(bench.folder, '../trainings'), 'utf8')).length
}

describe('the same step in the same job', () => {
  const context = inCi('github/acme/kettles/1/train')

  test('finds the run that it made, and does nothing new', async () => {
    await using bench = await aProject(counted)
    const first = await bench.go(train, { reuse: 'false' }, { context })

    const host = await bench.run(train, { reuse: 'false' }, { context })

    expect(Object.fromEntries(host.outputs)).toEqual(first)
    expect(said(host, 'notice')).toContain(`This step ran before: its run is ${first['run']}`)
    expect(await trainings(bench)).toBe(1)
    expect(await bench.entries()).toHaveLength(2)
  })

  test('fails again where it failed', async () => {
    await using bench = await aProject(failing)
    const first = await bench.run(train, {}, { context })

    const again = await bench.run(train, {}, { context })

    expect(again.ended?.exitCode).toBe(3)
    expect(again.outputs.get('run')).toBe(first.outputs.get('run'))
    expect(await trainings(bench)).toBe(1)
    expect(await bench.entries()).toHaveLength(2)
  })

  test('asked something else, as in a matrix, is another run', async () => {
    await using bench = await aProject(counted)

    const one = await bench.go(train, { command: 'node train.mjs 1' }, { context })
    const two = await bench.go(train, { command: 'node train.mjs 2' }, { context })

    expect(one['run']).not.toBe(two['run'])
  })

  test('in a new attempt is a new run that names the one before', async () => {
    await using bench = await aProject(failing)
    const first = await bench.run(train, {}, { context })
    await bench.write({ 'train.mjs': counted })

    const { run = '' } = await bench.go(train, {}, { context: { ...context, attempt: 2 } })

    const second = await bench.look(({ runs }) => runs.get(run))
    expect(second.previousAttempt).toBe(first.outputs.get('run'))
    expect(await trainings(bench)).toBe(2)
  })
})

describe('a run that need not be made again', () => {
  test('is the one with the same code, data, environment and command, in whatever job', async () => {
    await using bench = await aProject(counted)
    const first = await bench.go(train, {}, { context: inCi('pull request') })

    const host = await bench.run(train, {}, { context: inCi('push') })

    expect(host.outputs.get('run')).toBe(first['run'])
    expect(said(host, 'notice')).toContain('it is used again')
    expect(host.summaryText).toContain(first['run'])
    expect(await trainings(bench)).toBe(1)
    expect(await bench.entries()).toHaveLength(2)
  })

  test('is found by a pull request of a fork, too', async () => {
    await using bench = await aProject(counted)
    const first = await bench.go(train)

    const host = await bench.run(train, {}, { context: fromFork })

    expect(host.outputs.get('run')).toBe(first['run'])
    expect(await trainings(bench)).toBe(1)
  })

  test.each<[string, { readonly files?: Record<string, string>; readonly inputs?: Record<string, string> }]>([
    ['other code', { files: { 'train.mjs': `${counted}\n// other` } }],
    ['other data', { files: { 'data/some.csv': 'id,y\n1,1\n' } }],
    ['another file of data', { files: { 'data/more.csv': 'id,y\n' } }],
    ['another command', { inputs: { command: 'node train.mjs --fast' } }],
    ['another experiment', { inputs: { experiment: 'night' } }],
    ['variables that are passed, whose values nobody remembers', { inputs: { passEnv: 'LEARNING_RATE' } }],
    ['the wish to train', { inputs: { reuse: 'false' } }],
  ])('is not one with %s', async (_, { files = {}, inputs = {} }) => {
    await using bench = await aProject(counted)
    const first = await bench.go(train)
    await bench.write(files)

    const second = await bench.go(train, inputs)

    expect(second['run']).not.toBe(first['run'])
    expect(await trainings(bench)).toBe(2)
  })

  test('is never one that failed', async () => {
    await using bench = await aProject(failing)
    await bench.run(train)

    await bench.run(train)

    expect(await trainings(bench)).toBe(2)
  })
})
