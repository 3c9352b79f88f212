import { describe, expect, test } from 'vitest'
import { Cancelled, ConfigError, ExternalError, InputError, TimedOut } from '../../core/errors/errors.ts'
import { asText, render, renderRejection } from '../../core/errors/render.ts'

const asIs = (text: string) => text

describe('exit codes say whose move it is', () => {
  test.each([
    ['bad inputs', new InputError({}), 2],
    ['a bad file', new ConfigError({}), 2],
    ['a service', new ExternalError({ facts: { operation: 'ask' } }), 4],
    ['a cancellation', new Cancelled(), 5],
    ['SIGINT', new Cancelled({ signal: 'SIGINT' }), 130],
    ['SIGTERM', new Cancelled({ signal: 'SIGTERM' }), 143],
    ['a time limit', new TimedOut({ limitMs: 1000, what: 'training' }), 5],
    ['anything else', new TypeError('undefined is not a function'), 70],
    ['a thrown text', 'boom', 70],
  ])('%s', (_, thrown, exitCode) => {
    expect(render(thrown, asIs).exitCode).toBe(exitCode)
  })

  test('a rejection', () => {
    expect(renderRejection({ code: 'TY0301', reasons: ['worse'] }, asIs)).toMatchObject({
      exitCode: 3,
      lines: ['worse'],
    })
  })
})

test('every fault is one line with its value, its source, its rule and an example', () => {
  const error = new InputError({
    faults: [
      {
        subject: 'batch-size',
        source: { kind: 'input' },
        value: 'ten',
        problem: 'is not a whole number',
        rule: 'a whole number from 1 to 9',
        example: '3',
      },
      {
        subject: 'timeout',
        source: { kind: 'environment', name: 'TRAINYARD_INPUT_TIMEOUT' },
        value: '5',
        problem: 'is not a duration',
      },
      {
        subject: 'criteria',
        source: { kind: 'file', file: 'trainyard.yml', line: 7, column: 3 },
        problem: 'is missing',
      },
    ],
  })

  expect(render(error, asIs).lines).toEqual([
    'batch-size "ten" is not a whole number; expected a whole number from 1 to 9, e.g. 3',
    'timeout "5" (from the environment variable TRAINYARD_INPUT_TIMEOUT) is not a duration',
    'criteria (in trainyard.yml:7:3) is missing',
  ])
})

test('a fault in a file is annotated at its line and column', () => {
  const error = new ConfigError({
    faults: [
      {
        subject: 'alpha',
        source: { kind: 'file', file: 'criteria.yml', line: 4, column: 8 },
        problem: 'is not a number',
      },
    ],
  })

  expect(render(error, asIs).annotations).toEqual([
    { file: 'criteria.yml', line: 4, column: 8, message: 'alpha (in criteria.yml:4:8) is not a number' },
  ])
})

test('an external error says what was tried, where, and what the service answered, and keeps its causes', () => {
  const cause = new Error('connect ECONNREFUSED', { cause: new Error('no route') })
  const error = new ExternalError({
    facts: {
      operation: 'start release.yml',
      address: 'https://api.example.com',
      status: 502,
      requestId: 'A1',
      attempts: 4,
    },
    cause,
  })

  expect(render(error, asIs).lines).toEqual([
    'while trying to start release.yml (at https://api.example.com, status 502, request id A1, 4 attempts)',
    'because: connect ECONNREFUSED',
    'because: no route',
  ])
})

test('a chain of causes that never ends is cut', () => {
  const loop = new Error('again')
  loop.cause = loop

  expect(render(new ExternalError({ facts: { operation: 'ask' }, cause: loop }), asIs).lines.length).toBeLessThan(10)
})

test('what was undone and what was left is said', () => {
  const error = new Cancelled({
    signal: 'SIGINT',
    aftermath: { undone: ['training was stopped'], left: ['files in /tmp/x'] },
  })

  expect(render(error, asIs).lines).toEqual(['by SIGINT', 'undone: training was stopped', 'left: files in /tmp/x'])
})

test('lines and annotations are redacted', () => {
  const error = new ConfigError({
    details: 'token hunter22',
    faults: [{ subject: 'x', source: { kind: 'file', file: 'f', line: 1 }, value: 'hunter22', problem: 'is bad' }],
  })

  const shown = JSON.stringify(render(error, (text) => text.replaceAll('hunter22', '***')))

  expect(shown).not.toContain('hunter22')
})

test('the text has the headline with its code first and the hint last', () => {
  const lines = asText(render(new ExternalError({ facts: { operation: 'ask' } }), asIs)).split('\n')

  expect(lines[0]).toBe('A service failed (TY0501)')
  expect(lines.at(-1)).toContain('The details name the operation')
})
