import { expect, test } from 'vitest'
import { isAboutTheEvent, isCertainlyUndone } from '../../core/delivery/certain.ts'
import { ConfigError, ExternalError, InputError, TimedOut } from '../../core/errors/errors.ts'

function answered(status: number): ExternalError {
  return new ExternalError({ facts: { operation: 'start', status } })
}

function failed(cause: unknown): ExternalError {
  return new ExternalError({ code: 'TY0502', facts: { operation: 'start' }, cause })
}

function coded(code: string): Error {
  return Object.assign(new Error(code), { code })
}

test.each([
  ['a refusal', answered(403)],
  ['a limit', answered(429)],
  ['something that is not there', answered(404)],
  ['a port where nobody listens', failed(new TypeError('fetch failed', { cause: coded('ECONNREFUSED') }))],
  ['a name that does not exist', failed(coded('ENOTFOUND'))],
  [
    'two addresses where nobody listens',
    failed(new AggregateError([coded('ECONNREFUSED'), coded('ECONNREFUSED')], 'both')),
  ],
  ['a certificate that is not trusted', failed(new TypeError('x', { cause: coded('DEPTH_ZERO_SELF_SIGNED_CERT') }))],
  ['an input', new InputError({})],
  ['a file', new ConfigError({})],
])('%s started nothing', (_, error) => {
  expect(isCertainlyUndone(error)).toBe(true)
})

test.each([
  ['a server that fails', answered(500)],
  ['a gateway', answered(502)],
  ['a gateway that waited', answered(408)],
  ['a redirect', answered(302)],
  ['a cut connection', failed(new TypeError('fetch failed', { cause: coded('ECONNRESET') }))],
  ['no answer in time', failed(new DOMException('timeout', 'TimeoutError'))],
  ['an answer that ends early', failed(coded('UND_ERR_SOCKET'))],
  ['a time limit', new TimedOut({ limitMs: 1, what: 'it' })],
  ['a defect', new TypeError('x is not a function')],
  ['what is no error', 'ECONNREFUSED'],
])('%s may have started something', (_, error) => {
  expect(isCertainlyUndone(error)).toBe(false)
})

test.each([400, 409, 413, 422])('status %i is about the event', (status) => {
  expect(isAboutTheEvent(answered(status))).toBe(true)
})

test.each([401, 403, 404, 429, 500])('status %i is about the target', (status) => {
  expect(isAboutTheEvent(answered(status))).toBe(false)
})
