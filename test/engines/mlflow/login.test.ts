import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { openMlflow } from '../../../core/engines/mlflow/client.ts'
import { mlflowConnection } from '../../../core/engines/mlflow/connection.ts'
import { Loopback } from '../../support/loopback.ts'

const token = 'ey.token-of-ann'
const basic = `Basic ${Buffer.from('ann:pass word').toString('base64')}`

/** A server behind a login, with one artifact. */
function guarded(authorization: string): Promise<Loopback> {
  return Loopback.start(({ headers, url }) => {
    if (headers.authorization !== authorization) return { status: 401, body: 'You are not authenticated.' }
    if (url.pathname.endsWith('/artifacts'))
      return { status: 200, body: { files: [{ path: 'model.onnx', file_size: 5 }] } }
    return { status: 200, body: 'bytes' }
  })
}

const rights: readonly (readonly [string, string, (url: string) => string, Record<string, string>])[] = [
  ['a token', `Bearer ${token}`, (url) => url, { MLFLOW_TRACKING_TOKEN: token }],
  [
    'a user and a password',
    basic,
    (url) => url,
    { MLFLOW_TRACKING_USERNAME: 'ann', MLFLOW_TRACKING_PASSWORD: 'pass word' },
  ],
  ['a password in the address', basic, (url) => url.replace('//', '//ann:pass%20word@'), {}],
]

describe.each(rights)('a server that wants %s', (_, authorization, addressOf, env) => {
  test('gets it with every request', async () => {
    await using server = await guarded(authorization)
    const { artifacts, connection } = openMlflow(mlflowConnection(addressOf(server.url), env))

    expect(await artifacts.list('m')).toEqual([{ path: 'm/model.onnx', isFolder: false, size: 5 }])
    expect(String(await buffer((await artifacts.get('m/model.onnx')) ?? Readable.from([])))).toBe('bytes')
    await artifacts.put('m/model.onnx', { size: 0, open: () => Readable.from([]) })
    expect(connection.url).toBe(server.url)
    expect(new Set(server.received.map(({ headers }) => headers.authorization))).toEqual(new Set([authorization]))
  })

  test.each([
    ['nothing', {}],
    ['another', { MLFLOW_TRACKING_TOKEN: 'wrong-token-of-bob' }],
  ])('that gets %s refuses, and the error says which variables, and no secret', async (_what, wrong) => {
    await using server = await guarded(authorization)
    const { artifacts } = openMlflow(mlflowConnection(server.url, wrong))

    for (const asked of [artifacts.list('m'), artifacts.get('m/model.onnx')]) {
      const error: unknown = await asked.catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'TY0203' })
      expect(String(error)).toContain('MLFLOW_TRACKING_TOKEN')
      expect(String(error)).not.toContain('wrong-token-of-bob')
    }
  })
})

test('no credential crosses the network in clear', () => {
  expect(() => mlflowConnection('http://mlflow.example.org', { MLFLOW_TRACKING_TOKEN: token })).toThrow(
    /TY0203.*plain HTTP/,
  )
  expect(mlflowConnection('https://mlflow.example.org/', { MLFLOW_TRACKING_TOKEN: token }).secrets).toContain(token)
})
