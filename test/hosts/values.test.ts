import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildProbes, cases, removeProbes, run } from './faces.ts'
import { nasty } from './probe/values.ts'

beforeAll(buildProbes)
afterAll(removeProbes)

const names = { github: 'on-inconclusive', azure: 'onInconclusive', local: '--on-inconclusive' } as const

describe.concurrent.each(cases)('$face on $on', ({ face, node }) => {
  test('gives inputs without white space around them, and nothing for what is empty', async () => {
    const inputs = {
      model: '  flights\n',
      onInconclusive: 'warn',
      blank: ' \t\n ',
      many: 'one\n two\nthree\n',
      yes: 'yes',
      shouted: 'TRUE',
    }

    const { report } = await run(face, node, 'inputs', { inputs })

    expect(report).toEqual({
      model: 'flights',
      onInconclusive: 'warn',
      blank: null,
      absent: null,
      many: 'one\n two\nthree',
      yes: 'yes',
      shouted: 'TRUE',
      token: null,
    })
  })

  test('spells an input as its users do', async () => {
    const { report } = await run(face, node, 'names')

    expect(report).toBe(names[face])
  })

  test('sets outputs to exactly the text that the step gave', async () => {
    const { outputs, result, misdeeds } = await run(face, node, 'outputs')

    expect(Object.fromEntries(outputs)).toEqual(nasty)
    expect(result).toBe('succeeded')
    expect(misdeeds).toEqual([])
  })

  test('hides a secret in all its forms, wherever it is printed', async () => {
    const secret = 's3cr3t/token+x'

    const seen = await run(face, node, 'masks', { inputs: { token: secret } })

    const printed = [...seen.log, ...seen.annotations.map(({ message }) => message), seen.summary].join('\n')
    for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64').slice(0, -2)])
      expect(printed).not.toContain(form)
    expect(printed).not.toContain('second line of a key')
    expect(seen.log).toEqual(expect.arrayContaining(['raw ***', 'child ***', 'loud ***']))
    expect(seen.report).toBe('***')
  })

  test('knows a secret that comes by the environment', async () => {
    const env = { TRAINYARD_INPUT_TOKEN: 'from-the-environment' }

    const { log } = await run(face, node, 'environmentSecret', { env })

    expect(log).toContain('the token is ***')
    expect(log.join('\n')).not.toContain('from-the-environment')
  })
})

// A command has no `post` entry, and a terminal hides nothing by itself.
describe.concurrent.each(cases.filter(({ face }) => face !== 'local'))('$face on $on', ({ face, node }) => {
  test('remembers for the post entry exactly what main saved', async () => {
    const main = await run(face, node, 'state')
    const post = await run(face, node, 'recall', { state: main.state })

    expect(post.report).toEqual({ ...nasty, empty: null })
    expect(main.report).toMatchObject({ thrown: { message: expect.stringContaining('letters only') as string } })
  })

  test('tells the runner every form of a secret, line by line', async () => {
    const { masks } = await run(face, node, 'masks', { inputs: { token: '50%/token+x' } })

    expect(masks).toEqual(
      expect.arrayContaining(['50%/token+x', '50%25%2Ftoken%2Bx', 'first line', 'second line of a key']),
    )
    expect(masks).toContain(Buffer.from('50%/token+x').toString('base64').slice(0, -2))
  })
})
