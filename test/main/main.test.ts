import { describe, expect, test } from 'vitest'
import { Cancelled, ExternalError, InputError } from '../../core/errors/errors.ts'
import type { Run } from '../../core/main/context.ts'
import { main } from '../../core/main/main.ts'
import { statement } from '../../core/records/evidence.ts'
import { defineStep } from '../../core/step/define-step.ts'
import { integer, text } from '../../core/step/input.ts'
import { gives } from '../../core/step/output.ts'
import { Bench, failureOf, fromFork, said } from './bench.ts'

const base = {
  id: 'example',
  title: 'Show it',
  doc: 'An example.',
  branding: { icon: 'check', color: 'green' },
  permissions: {},
  inputs: {
    depth: integer({ doc: 'How deep.', min: 1, default: 3 }),
    word: text({ doc: 'A word.' }),
  },
  outputs: { depth: gives.number({ doc: 'How deep.' }), word: gives.text({ doc: 'A word.', sometimes: true }) },
} as const
const writing = defineStep({ ...base, workspace: 'write' })
const reading = defineStep({ ...base, workspace: 'read' })

type WritingRun = Run<typeof writing>
const evidence = (word: string) =>
  statement('gate', { name: 'x', digest: `sha256:${'a'.repeat(64)}` }, { verdict: { kind: 'pass' }, word })

async function runWith(run: WritingRun, inputs: Readonly<Record<string, string>> = {}) {
  await using bench = await Bench.make()
  return await bench.run({ definition: writing, run }, inputs)
}

describe('an ending', () => {
  test('done sets the outputs that have a value, and succeeds in the step’s own words', async () => {
    const host = await runWith(({ inputs, done }) =>
      Promise.resolve(done({ depth: inputs.depth, word: undefined }, { message: 'Deep enough' })),
    )

    expect(host.ended).toMatchObject({ result: 'succeeded', exitCode: 0, message: 'Deep enough' })
    expect(Object.fromEntries(host.outputs)).toEqual({ depth: '3' })
  })

  test('done with a warning is green and says so', async () => {
    const host = await runWith(({ done }) =>
      Promise.resolve(done({ depth: 1 }, { message: 'Well', warning: 'Barely' })),
    )

    expect(host.ended).toMatchObject({ result: 'warned', exitCode: 0, message: 'Barely' })
  })

  test('rejected sets every output first, and fails with 3', async () => {
    const host = await runWith(({ rejected }) =>
      Promise.resolve(rejected({ depth: 1, word: 'no' }, { code: 'TY0301', reasons: ['too shallow'] })),
    )

    expect(host.ended).toMatchObject({ result: 'failed', exitCode: 3 })
    expect(failureOf(host)).toContain('too shallow')
    expect(Object.fromEntries(host.outputs)).toEqual({ depth: '1', word: 'no' })
  })
})

describe('an error', () => {
  test.each([
    [new InputError({ details: 'no such thing' }), 2, 'TY0101'],
    [new ExternalError({ facts: { operation: 'ask' } }), 4, 'TY0501'],
    [new Cancelled(), 5, 'TY0601'],
    [new TypeError('undefined is not a function'), 70, 'TY9999'],
  ])('ends the step by its class: %s', async (error, exitCode, code) => {
    const host = await runWith(() => Promise.reject(error))

    expect(host.ended?.exitCode).toBe(exitCode)
    expect(failureOf(host)).toContain(code)
  })

  test('that follows from being stopped is told as the stop', async () => {
    await using bench = await Bench.make()
    const host = bench.host({})
    const run: WritingRun = () => {
      host.cancel('SIGTERM')
      return Promise.reject(new ExternalError({ facts: { operation: 'read what was cut off' } }))
    }

    await main(writing, run, host)

    expect(host.ended).toMatchObject({ result: 'cancelled', exitCode: 143 })
  })

  test('shows no secret', async () => {
    const host = await runWith(({ host: own }) => {
      own.mask('hunter22')
      return Promise.reject(new Error('the password hunter22 is wrong'))
    })

    expect(failureOf(host)).not.toContain('hunter22')
    expect(failureOf(host)).toContain('the password')
  })

  test('an output that is not declared is a defect', async () => {
    const host = await runWith(({ done }) => {
      const outputs = { depth: 1, deep: true }
      return Promise.resolve(done(outputs, { message: 'x' }))
    })

    expect(host.ended?.exitCode).toBe(70)
    expect(failureOf(host)).toContain('an output that it does not declare: deep')
  })
})

