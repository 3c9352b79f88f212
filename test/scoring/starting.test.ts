import { once } from 'node:events'
import { readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { answer } from '../../core/scoring/answer.ts'
import { newApp } from '../../core/scoring/app.ts'
import { parseConfig } from '../../core/scoring/config.ts'
import { listen } from '../../core/scoring/http-server.ts'
import { nodes } from '../support/nodes.ts'
import { RawClient, rawRequest } from './raw-client.ts'
import {
  type LogLine,
  newPackage,
  type PackageOptions,
  ScoringServer,
  startProcess,
  tensor,
  until,
} from './scoring-server.ts'

/** Starts a package that cannot serve, and returns how it ended. */
async function failure(
  options: PackageOptions,
  { args = [], spoil }: { args?: string[]; spoil?: (folder: string) => Promise<unknown> } = {},
) {
  const folder = await newPackage(options)
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await spoil?.(folder)
  const child = startProcess(process.execPath, folder, args)
  onTestFinished(() => void child.kill('SIGKILL'))
  const printed = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      printed[stream] += text
    })
  const [exitCode] = (await once(child, 'close')) as [number | null]
  const log = printed.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as LogLine)
  return { exitCode, stderr: printed.stderr, last: log.at(-1), isReady: log.some(({ event }) => event === 'ready') }
}

describe('a server does not start', () => {
  test.each<
    [
      why: string,
      options: PackageOptions,
      spoil: ((folder: string) => Promise<unknown>) | undefined,
      code: string,
      error: string,
    ]
  >([
    [
      'when a model file is not the one that was packaged',
      { models: ['free'] },
      (folder) => writeFile(join(folder, 'free-1.onnx'), 'other bytes'),
      'TY0403',
      'free-1.onnx is not the file that was packaged: its digest is sha256:',
    ],
    [
      'when a model file is missing',
      { models: ['free'] },
      (folder) => rm(join(folder, 'free-1.onnx')),
      'TY0403',
      'free-1.onnx is not a file',
    ],
    [
      'when a model file leads out of the folder',
      { models: ['free'] },
      async (folder) => {
        await rename(join(folder, 'free-1.onnx'), `${folder}.onnx`)
        onTestFinished(() => rm(`${folder}.onnx`))
        await symlink(`${folder}.onnx`, join(folder, 'free-1.onnx'))
      },
      'TY0403',
      'free-1.onnx leads out of the folder of serve.json',
    ],
    ['when the runtime does not know an operator', { models: ['unknown-operator'] }, undefined, 'TY0403', 'Frobnicate'],
    [
      'when an input cannot be sent',
      { models: ['half'] },
      undefined,
      'TY0403',
      'takes what cannot be sent: x (float16)',
    ],
    [
      'when it must be native and that is not there',
      { models: ['free'], config: { engine: 'native' } },
      undefined,
      'TY0102',
      'engine is native, and onnxruntime-node is not in node_modules',
    ],
    [
      'without a serve.json',
      { models: ['free'] },
      (folder) => rm(join(folder, 'serve.json')),
      'TY0102',
      'serve.json cannot be read',
    ],
    [
      'when serve.json is not valid',
      { models: [] },
      undefined,
      'TY0102',
      'is not valid: Too small: expected array to have >=1 items',
    ],
  ])('%s', async (...[, options, spoil, code, error]) => {
    const end = await failure(options, spoil === undefined ? {} : { spoil })

    expect(end).toMatchObject({ exitCode: 2, isReady: false, stderr: '', last: { event: 'failed', code } })
    expect(end.last?.['error']).toContain(error)
  })

  test('at an address that is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    onTestFinished(() => void other.close())
    const address = other.address()
    const port = address === null || typeof address === 'string' ? 0 : address.port

    const end = await failure({ models: ['free'] }, { args: ['--port', String(port)] })

    expect(end).toMatchObject({ exitCode: 4, last: { event: 'failed', code: 'TY0501' } })
    expect(end.last?.['error']).toContain(`while trying to listen (at 127.0.0.1:${port})`)
  })

  test.each([
    [['--prot', '1'], "Unknown option '--prot'"],
    [['--port', 'any'], '--port "any" is no port'],
  ])('with the arguments %j', async (args, error) => {
    const end = await failure({ models: ['free'] }, { args })

    expect(end).toMatchObject({
      exitCode: 2,
      last: { code: 'TY0101', error: expect.stringContaining(error) as string },
    })
  })
})

