import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { steps } from '../../core/cli/steps.ts'
import { stepFolders } from '../../core/gen/steps.ts'
import { kebab } from '../../core/step/names.ts'
import { root } from '../../scripts/lib/sources.mjs'
import { runCli } from './run-cli.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trainyard-cli-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const about = z.object({ version: z.string() })
const helps = z.object({ top: z.string(), commands: z.record(z.string(), z.string()) })

test('the steps of the command line are the steps that lie in core/', () => {
  expect(steps.map(({ id }) => id)).toEqual(stepFolders(root))
})

test.each(steps.map((step) => [step.id, step] as const))('%s has the title of its definition', async (_, step) => {
  expect((await step.definition()).title).toBe(step.title)
})

test('--version prints the version and nothing else', async () => {
  const { default: manifest } = await import('../../package.json', { with: { type: 'json' } })
  const { exitCode, stdout, stderr } = await runCli(['--version'])

  expect([exitCode, stdout, stderr]).toEqual([0, `${about.parse(manifest).version}\n`, ''])
})

describe('help', () => {
  test.each([[['--help']], [['help']], [[]]])(
    '%j lists the commands under headings, and the exit codes',
    async (args) => {
      const { exitCode, stdout } = await runCli(args)

      expect(exitCode).toBe(0)
      expect(stdout.match(/^\S.*:$/gm)).toEqual([
        'Options:',
        'Begin:',
        'Steps:',
        'Look:',
        'Serve:',
        'Keep in order:',
        'Move:',
        'Recover:',
        'Help:',
      ])
      for (const { id } of steps) expect(stdout).toContain(`\n  ${id} `)
      expect(stdout).toMatch(/Exit codes: 0 done, 2 .* 3 .* 4 .* 70 /s)
    },
  )

  test.each([[['promote', '--help']], [['help', 'promote']]])('%j shows every input of the step', async (args) => {
    const { exitCode, stdout } = await runCli(args)

    expect(exitCode).toBe(0)
    expect(stdout).toContain('Usage: trainyard promote [options]')
    expect(stdout).toMatch(/--candidate <reference> +The version: name@3/)
    expect(stdout).toMatch(/--token-file <path> .*TRAINYARD_INPUT_TOKEN/s)
    expect(stdout).toMatch(/\nWorkspace:\n/)
  })

  test('of everything at once is JSON, in at most 100 columns, with every input of every step', async () => {
    const { commands } = helps.parse(JSON.parse((await runCli(['help', '--json'])).stdout))

    for (const step of steps) {
      const definition = await step.definition()
      for (const name of Object.keys(definition.inputs)) expect(commands[step.id]).toContain(`--${kebab(name)}`)
    }
    expect(
      Object.values(commands)
        .flatMap((text) => text.split('\n'))
        .filter((line) => line.length > 100),
    ).toEqual([])
  })

  test('prints no colours into a pipe', async () => {
    const { stdout, stderr } = await runCli(['help', 'nothing'], { env: { FORCE_COLOR: '1' } })

    expect(`${stdout}${stderr}`).not.toContain('\u001B')
  })
})

describe('what is not understood ends with 2 and says what is near', () => {
  test.each([
    ['a command', ['trian'], "unknown command 'trian' (Did you mean train?)"],
    ['an option', ['promote', '--candidat', 'x'], "unknown option '--candidat' (Did you mean --candidate?)"],
    ['a missing value', ['promote', '--candidate'], "option '--candidate <reference>' argument missing"],
    ['help of no command', ['help', 'trian'], "unknown command 'trian'"],
    ['one word too many', ['models', 'a', 'b'], 'too many arguments'],
    ['an input given twice', ['promote', '--reason', 'a', '--reason', 'b'], '--reason is given twice'],
  ])('%s', async (_, args, words) => {
    const { exitCode, stdout, stderr } = await runCli(args, { cwd: folder })

    expect(stderr).toContain(words)
    expect(stderr).toContain('TY0101')
    expect(stdout).toBe('')
    expect(exitCode).toBe(2)
  })
})

describe('a secret', () => {
  test.each([[['--token', 'hunter22']], [['--token=hunter22']]])(
    'is refused as the argument %j and not repeated',
    async (args) => {
      const { exitCode, stderr } = await runCli(['promote', ...args], { cwd: folder })

      expect(exitCode).toBe(2)
      expect(stderr).toContain('set TRAINYARD_INPUT_TOKEN, or give --token-file PATH')
      expect(stderr).not.toContain('hunter22')
    },
  )

  test('in a file that does not exist is a fault of the option', async () => {
    const { exitCode, stderr } = await runCli(['promote', '--token-file', 'nowhere'], { cwd: folder })

    expect(exitCode).toBe(2)
    expect(stderr).toContain('--token-file "nowhere" cannot be read')
  })
})

test('all bad inputs of a step are listed at once, in the words of the command line', async () => {
  await writeFile(join(folder, 'token'), 'hunter22\n')
  const args = ['promote', '--candidate', 'flights', '--alias', '7 up', '--force', '--token-file', 'token']
  const { exitCode, stderr } = await runCli(args, { cwd: folder })

  expect(exitCode).toBe(2)
  expect(stderr).toContain('--candidate "flights" is not a model reference')
  expect(stderr).toContain('--alias "7 up" is not a name')
  expect(stderr).toContain('--reason is missing, which is needed when --force is true')
})