describe('what a step stands on', () => {
  const never: WritingRun = () => Promise.reject(new Error('it ran'))

  test('is all checked at once, before anything is opened', async () => {
    await using bench = await Bench.make({ 'trainyard.yml': 'version: 1\nworkspaces: x\n' })

    const host = await bench.run({ definition: writing, run: never }, { depth: '0', workspace: 'nowhere://x' })

    expect(host.ended?.exitCode).toBe(2)
    expect(failureOf(host)).toMatch(/workspaces \(in trainyard\.yml:2:1\)[^]*depth "0" is below 1/)
    expect(failureOf(host)).not.toContain('nowhere')
  })

  test('may not be missing: in CI somebody says where the workspace lives', async () => {
    await using bench = await Bench.make()
    const host = bench.host({ workspace: '' }, { context: { isCi: true } })

    await main(writing, never, host)

    expect(host.ended?.exitCode).toBe(2)
    expect(failureOf(host)).toMatch(/TY0201[^]*workspace: "git:"/)
  })

  test('is the project file that is named', async () => {
    await using bench = await Bench.make({ 'deep/other.yml': 'version: 1\nmodels: { kettle: {} }\n' })
    const run: WritingRun = ({ project, done }) =>
      Promise.resolve(done({ depth: 1, word: project.models.join() }, { message: project.folder }))

    const found = await bench.run({ definition: writing, run }, { projectFile: 'deep/other.yml' })
    const missing = await bench.run({ definition: writing, run }, { projectFile: 'none.yml' })

    expect(found.outputs.get('word')).toBe('kettle')
    expect(failureOf(missing)).toMatch(/project-file "none\.yml" does not exist/)
  })
})

describe('a step that only reads', () => {
  test('cannot write, by whatever slip', async () => {
    await using bench = await Bench.make()
    const run: Run<typeof reading> = async ({ workspace, done }) => {
      await workspace.evidence.add(evidence('a'))
      return done({ depth: 1 }, { message: 'x' })
    }

    const host = await bench.run({ definition: reading, run })

    expect(host.ended?.exitCode).toBe(70)
    expect(await bench.entries()).toEqual([])
  })
})

describe('a step that may not write', () => {
  const run: WritingRun = async ({ workspace, done }) => {
    await workspace.evidence.add(evidence('a'))
    return done({ depth: (await workspace.evidence.about(`sha256:${'a'.repeat(64)}`)).length }, { message: 'x' })
  }

  test.each([
    ['a dry run', { dryRun: 'true' }, {}],
    ['the pull request of a fork', {}, { context: fromFork }],
  ])('(%s) works on what it would have recorded, and tells it', async (_, inputs, options) => {
    await using bench = await Bench.make()

    const host = await bench.run({ definition: writing, run }, inputs, options)

    expect(host.outputs.get('depth')).toBe('1')
    expect(host.summaryText).toMatch(/### Not recorded[^]*- `evidence of gate \(pass\) about aaaaaaaaaaaa`/)
    expect(said(host, 'notice')).toMatch(
      /Nothing was recorded; what would have been is in .*trainyard-rehearsal\/example\.json/,
    )
    expect(await bench.entries()).toEqual([])
  })

  test('says so where it would have recorded nothing', async () => {
    await using bench = await Bench.make()
    const idle: WritingRun = ({ done }) => Promise.resolve(done({ depth: 1 }, { message: 'x' }))

    const host = await bench.run({ definition: writing, run: idle }, { dryRun: 'true' })

    expect(host.summaryText).toContain('- `nothing`')
  })
})
