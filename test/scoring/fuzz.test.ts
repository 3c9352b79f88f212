import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { nodes } from '../support/nodes.ts'
import { RawClient } from './raw-client.ts'
import { ScoringServer, tensor } from './scoring-server.ts'

/** A good request, of which each property spoils a part. */
const good = {
  id: 'a',
  inputs: [
    tensor('dep_delay', 'FP32', [2, 1], [1, 2]),
    tensor('distance', 'FP32', [2, 1], [100, 200]),
    tensor('carrier', 'BYTES', [2, 1], ['AA', 'UA']),
  ],
  outputs: [{ name: 'label' }],
}

const kinds = {
  number: fc.double(),
  string: fc.string(),
  boolean: fc.boolean(),
  null: fc.constant(null),
  list: fc.array(fc.jsonValue()),
  object: fc.dictionary(fc.string(), fc.jsonValue()),
}
type Kind = keyof typeof kinds

/** Any JSON value that is of another kind than these. */
const notOf = (...except: Kind[]) =>
  fc.oneof(...(Object.keys(kinds) as Kind[]).filter((kind) => !except.includes(kind)).map((kind) => kinds[kind]))

const input = fc.nat(2)
const withInput = (at: number, change: object) => ({
  ...good,
  inputs: good.inputs.map((one, index) => (index === at ? { ...one, ...change } : one)),
})

/** Requests with exactly one thing wrong. */
const spoilt = fc.oneof(
  notOf('object').map((body) => body),
  notOf('list').map((inputs) => ({ ...good, inputs })),
  notOf('list').map((outputs) => ({ ...good, outputs })),
  notOf('string').map((id) => ({ ...good, id })),
  notOf('object').map((parameters) => ({ ...good, parameters })),
  notOf('boolean').map((flag) => ({ ...good, parameters: { binary_data_output: flag } })),
  fc
    .string()
    .filter((name) => name !== 'label' && name !== 'probabilities')
    .map((name) => ({ ...good, outputs: [{ name }] })),
  input.map((at) => ({ ...good, inputs: good.inputs.filter((_, index) => index !== at) })),
  input.map((at) => ({ ...good, inputs: [...good.inputs, ...good.inputs.slice(at, at + 1)] })),
  fc
    .tuple(input, notOf('object'))
    .map(([at, one]) => ({ ...good, inputs: good.inputs.toSpliced(at, 1, one as never) })),
  fc.tuple(input, notOf()).map(([at, name]) => withInput(at, { name })),
  fc.tuple(input, notOf()).map(([at, datatype]) => withInput(at, { datatype })),
  fc.tuple(input, notOf('list')).map(([at, shape]) => withInput(at, { shape })),
  fc
    .tuple(
      input,
      fc.array(fc.integer()).filter((shape) => shape[0] !== 2 || shape[1] !== 1 || shape.length !== 2),
    )
    .map(([at, shape]) => withInput(at, { shape })),
  fc.tuple(input, notOf('list')).map(([at, data]) => withInput(at, { data })),
  fc
    .tuple(
      input,
      fc.array(fc.jsonValue()).filter(({ length }) => length !== 2),
    )
    .map(([at, data]) => withInput(at, { data })),
  notOf('number')
    .filter((value) => typeof value !== 'string' || !['NaN', 'Infinity', '-Infinity'].includes(value))
    .map((value) => withInput(0, { data: [1, value] })),
  notOf('string').map((value) => withInput(2, { data: ['AA', value] })),
  fc
    .tuple(input, notOf())
    .map(([at, size]) => withInput(at, { data: undefined, parameters: { binary_data_size: size } })),
)

describe.each(nodes())('whatever is sent, on $name,', ({ path }) => {
  let server: ScoringServer
  let sent = 0
  beforeAll(async () => {
    server = await ScoringServer.start(path, { models: ['flights'] })
  })
  afterAll(() => server[Symbol.asyncDispose]())

  const refuses = async (body: string | Uint8Array, headers: Record<string, string> = {}) => {
    sent += 1
    const { status, json } = await server.ask('POST', '/v2/models/flights/infer', body, headers)
    expect({ status, json }).toEqual({ status: 400, json: { error: expect.stringMatching(/\S/) as string } })
  }

  test('the request that is spoilt below is a good one', async () => {
    sent += 1
    expect((await server.infer('flights', good)).status).toBe(200)
  })

  test('bytes are refused in words', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), (body) => refuses(body)),
      { numRuns: 60 },
    )
  })

  test('JSON of another kind is refused in words', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), (body) => refuses(body)),
      { numRuns: 60 },
    )
  })

  test('a good request that is cut off is refused in words', async () => {
    const text = JSON.stringify(good)
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), (length) => refuses(text.slice(0, length))),
      { numRuns: 60 },
    )
  })

  test('a request with one thing wrong is refused in words', async () => {
    await fc.assert(
      fc.asyncProperty(spoilt, (body) => refuses(JSON.stringify(body))),
      { numRuns: 250 },
    )
  })

  test('a binary tensor of another size than it says is refused in words', async () => {
    const inputs = good.inputs.map(({ name, datatype, shape }) => ({ name, datatype, shape }))
    const binary = fc.tuple(
      fc.array(fc.integer({ min: -10, max: 40 }), { minLength: 3, maxLength: 3 }),
      fc.uint8Array({ maxLength: 60 }),
    )
    // 8 bytes for each float column and at least as many for two texts; where all of it fits, the request is no bad one.
    const bad = binary.filter(
      ([[first, second, third = 0], rest]) => first !== 8 || second !== 8 || third < 8 || rest.length !== 16 + third,
    )
    await fc.assert(
      fc.asyncProperty(bad, async ([sizes, rest]) => {
        const parts = inputs.map((one, at) => ({ ...one, parameters: { binary_data_size: sizes[at] } }))
        const header = Buffer.from(JSON.stringify({ inputs: parts }))
        await refuses(Buffer.concat([header, rest]), { 'inference-header-content-length': String(header.length) })
      }),
      { numRuns: 100 },
    )
  })

  test('what is no HTTP is answered in words, or the connection is closed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1 }), async (bytes) => {
        using client = await RawClient.connect(server.url)
        client.write(Buffer.concat([bytes, Buffer.from('\r\n\r\n')]))
        for (const { status, body } of await client.receive(1)) {
          expect(status).toBeGreaterThanOrEqual(400)
          expect(JSON.parse(body)).toEqual({ error: expect.stringMatching(/\S/) as string })
        }
      }),
      { numRuns: 40 },
    )
  })

  test('the server lives, has met no defect, and has counted every request', async () => {
    const metrics = await server.metrics()
    const at = '{model="flights",version="1"'

    expect((await server.infer('flights', good)).status).toBe(200)
    expect(metrics.get(`trainyard_requests_total${at}}`)).toBe(sent)
    expect(metrics.get(`trainyard_errors_total${at},class="4xx"}`)).toBe(sent - 1)
    expect(metrics.get(`trainyard_errors_total${at},class="5xx"}`)).toBe(0)
    expect(server.log.map(({ event }) => event)).toEqual(['listening', 'model.loaded', 'ready'])
  })
})
