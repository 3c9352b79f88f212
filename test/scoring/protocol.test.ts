import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { nodes } from '../support/nodes.ts'
import { ScoringServer, tensor } from './scoring-server.ts'

// What a client sees, over HTTP, of the bundle that goes into packages.
describe.each(nodes())('on $name', ({ path: node }) => {
  let server: ScoringServer
  beforeAll(async () => {
    const models = ['flights', 'types', 'free', 'fixed', 'mean', 'scalar', 'zipmap', 'own/picky']
    const versions = [2, 10].map((version) => ({ fixture: 'free', name: 'sum', version }))
    server = await ScoringServer.start(node, { models: [...models, ...versions], config: { maxBodyBytes: 4096 } })
  })
  afterAll(() => server[Symbol.asyncDispose]())

  const x = (shape: number[], data: unknown) => ({ inputs: [tensor('x', 'FP32', shape, data)] })
  const values = (kinds: Partial<Record<string, unknown>>) => {
    const all = { b: [true], f64: [0.5], i8: [1], i32: [1], i64: [1], s: ['a'], u8: [1], ...kinds }
    const datatypes = { b: 'BOOL', f64: 'FP64', i8: 'INT8', i32: 'INT32', i64: 'INT64', s: 'BYTES', u8: 'UINT8' }
    const entries = Object.entries(all) as [keyof typeof datatypes, unknown][]
    return { inputs: entries.map(([name, data]) => tensor(name, datatypes[name], [1, 1], data)) }
  }

  describe('the server tells', () => {
    test('what it is, and which engine runs', async () => {
      const { status, json } = await server.ask('GET', '/v2')

      expect(status).toBe(200)
      expect(json).toEqual({
        name: 'trainyard',
        version: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
        extensions: ['binary_tensor_data'],
        engine: expect.stringMatching(/^onnxruntime-web \d+\.\d+\.\d+ \(wasm\)$/) as string,
      })
    })

    test.each([
      ['/v2/health/live', { live: true }],
      ['/v2/health/ready', { ready: true }],
      ['/v2/models/flights/ready', { name: 'flights', ready: true }],
      ['/v2/models/sum/versions/2/ready', { name: 'sum', ready: true }],
    ])('by %s that it can answer', async (path, json) => {
      expect(await server.ask('GET', path)).toMatchObject({ status: 200, json })
    })

    test('the inputs and outputs of a model', async () => {
      const { json } = await server.ask('GET', '/v2/models/flights')

      expect(json).toEqual({
        name: 'flights',
        versions: ['1'],
        platform: 'onnx_onnxv1',
        inputs: [
          { name: 'dep_delay', datatype: 'FP32', shape: [-1, 1] },
          { name: 'distance', datatype: 'FP32', shape: [-1, 1] },
          { name: 'carrier', datatype: 'BYTES', shape: [-1, 1] },
        ],
        outputs: [
          { name: 'label', datatype: 'BYTES', shape: [-1] },
          { name: 'probabilities', datatype: 'FP32', shape: [-1, 2] },
        ],
        parameters: { digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string },
      })
    })

    test('the versions of a model, and a map from class to probability as a column for each class', async () => {
      const [sum, zipmap] = [await server.ask('GET', '/v2/models/sum'), await server.ask('GET', '/v2/models/zipmap')]

      expect(sum.json).toMatchObject({ versions: ['2', '10'] })
      expect(zipmap.json).toMatchObject({
        outputs: [
          { name: 'output_label', datatype: 'BYTES', shape: [-1] },
          { name: 'output_probability', datatype: 'FP32', shape: [-1, 2] },
        ],
        parameters: { classes: expect.stringMatching(/^\{"output_probability":\[".*",".*"\]\}$/) as string },
      })
    })

    test('a HEAD request the same without the body', async () => {
      expect(await server.ask('HEAD', '/v2/health/ready')).toMatchObject({ status: 200, text: '' })
    })
  })

  describe('a request is answered', () => {
    test('with all outputs, under its id', async () => {
      const body = {
        id: 'a "quoted" id',
        inputs: [
          tensor('carrier', 'BYTES', [2, 1], ['UA', 'AA']),
          tensor('dep_delay', 'FP32', [2, 1], [50, -3]),
          tensor('distance', 'FP32', [2, 1], [900, 300]),
        ],
      }

      expect(await server.infer('flights', body)).toMatchObject({
        status: 200,
        json: {
          model_name: 'flights',
          model_version: '1',
          id: 'a "quoted" id',
          outputs: [
            { name: 'label', datatype: 'BYTES', shape: [2], data: ['late', 'on time'] },
            { name: 'probabilities', datatype: 'FP32', shape: [2, 2], data: { length: 4 } },
          ],
        },
      })
    })

    test('with the outputs that it asks for, and without an id where it has none', async () => {
      const { json } = await server.infer('mean', { ...x([2, 2], [1, 2, 3, 4]), outputs: [{ name: 'y' }] })

      expect(json).toEqual({
        model_name: 'mean',
        model_version: '1',
        outputs: [{ name: 'y', datatype: 'FP32', shape: [2], data: [3, 7] }],
      })
    })

    test.each<[string, string, number[], unknown, number[], unknown]>([
      ['flat', 'free', [2, 2], [1, 2, 3, 4], [2], [3, 7]],
      [
        'nested',
        'free',
        [2, 2],
        [
          [1, 2],
          [3, 4],
        ],
        [2],
        [3, 7],
      ],
      ['of no rows', 'free', [0, 2], [], [0], []],
      ['of a fixed shape', 'fixed', [4, 2], [1, 1, 2, 2, 3, 3, 4, 4], [4], [2, 4, 6, 8]],
      ['of no dimension', 'scalar', [], [1.5], [], [1.5]],
      ['with what JSON has no number for', 'scalar', [], ['-Infinity'], [], ['-Infinity']],
    ])('when its data is %s', async (...[, model, shape, data, outputShape, answer]) => {
      const { status, json } = await server.infer(model, x(shape, data))

      expect({ status, json }).toMatchObject({ status: 200, json: { outputs: [{ shape: outputShape, data: answer }] } })
    })

    test('by the highest version where it names none, and else by that one', async () => {
      const body = x([1, 1], [1])
      const [newest, named] = [await server.infer('sum', body), await server.infer('sum/versions/2', body)]

      expect(newest.json).toMatchObject({ model_version: '10' })
      expect(named.json).toMatchObject({ model_version: '2' })
    })

    test.each<[string, unknown[]]>([
      ['b', [false]],
      ['f64', [-1e300]],
      ['f64', ['NaN']],
      ['i8', [-128]],
      ['u8', [255]],
      ['i32', [-2147483648]],
      ['s', ['ü 🚂 \\ "']],
      ['s', ['']],
    ])('with the values of %s as they were: %j', async (name, data) => {
      const { json } = await server.infer('types', { ...values({ [name]: data }), outputs: [{ name: `${name}_out` }] })

      expect(json).toMatchObject({ outputs: [{ data }] })
    })

    test.each([
      ['9007199254740993', '9007199254740993'],
      ['-9223372036854775808', '-9223372036854775808'],
      ['"9223372036854775807"', '9223372036854775807'],
      ['1234567890123456', '1234567890123456'],
      ['7', '7'],
    ])('with every digit of the 64-bit integer %s', async (written, digits) => {
      const body = JSON.stringify(values({ i64: ['HERE'] })).replace('"HERE"', written)

      expect((await server.infer('types', body)).text).toContain(
        `"name":"i64_out","datatype":"INT64","shape":[1,1],"data":[${digits}]`,
      )
    })

    test('when its parameters mean nothing here', async () => {
      const body = { ...x([1, 1], [1]), parameters: { trace: 'on' }, unknown: 1 }

      expect((await server.infer('sum', body)).status).toBe(200)
    })

    test('when it says no content type, or one of JSON with a charset', async () => {
      const body = new TextEncoder().encode(JSON.stringify(x([1, 1], [1])))
      const path = '/v2/models/sum/infer'
      const without = await fetch(`${server.url}${path}`, { method: 'POST', body })
      const withCharset = await server.ask('POST', path, body, { 'content-type': 'application/json; charset=utf-8' })

      expect([without.status, withCharset.status]).toEqual([200, 200])
    })
  })

  describe('a request is refused, in words:', () => {
    test.each<[error: string, model: string, body: unknown]>([
      ['The body is not JSON', 'sum', '{"inputs":'],
      ['The body is not JSON', 'types', `${'['.repeat(1500)}[1234567890123456789]`],
      ['The body must be an object, and is [1]', 'sum', [1]],
      ['inputs must be a list, and is undefined', 'sum', {}],
      ['id must be a string, and is 7', 'sum', { id: 7, ...x([1, 1], [1]) }],
      ['parameters must be an object, and is 1', 'sum', { parameters: 1, ...x([1, 1], [1]) }],
      ['inputs: "x" is missing', 'sum', { inputs: [] }],
      ['inputs[0] must be an object, and is null', 'sum', { inputs: [null] }],
      ['inputs[0].name: the model has no input "z"; it has "x"', 'sum', { inputs: [tensor('z', 'FP32', [1, 1], [1])] }],
      [
        'inputs[0].datatype is "FP64", and the model takes FP32 for "x"',
        'sum',
        { inputs: [tensor('x', 'FP64', [1, 1], [1])] },
      ],
      ['inputs[0].shape is [1], and the model takes [-1, -1] (-1 is any number) for "x"', 'sum', x([1], [1])],
      ['inputs[0].shape is [3,2], and the model takes [4, 2] for "x"', 'fixed', x([3, 2], [1, 2, 3, 4, 5, 6])],
      ['inputs[0].shape must be a list of whole numbers, and is [1,-1]', 'sum', x([1, -1], [1])],
      ['inputs[0].data must be a list, and is 1', 'sum', x([1, 1], 1)],
      ['inputs[0].data has 3 values, and the shape [2, 2] has 4', 'sum', x([2, 2], [1, 2, 3])],
      ['inputs[0].data[1] has 1 elements, and its dimension in the shape is 2', 'sum', x([2, 2], [[1, 2], [3]])],
      ['inputs[0].data[1] must be a list, as its neighbours are, and is 3', 'sum', x([2, 2], [[1, 2], 3])],
      [
        'inputs[0].data[1][0] must be a number, and is "3"',
        'sum',
        x(
          [2, 2],
          [
            [1, 2],
            ['3', 4],
          ],
        ),
      ],
      ['inputs[0].data[1] must be a number, and is null; write "NaN" for a missing value', 'sum', x([1, 2], [1, null])],
      ['inputs[0].data[0] is 1e+39, too large for FP32', 'sum', x([1, 1], [1e39])],
      ['inputs: "f64" is missing', 'types', { inputs: [tensor('b', 'BOOL', [1, 1], [true])] }],
      [
        'inputs[1]: the input "x" is given twice',
        'sum',
        { inputs: [...x([1, 1], [1]).inputs, ...x([1, 1], [1]).inputs] },
      ],
      [
        'outputs[0].name: the model has no output "z"; it has "y"',
        'sum',
        { ...x([1, 1], [1]), outputs: [{ name: 'z' }] },
      ],
      [
        'outputs[1]: the output "y" is asked for twice',
        'sum',
        { ...x([1, 1], [1]), outputs: [{ name: 'y' }, { name: 'y' }] },
      ],
      [
        'outputs[0].parameters.classification is not supported',
        'sum',
        { ...x([1, 1], [1]), outputs: [{ name: 'y', parameters: { classification: 1 } }] },
      ],
    ])('%s', async (error, model, body) => {
      const { status, json } = await server.infer(model, body)

      expect({ status, json }).toEqual({ status: 400, json: { error: expect.stringContaining(error) as string } })
    })

    test.each<[name: string, data: unknown, error: string]>([
      ['b', [1], 'must be true or false, and is 1'],
      ['i8', [128], 'must be a whole number that INT8 holds, and is 128'],
      ['u8', [-1], 'must be a whole number that UINT8 holds, and is -1'],
      ['i32', [1.5], 'must be a whole number that INT32 holds, and is 1.5'],
      ['i32', ['1'], 'must be a whole number that INT32 holds, and is "1"'],
      ['i64', [1e17], 'must be a whole number that INT64 holds, and is 100000000000000000'],
      ['i64', ['9223372036854775808'], 'must be a whole number that INT64 holds, and is "9223372036854775808"'],
      ['s', [1], 'must be a string, and is 1'],
      ['s', ['a\0b'], 'holds a NUL'],
      ['s', ['\ud800'], 'half of a surrogate pair'],
    ])('a value of %s that is %j', async (name, data, error) => {
      const body = JSON.stringify(values({ [name]: data })).replace('100000000000000000', '1e17')
      const { status, json } = await server.infer('types', body)

      expect({ status, json }).toEqual({ status: 400, json: { error: expect.stringContaining(error) as string } })
    })

    test('bytes that are not UTF-8', async () => {
      const body = Buffer.from(JSON.stringify({ id: 'é', ...x([1, 1], [1]) }), 'latin1')

      expect(await server.infer('sum', body)).toMatchObject({ status: 400, json: { error: 'The body is not UTF-8' } })
    })

    test.each<[status: number, method: string, path: string, error: string]>([
      [404, 'POST', '/v2/models/none/infer', 'There is no model "none"; there is "flights", "types"'],
      [404, 'POST', '/v2/models/sum/versions/3/infer', 'The model "sum" has no version "3"; it has 2, 10'],
      [404, 'GET', '/v2/models/none', 'There is no model "none"'],
      [404, 'GET', '/v2/models/sum/versions/latest', 'no version "latest"'],
      [404, 'GET', '/', 'There is nothing at "/"'],
      [404, 'GET', '/v2/models', 'There is nothing at "/v2/models"'],
      [404, 'GET', '/v2/models/sum/infer/more', 'There is nothing at'],
      [405, 'GET', '/v2/models/sum/infer', 'GET is not taken at "/v2/models/sum/infer"; use POST'],
      [405, 'DELETE', '/v2/models/sum', 'use GET, HEAD'],
      [400, 'GET', '/v2/models/%ff', 'is not percent-encoded UTF-8'],
    ])('%i for %s %s', async (status, method, path, error) => {
      const answer = await server.ask(method, path)

      expect(answer).toMatchObject({ status, json: { error: expect.stringContaining(error) as string } })
      expect(answer.headers.get('allow')).toBe(status === 405 ? /use (.*)$/.exec(error)?.[1] : null)
    })

    test.each<[status: number, headers: Record<string, string>, error: string]>([
      [415, { 'content-type': 'text/csv' }, 'The Content-Type text/csv is not supported; send application/json'],
      [415, { 'content-encoding': 'gzip' }, 'The Content-Encoding gzip is not supported'],
      [400, { 'inference-header-content-length': '-1' }, 'must be a number of bytes'],
      [400, { 'inference-header-content-length': '999' }, 'Inference-Header-Content-Length is 999, and the body has'],
    ])('%i for the headers %j', async (status, headers, error) => {
      const answer = await server.ask('POST', '/v2/models/sum/infer', x([1, 1], [1]), headers)

      expect(answer).toMatchObject({ status, json: { error: expect.stringContaining(error) as string } })
    })

    test('a body that is too large, whether it says so or not', async () => {
      const text = JSON.stringify(
        x(
          [1, 5000],
          Array.from({ length: 5000 }, () => 1),
        ),
      )
      const chunks = new ReadableStream({
        start: (controller) => {
          for (let at = 0; at < text.length; at += 1000) controller.enqueue(Buffer.from(text.slice(at, at + 1000)))
          controller.close()
        },
      })
      const said = await server.infer('sum', text)
      const chunked = await fetch(`${server.url}/v2/models/sum/infer`, { method: 'POST', body: chunks, duplex: 'half' })

      expect(said).toMatchObject({ status: 413, json: { error: 'The body is larger than 4096 bytes' } })
      expect(chunked.status).toBe(413)
      expect(await chunked.json()).toEqual({ error: 'The body is larger than 4096 bytes' })
    })

    test('a row on which the model fails, as the fault of the server', async () => {
      const { status, json } = await server.infer('picky', { inputs: [tensor('place', 'INT64', [1], [7])] })

      expect({ status, json }).toEqual({
        status: 500,
        json: { error: expect.stringContaining('indices element out of data bounds') as string },
      })
    })
  })
})
