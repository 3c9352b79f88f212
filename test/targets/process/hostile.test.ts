import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { type IncomingMessage, request } from 'node:http'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Answered, ask, askMany, deploymentOf, ProcessGround } from '../ground.ts'

const endpoint = 'flights'
const megabyte = 1024 ** 2
let ground: ProcessGround
let address = ''
let admin = ''
let token = ''

beforeAll(async () => {
  ground = await ProcessGround.make()
  address = (await ground.target.ensureEndpoint(endpoint)).address
  await ground.target.start(endpoint, await ground.package('v1'))
  await ground.target.start(endpoint, await ground.package('v2'))
  await ground.target.start(endpoint, await ground.package('breaking', { breakEvery: 2 }))
  await ground.target.setShares(endpoint, { v1: 100 })
  const folder = ground.state(endpoint)
  const intent = JSON.parse(readFileSync(join(folder, 'router.json'), 'utf8')) as { token: string }
  const claimed = JSON.parse(readFileSync(join(folder, 'processes/router.1.json'), 'utf8')) as { adminPort: number }
  token = intent.token
  admin = `http://127.0.0.1:${claimed.adminPort}`
})
afterAll(() => ground[Symbol.asyncDispose]())

/** Sends bytes as they are; gives what comes until the connection is closed. */
async function raw(bytes: string | Buffer, to = address): Promise<string> {
  const socket = connect(Number(new URL(to).port), '127.0.0.1')
  socket.write(bytes)
  return text(socket)
}

/** What the stand-in says that it received. */
function received({ text: said }: Answered) {
  return JSON.parse(said) as { method: string; url: string; headers: string[]; bytes: number; body?: string }
}

