import { describe, expect, test } from 'vitest'
import { nodes } from '../support/nodes.ts'
import { RawClient, rawRequest } from './raw-client.ts'
import { ScoringServer, tensor } from './scoring-server.ts'

const runs = (model: string) => `trainyard_runs_total{model="${model}",version="1"}`

/** Requests that arrive in one packet, and so in one turn of the server's event loop. */
async function atOnce(server: ScoringServer, requests: readonly (readonly [model: string, body: object])[]) {
  using client = await RawClient.connect(server.url)
  client.write(
    requests.map(([model, body]) => rawRequest('POST', `/v2/models/${model}/infer`, JSON.stringify(body))).join(''),
  )
  const answers = await client.receive(requests.length)
  return answers.map(({ status, body }) => ({
    status,
    json: JSON.parse(body) as { error?: string; outputs?: { data: unknown[] }[] },
  }))
}

const row = (...values: number[]) => ({ inputs: [tensor('x', 'FP32', [1, values.length], values)] })
const place = (at: number) => ({ inputs: [tensor('place', 'INT64', [1], [at])] })

describe.each(nodes())('on $name', ({ path }) => {
  test('requests that arrive together become one run, and each gets its own rows', async () => {
    await using server = await ScoringServer.start(path, { models: ['free'] })
    const requests = Array.from({ length: 50 }, (_, at) => ['free', row(at, 1000)] as const)

    const answers = await atOnce(server, requests)

    expect(answers.map(({ json }) => json.outputs?.[0]?.data)).toEqual(requests.map((_, at) => [at + 1000]))
    expect((await server.metrics()).get(runs('free'))).toBe(1)
  })

  test('a full queue is told at once, and what waits is answered', async () => {
    await using server = await ScoringServer.start(path, { models: ['free'], config: { maxQueue: 4 } })
    const answers = await atOnce(
      server,
      Array.from({ length: 20 }, () => ['free', row(1, 2)] as const),
    )

    const refused = answers.filter(({ status }) => status === 503)
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(4)
    expect(refused).toHaveLength(16)
    expect(refused[0]?.json).toEqual({ error: 'The queue is full: 4 requests wait' })
    expect((await server.infer('free', row(1, 2))).status).toBe(200)
  })
})

describe('rows are joined', () => {
  const node = nodes().at(-1)?.path ?? process.execPath

  test('up to the limit, and only those of the same shape', async () => {
    await using server = await ScoringServer.start(node, { models: ['free'], config: { maxBatchRows: 10 } })

    await atOnce(
      server,
      Array.from({ length: 25 }, () => ['free', row(1, 2)] as const),
    )
    expect((await server.metrics()).get(runs('free'))).toBe(3)

    const mixed = await atOnce(server, [
      ['free', row(1, 2)],
      ['free', row(1, 2, 3)],
      ['free', row(3, 4)],
    ])
    expect(mixed.map(({ json }) => json.outputs?.[0]?.data)).toEqual([[3], [6], [7]])
    expect((await server.metrics()).get(runs('free'))).toBe(5)
  })

  test('never where a row changes the answers of others, or where the configuration says so', async () => {
    const models = ['own/centred', 'mean', 'fixed']
    await using server = await ScoringServer.start(node, { models })
    await using off = await ScoringServer.start(node, { models: ['free'], config: { batching: 'off' } })

    const answers = await atOnce(server, [
      ['centred', row(1, 2)],
      ['centred', row(5, 9)],
    ])
    await atOnce(off, [
      ['free', row(1)],
      ['free', row(2)],
    ])

    // Alone, a row is its own mean.
    expect(answers.map(({ json }) => json.outputs?.[0]?.data)).toEqual([
      [0, 0],
      [0, 0],
    ])
    expect((await off.metrics()).get(runs('free'))).toBe(2)
    expect(
      server.log.filter(({ event }) => event === 'model.loaded').map((line) => [line['batching'], line['reason']]),
    ).toEqual([
      [false, 'rows change the answers of other rows'],
      [false, 'an output does not have a row for each row'],
      [false, 'the number of rows is fixed'],
    ])
  })

  test('so that one that the model fails on spoils no other', async () => {
    await using server = await ScoringServer.start(node, { models: ['own/picky'] })
    const answers = await atOnce(server, [
      ['picky', place(0)],
      ['picky', place(7)],
      ['picky', place(2)],
    ])

    expect(answers.map(({ status }) => status)).toEqual([200, 500, 200])
    expect(answers.map(({ json }) => json.outputs?.[0]?.data)).toEqual([[10], undefined, [30]])
  })

  test('under load from many connections, with the right answer for each', async () => {
    await using server = await ScoringServer.start(node, { models: ['free'] })
    const clients = Array.from({ length: 32 }, async (_, client) => {
      for (let at = 0; at < 25; at += 1) {
        const { json } = await server.infer('free', { id: `${client}-${at}`, ...row(client * 100, at) })
        expect(json).toMatchObject({ id: `${client}-${at}`, outputs: [{ data: [client * 100 + at] }] })
      }
    })
    await Promise.all(clients)

    const metrics = await server.metrics()
    expect(metrics.get('trainyard_requests_total{model="free",version="1"}')).toBe(800)
    expect(metrics.get(runs('free'))).toBeLessThan(800)
  })

  test('and not run at all when the client has gone', async () => {
    await using server = await ScoringServer.start(node, { models: ['own/slow', 'free'] })
    using busy = await RawClient.connect(server.url)
    const slow = JSON.stringify({ inputs: [tensor('rounds', 'INT64', [], [200])] })
    busy.write(rawRequest('POST', '/v2/models/slow/infer', slow).repeat(6))
    const client = await RawClient.connect(server.url)
    client.write(rawRequest('POST', '/v2/models/free/infer', JSON.stringify(row(1))))
    client.socket.destroy()

    expect((await busy.receive(6)).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200])
    const metrics = await server.metrics()
    expect(metrics.get('trainyard_abandoned_total{model="free",version="1"}')).toBe(1)
    expect(metrics.get(runs('free'))).toBe(0)
    expect(metrics.get('trainyard_requests_total{model="free",version="1"}')).toBe(0)
  })
})
