import { describe, expect, test } from 'vitest'
import { InputError } from '../../../core/errors/errors.ts'
import type { Fault } from '../../../core/errors/fault.ts'
import { toolEnvironment } from '../../../core/host/wire/child-environment.ts'
import { fitBytes, fitText } from '../../../core/host/wire/fit.ts'
import { inputText, refuseUndefinedVariable } from '../../../core/host/wire/input-text.ts'
import { percent, ProgressGate, progressText } from '../../../core/host/wire/progress-gate.ts'
import { webConnection } from '../../../core/host/wire/web-connection.ts'

function faultsOf(act: () => unknown): readonly Fault[] {
  try {
    act()
  } catch (error) {
    if (error instanceof InputError) return error.faults
    throw error
  }
  return []
}

describe('progress without a terminal', () => {
  test('is a line for the first report, the last, and one in half a minute', () => {
    const gate = new ProgressGate()

    const lines = [0, 10, 20, 30, 31, 40, 60].map((seconds) => gate.lineFor('training', seconds / 60, seconds * 1000))

    expect(lines).toEqual([
      'training: 0 %',
      undefined,
      undefined,
      'training: 50 %',
      undefined,
      undefined,
      'training: 100 %',
    ])
  })

  test('is a line for every new title', () => {
    const gate = new ProgressGate()

    expect([gate.lineFor('a', undefined, 0), gate.lineFor('b', undefined, 1), gate.lineFor('b', undefined, 2)]).toEqual(
      ['a …', 'b …', undefined],
    )
  })

  test('is rounded down, so that 100 means done', () => {
    expect([0.999, 0.29, 1, 2, -1].map(percent)).toEqual([99, 29, 100, 100, 0])
    expect(progressText('x', undefined)).toBe('x …')
  })
})

describe('a text that must fit', () => {
  test('is cut between characters, with a note', () => {
    expect(fitText('short', 5, '…')).toBe('short')
    expect(fitText('a🚲🚲', 4, '…')).toBe('a🚲…')
    expect(fitText('a🚲🚲', 3, '…')).toBe('a…')
    expect(fitBytes('üü', 4, '…')).toBe('üü')
    expect(fitBytes('üüü', 5, '…')).toBe('üü…')
  })
})

describe('an input', () => {
  test.each([
    [undefined, undefined],
    ['', undefined],
    [' \n', undefined],
    ['  a b\n', 'a b'],
  ])('%j is %j', (raw, expected) => {
    expect(inputText(raw)).toBe(expected)
  })

  test('with an undefined variable names the input and the variable', () => {
    const [fault] = faultsOf(() => refuseUndefinedVariable('modelName', 'x-$(Build.Model)'))

    expect(fault?.subject).toBe('modelName')
    expect(fault?.problem).toContain('Build.Model')
  })
})

describe('a connection by address', () => {
  const given = { subject: '--azure-devops', tokenVariable: 'TRAINYARD_AZURE_DEVOPS_TOKEN' }

  test.each([
    ['https://dev.azure.com/contoso', 'secret'],
    ['http://127.0.0.1:8080/', 'secret'],
    ['http://localhost:8080/', 'secret'],
    ['http://devops.internal/', undefined],
  ])('%s is taken', (value, token) => {
    expect(webConnection({ ...given, value, token })).toEqual({ url: value, ...(token === undefined ? {} : { token }) })
  })

  test.each([
    ['contoso', undefined, 'is not an address'],
    ['ftp://contoso', undefined, 'is not a web address'],
    ['http://devops.internal/', 'secret', 'is not encrypted'],
    ['https://me:hunter22@contoso', undefined, 'has credentials in it'],
  ])('%s is refused', (value, token, problem) => {
    const [fault] = faultsOf(() => webConnection({ ...given, value, token }))

    expect(fault?.subject).toBe('--azure-devops')
    expect(fault?.problem).toContain(problem)
    expect(JSON.stringify(fault)).not.toContain('hunter22')
  })
})

test('tools see the environment without what is for the step alone', () => {
  const env = {
    PATH: '/bin',
    HTTPS_PROXY: 'http://proxy',
    GIT_CONFIG_COUNT: '1',
    INPUT_TOKEN: 'x',
    input_token: 'x',
    STATE_pid: '1',
    SECRET_PASSWORD: 'x',
    ENDPOINT_AUTH_X: 'x',
    VSTS_TASKVARIABLE_A: 'x',
    TRAINYARD_INPUT_TOKEN: 'x',
    TRAINYARD_OUTPUT: 'x',
    TRAINYARD_DEBUG: '1',
    ACTIONS_RUNTIME_TOKEN: 'x',
    GITHUB_OUTPUT: '/tmp/x',
    GITHUB_TOKEN: 'x',
    GH_TOKEN: 'x',
    SYSTEM_ACCESSTOKEN: 'x',
    nothing: undefined,
  }

  expect(Object.keys(toolEnvironment(env))).toEqual(['PATH', 'HTTPS_PROXY', 'GIT_CONFIG_COUNT', 'TRAINYARD_DEBUG'])
})
