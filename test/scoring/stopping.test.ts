import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { nodes } from '../support/nodes.ts'
import { RawClient, rawRequest } from './raw-client.ts'
import { type PackageOptions, ScoringServer, tensor, until } from './scoring-server.ts'

const quick = rawRequest(
  'POST',
  '/v2/models/free/infer',
  JSON.stringify({ inputs: [tensor('x', 'FP32', [1, 1], [1])] }),
)
const slow = rawRequest(
  'POST',
  '/v2/models/slow/infer',
  JSON.stringify({ inputs: [tensor('rounds', 'INT64', [], [400])] }),
)
const models = ['free', 'own/slow']
const last = (server: ScoringServer) => server.log.at(-1)

/** Sends one request after another on one connection, until it is told to close it. */
async function keepAsking(url: string): Promise<{ sent: number; answered: number }> {
  using client = await RawClient.connect(url)
  let sent = 0
  for (;;) {
    client.write(quick)
    sent += 1
    const answers = await client.receive(sent)
    const answer = answers[sent - 1]
    if (answer === undefined || /^connection: close/im.test(answer.head))
      return { sent, answered: answers.filter(({ status }) => status === 200).length }
  }
}

/** Connections on which a slow request has been read and not answered: what came with it is answered. */
async function withSlowRequests(server: ScoringServer, count: number): Promise<readonly RawClient[]> {
  const clients = await Promise.all(Array.from({ length: count }, () => RawClient.connect(server.url)))
  for (const client of clients) client.write(quick + slow)
  for (const client of clients) await client.receive(1)
  return clients
}

const start = (node: string, config: PackageOptions['config'] = {}) => ScoringServer.start(node, { models, config })

describe.each(nodes())('a server that is told to stop, on $name,', ({ name, path }) => {
  const signal = name === 'node20' ? 'SIGTERM' : 'SIGINT'
  test(`loses no request of clients that keep asking, by ${signal}`, async () => {
    await using server = await start(path, { noticeMs: 1500, readyFile: 'ready.json' })
    const file = join(server.folder, 'ready.json')
    const asking = Array.from({ length: 12 }, () => keepAsking(server.url))
    await until(
      async () => ((await server.metrics()).get('trainyard_requests_total{model="free",version="1"}') ?? 0) > 300,
    )
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ url: server.url, pid: server.process.pid })

    const { exitCode } = await server.stop(signal)
    const clients = await Promise.all(asking)

    expect(exitCode).toBe(0)
    for (const { sent, answered } of clients) expect(answered).toBe(sent)
    const sent = clients.reduce((sum, client) => sum + client.sent, 0)
    expect(last(server)).toMatchObject({ event: 'stopped', requests: sent, isCut: false })
    expect(existsSync(file)).toBe(false)
  })

  test('answers what it has begun, takes no more, and closes what is idle', async () => {
    await using server = await start(path, { noticeMs: 0 })
    using idle = await RawClient.connect(server.url)
    idle.write(quick)
    await idle.receive(1)
    const clients = await withSlowRequests(server, 4)

    const { exitCode } = await server.stop()

    expect(exitCode).toBe(0)
    for (const client of clients) expect((await client.receive(2)).map(({ status }) => status)).toEqual([200, 200])
    await until(() => idle.socket.closed)
    await expect(RawClient.connect(server.url)).rejects.toThrow('ECONNREFUSED')
  })

  test('says so first: it is alive, not ready, still answers, and asks to close the connection', async () => {
    await using server = await start(path, { noticeMs: 60_000 })
    server.process.kill('SIGTERM')
    await until(() => last(server)?.event === 'stopping')

    const [live, ready, model] = [
      await server.ask('GET', '/v2/health/live'),
      await server.ask('GET', '/v2/health/ready'),
      await server.ask('GET', '/v2/models/free/ready'),
    ]
    const infer = await server.infer('free', { inputs: [tensor('x', 'FP32', [1, 1], [1])] })

    expect([live.status, ready.status, model.status, infer.status]).toEqual([200, 503, 503, 200])
    expect(infer.headers.get('connection')).toBe('close')
    // Whoever asks again does not want to wait.
    expect(await server.stop()).toMatchObject({ exitCode: 143 })
  })

  test('cuts what is not answered in time, and says that it did', async () => {
    await using server = await start(path, { noticeMs: 0, drainMs: 50 })
    using client = await RawClient.connect(server.url)
    // A request that never ends: what came before it in the same packet is answered, so it has begun.
    client.write(quick + slow.slice(0, -5))
    await client.receive(1)

    const { exitCode } = await server.stop()

    expect(exitCode).toBe(0)
    expect(last(server)).toMatchObject({ event: 'stopped', requests: 1, isCut: true })
    expect(await client.receive(2)).toHaveLength(1)
  })
})