describe('the public side', () => {
  test.each([
    ['two lengths', 'content-length: 3\r\ncontent-length: 4'],
    ['a length and a coding', 'content-length: 3\r\ntransfer-encoding: chunked'],
    ['a coding that is not the last', 'transfer-encoding: chunked, gzip'],
    ['a length that is no number', 'content-length: -1'],
    ['a header without a name', ': x'],
    ['a folded header', 'x-a: 1\r\n : 2'],
    ['a character that is none', 'x-a: \0'],
  ])('refuses a request with %s, by which another could be smuggled', async (_, headers) => {
    const said = await raw(`POST /v2 HTTP/1.1\r\nhost: x\r\n${headers}\r\n\r\nabcdGET /x HTTP/1.1\r\n\r\n`)

    expect(said).toMatch(/^HTTP\/1\.1 400 /)
    expect(said.match(/HTTP\/1\.1/g)).toHaveLength(1)
  })

  test.each([
    ['garbage', '\x16\x03\x01\x02\0\x01\0\x01\xfc', 400],
    ['too many headers', `GET / HTTP/1.1\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
    ['no host', 'GET /v2/health/ready HTTP/1.1\r\n\r\n', 400],
    [
      'an address with bytes beyond ASCII',
      Buffer.from('GET /caf\xe9 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n', 'latin1'),
      400,
    ],
    ['the address of another protocol', 'GET ftp://x/y HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n', 400],
    ['a wish for a tunnel', 'CONNECT 127.0.0.1:22 HTTP/1.1\r\nhost: x\r\n\r\n', 0],
  ])('survives %s', async (_, bytes, status) => {
    const said = await raw(bytes)

    expect(said === '' ? 0 : Number(said.split(' ')[1])).toBe(status)
    expect(await ask(address)).toMatchObject({ status: 200 })
  })

  test('sends on the path of a whole URL, and never goes where it points', async () => {
    const said = await raw('GET http://169.254.169.254/latest?x=1 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')

    expect(said).toContain('"url":"/latest?x=1"')
  })

  test('answers pipelined requests in their order', async () => {
    const one = (path: string, last = '') => `GET /${path} HTTP/1.1\r\nhost: x\r\n${last}\r\n`

    const said = await raw(one('1') + one('2') + one('3', 'connection: close\r\n'))

    expect([...said.matchAll(/"url":"\/(\d)"/g)].map(([, which]) => which)).toEqual(['1', '2', '3'])
  })

  test('hands on what it is given and nothing of its own: method, query, body, headers', async () => {
    const headers = { 'x-mine': 'a', connection: 'x-hop', 'x-hop': 'b', 'x-trainyard-token': 'guess', te: 'trailers' }

    const {
      status,
      text: said,
      headers: answered,
    } = await ask(address, { path: '/echo?a=%20b', method: 'PUT', headers, body: 'é' })

    const got = JSON.parse(said) as { method: string; url: string; headers: string[]; body: string }
    expect(status).toBe(200)
    expect(got).toMatchObject({ method: 'PUT', url: '/echo?a=%20b', body: Buffer.from('é').toString('base64') })
    expect(got.headers).toContain('x-mine')
    for (const name of ['x-hop', 'x-trainyard-token', 'te']) expect(got.headers).not.toContain(name)
    expect(answered['x-trainyard-deployment']).toBe('v1')
  })

  test.each([
    ['that it can keep', 3 * megabyte],
    ['that it cannot keep', 9 * megabyte],
  ])('hands on a body %s, with and without its length', async (_, size) => {
    const body = Buffer.alloc(size, 7)

    const known = await ask(address, { body })
    const chunked = await ask(address, { body, headers: { 'transfer-encoding': 'chunked' } })

    expect([received(known).bytes, received(chunked).bytes]).toEqual([size, size])
  })

  test('sends a request again only when it could keep the whole of it', async () => {
    await ground.target.setShares(endpoint, { breaking: 100 })

    const small = []
    for (let turn = 0; turn < 6; turn += 1) small.push(await ask(address))
    const large = []
    for (let turn = 0; turn < 4; turn += 1) large.push(await ask(address, { body: Buffer.alloc(6 * megabyte) }))
    await ground.target.setShares(endpoint, { v1: 100 })

    expect(small.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200])
    expect(new Set(large.map(({ status }) => status))).toEqual(new Set([200, 502]))
    expect(large.find(({ status }) => status === 502)?.text).toMatch(/breaking broke the connection/)
    const { counts } = await deploymentOf(ground.target, endpoint, 'breaking')
    expect(counts.errors).toBeGreaterThanOrEqual(large.filter(({ status }) => status === 502).length + 3)
  })

  test('passes an answer on while it is made', async () => {
    const outgoing = request(`${address}/stream?parts=20`)
    outgoing.end()
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage]
    const [first] = (await once(answer, 'data')) as [Buffer]
    const sizeWhenFirst = first.length
    const rest = await text(answer)

    expect(first.toString()).toMatch(/^part 0\n/)
    expect(sizeWhenFirst).toBeLessThan(100)
    expect(rest).toMatch(/part 19\n$/)
    expect(answer.headers['x-hop']).toBeUndefined()
  })

  test("stops a server's work when the client leaves", async () => {
    const outgoing = request(`${address}/stream?parts=5000`)
    outgoing.on('error', () => undefined)
    outgoing.end()
    await once(outgoing, 'response')
    outgoing.destroy()

    const log = join(ground.state(endpoint), 'deployments/v1.log')
    while (!readFileSync(log, 'utf8').includes('finished: false')) await sleep(20)
    const metrics = await ask(admin, { path: '/metrics', method: 'GET' })

    expect(metrics.text).toMatch(/requests_total\{deployment="v1",end="abandoned"\} [1-9]/)
  })

  test('has as many connections closed in the middle of a body as clients like', async () => {
    const before = await deploymentOf(ground.target, endpoint, 'v1')
    for (let turn = 0; turn < 50; turn += 1) {
      const socket = connect(Number(new URL(address).port), '127.0.0.1')
      socket.write(`POST /v2 HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf`, () => socket.destroy())
      await once(socket, 'close')
    }

    expect(await askMany(address, 10)).toEqual({ v1: 10 })
    expect((await deploymentOf(ground.target, endpoint, 'v1')).counts.requests).toBe(before.counts.requests + 10)
  })
})

describe('a request that names its deployment', () => {
  test('goes there whatever the shares, and is not counted among the traffic', async () => {
    const before = await deploymentOf(ground.target, endpoint, 'v2')
    const headers = await ground.target.headersFor(endpoint, 'v2')

    const answer = await ask(address, { headers })

    expect(answer).toMatchObject({ status: 200, deployment: 'v2' })
    expect(received(answer).headers.join(' ')).not.toContain(token)
    expect((await deploymentOf(ground.target, endpoint, 'v2')).counts).toEqual(before.counts)
  })

  test.each([
    ['no token', {}],
    ['a wrong token', { 'x-trainyard-token': 'x'.repeat(43) }],
    ['an empty token', { 'x-trainyard-token': '' }],
  ])('is refused with %s', async (_, headers) => {
    expect(await ask(address, { headers: { 'x-trainyard-deployment': 'v2', ...headers } })).toMatchObject({
      status: 401,
    })
  })

  test('is refused where there is no such deployment', async () => {
    const headers = { ...(await ground.target.headersFor(endpoint, 'v2')), 'x-trainyard-deployment': 'v9' }

    expect(await ask(address, { headers })).toMatchObject({ status: 404 })
  })
})

describe('the admin side', () => {
  test.each([
    ['no token', undefined],
    ['a wrong token', `Bearer ${'x'.repeat(43)}`],
    ['another scheme', 'Basic eDp5'],
    ['a token that is too short', 'Bearer x'],
  ])('refuses %s', async (_, authorization) => {
    const headers = authorization === undefined ? {} : { authorization }
    for (const [method, path] of [
      ['GET', '/status'],
      ['PUT', '/shares'],
      ['POST', '/drain'],
      ['POST', '/reload'],
    ] as const) {
      const { status, text: said } = await ask(admin, { path, method, headers, body: '{"shares":{"v2":100}}' })
      expect(status).toBe(401)
      expect(said).not.toContain(token)
    }
    expect(await askMany(address, 5)).toEqual({ v1: 5 })
  })

  test.each([
    ['what is no JSON', '{', 400],
    ['shares that are no numbers', '{"shares":{"v1":"all"}}', 400],
    ['negative shares', '{"shares":{"v1":110,"v2":-10}}', 400],
    ['shares that add up to something else', '{"shares":{"v1":50}}', 409],
    ['a deployment that does not exist', '{"shares":{"__proto__":1,"constructor":100}}', 409],
    ['more than anybody has to say', `{"shares":{"v1":100},"x":"${'a'.repeat(100_000)}"}`, 400],
  ])('refuses %s', async (_, body, status) => {
    const headers = { authorization: `Bearer ${token}` }

    expect(await ask(admin, { path: '/shares', method: 'PUT', headers, body })).toMatchObject({ status })
    expect(await askMany(address, 5)).toEqual({ v1: 5 })
  })

  test('is not for web pages that call this machine by a name of theirs', async () => {
    const { port } = new URL(admin)

    const said = await raw(`GET /metrics HTTP/1.1\r\nhost: evil.example:${port}\r\nconnection: close\r\n\r\n`, admin)

    expect(said).toMatch(/^HTTP\/1\.1 403 /)
  })

  test('shows metrics to anybody on this machine, in the form of Prometheus', async () => {
    const { status, headers, text: said } = await ask(admin, { path: '/metrics', method: 'GET' })

    expect(status).toBe(200)
    expect(headers['content-type']).toContain('version=0.0.4')
    for (const line of said.trimEnd().split('\n')) {
      expect(line).toMatch(
        /^(# (HELP|TYPE) trainyard_router_\w+ .+|trainyard_router_\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? [\d.e+-]+)$/,
      )
    }
    const { counts } = await deploymentOf(ground.target, endpoint, 'v1')
    expect(said).toContain(`trainyard_router_duration_seconds_count{deployment="v1"} ${counts.requests}\n`)
    expect(said).toMatch(/trainyard_router_duration_seconds_bucket\{deployment="v1",le="0.000001"\} 0\n/)
    expect(said).not.toContain(token)
  })
})
