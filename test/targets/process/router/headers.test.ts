import { describe, expect, test } from 'vitest'
import { answeredHeaders, forwardedHeaders } from '../../../../core/targets/process/router/headers.ts'

describe('headers that are sent on', () => {
  test('keep their order, case and repetitions', () => {
    const raw = ['X-B', '2', 'x-a', '1', 'X-B', '3', 'Host', 'here']

    expect(forwardedHeaders(raw, undefined)).toEqual(raw)
  })

  test('have none of this connection, also where it names them', () => {
    const raw = ['Connection', 'keep-alive, X-Trace', 'keep-alive', 'timeout=5', 'x-trace', '7', 'TE', 'trailers']
    raw.push(
      'Upgrade',
      'h2c',
      'Trailer',
      'x',
      'Transfer-Encoding',
      'chunked',
      'Proxy-Authorization',
      'Basic x',
      'x-kept',
      '1',
    )

    expect(forwardedHeaders(raw, 3)).toEqual(['x-kept', '1', 'content-length', '3'])
  })

  test('cannot lose their host or length by being named as of this connection', () => {
    const raw = ['connection', 'host, content-length, content-type', 'host', 'here', 'content-type', 'application/json']

    expect(forwardedHeaders([...raw, 'content-length', '9'], 9)).toEqual([
      'host',
      'here',
      'content-type',
      'application/json',
      'content-length',
      '9',
    ])
  })

  test('have one length, which is that of the body, and none that the client asked to wait for', () => {
    const raw = ['content-length', '5', 'Content-Length', '5', 'Expect', '100-continue']

    expect(forwardedHeaders(raw, 5)).toEqual(['content-length', '5'])
    expect(forwardedHeaders(raw, 'chunked')).toEqual(['transfer-encoding', 'chunked'])
  })

  test('never hold the admin token or the name of a deployment', () => {
    expect(forwardedHeaders(['X-Trainyard-Token', 'secret', 'X-Trainyard-Deployment', 'v2'], undefined)).toEqual([])
  })
})

describe('headers that are answered', () => {
  test('name the deployment, and no other that a server made up', () => {
    const raw = ['Content-Type', 'application/json', 'x-trainyard-deployment', 'v9', 'Connection', 'close']

    expect(answeredHeaders(raw, 'v2')).toEqual(['Content-Type', 'application/json', 'x-trainyard-deployment', 'v2'])
  })
})