test('arguments replace what belongs to the machine, and the ready file says where the server is', async () => {
  const folder = await newPackage({ models: ['free'], config: { port: 1, host: '192.0.2.1' } })
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'here.json')
  const child = startProcess(process.execPath, folder, ['--host', '127.0.0.1', '--port', '0', '--ready-file', file])
  onTestFinished(() => void child.kill('SIGKILL'))
  let log = ''
  while (!log.includes('"event":"ready"')) log += String((await once(child.stdout, 'data'))[0])
  const ready = await readWhenThere(file)

  expect(ready).toEqual({
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string,
    port: expect.any(Number) as number,
    pid: child.pid,
    engine: expect.stringContaining('wasm') as string,
    at: expect.stringMatching(/^\d{4}-.*Z$/) as string,
  })
  expect((await fetch(`${(ready as { url: string }).url}/v2/health/ready`)).status).toBe(200)
})

async function readWhenThere(file: string): Promise<unknown> {
  for (;;) {
    const text = await readFile(file, 'utf8').catch(() => undefined)
    if (text !== undefined) return JSON.parse(text)
  }
}

test('a server that still loads is alive and not ready, and refuses requests for a while', async () => {
  const digest = `sha256:${'0'.repeat(64)}`
  const config = parseConfig(
    JSON.stringify({ models: [{ name: 'm', version: 1, file: 'm.onnx', digest }] }),
    'serve.json',
  )
  const app = newApp(config, () => undefined)
  const http = await listen({
    host: '127.0.0.1',
    port: 0,
    requestTimeoutMs: 1000,
    answer: (request, response) => answer(app, request, response),
  })
  onTestFinished(async () => void (await http.close(0)))
  const ask = (path: string, method = 'GET') => fetch(`${http.url}${path}`, { method })

  const statuses = [
    await ask('/v2/health/live'),
    await ask('/v2/health/ready'),
    await ask('/v2/models/m'),
    await ask('/v2/models/m/ready'),
  ]
  const infer = await ask('/v2/models/m/infer', 'POST')

  expect(statuses.map(({ status }) => status)).toEqual([200, 503, 503, 503])
  expect(infer.status).toBe(503)
  expect(infer.headers.get('retry-after')).toBe('1')
  expect(await infer.json()).toEqual({ error: 'The server is not ready: it loads its models' })
})

test.each(nodes())('a client that does not finish its request is told and sent away, on $name', async ({ path }) => {
  await using server = await ScoringServer.start(path, { models: ['free'], config: { requestTimeoutMs: 200 } })
  const clients = [
    'GET /v2 HTTP/1.1\r\nHost: x\r\n',
    rawRequest('POST', '/v2/models/free/infer', '{"inputs":[]}').slice(0, -3),
  ].map(async (bytes) => {
    using client = await RawClient.connect(server.url)
    client.write(bytes)
    return await client.receive(1)
  })
  const timedOut = { status: 408, body: '{"error":"The request is not valid HTTP: Request timeout"}' }

  expect(await Promise.all(clients)).toMatchObject([[timedOut], [timedOut]])
  expect((await server.metrics()).get('trainyard_abandoned_total{model="free",version="1"}')).toBe(1)
})

test('the access log has a line for each request, and nothing of what was asked or answered', async () => {
  await using server = await ScoringServer.start(process.execPath, { models: ['free'], config: { accessLog: true } })
  await server.infer('free?secret=1', {})
  await server.ask('POST', '/v2/models/free/infer?secret=1', {
    id: 'secret',
    inputs: [tensor('x', 'FP32', [1, 1], [12345])],
  })
  await server.ask('GET', '/v2')

  const lines = () => server.log.filter(({ event }) => event === 'request')
  // A line is written after its answer is sent.
  await until(() => lines().length === 3)
  expect(
    lines().map(({ at, ms, ...rest }) => ({ ...rest, isTimed: typeof at === 'string' && typeof ms === 'number' })),
  ).toEqual([
    { event: 'request', method: 'POST', path: '/v2/models/free', status: 405, isTimed: true },
    { event: 'request', method: 'POST', path: '/v2/models/free/infer', status: 200, isTimed: true },
    { event: 'request', method: 'GET', path: '/v2', status: 200, isTimed: true },
  ])
  expect(JSON.stringify(server.log)).not.toMatch(/secret|12345/)
})
