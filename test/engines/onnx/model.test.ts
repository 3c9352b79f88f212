import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Column, openModel, type OpenModel, type PredictOptions } from '../../../core/engines/onnx/model.ts'
import { Cancelled, ConfigError } from '../../../core/errors/errors.ts'
import { root } from '../../../scripts/lib/sources.mjs'

const fixtures = join(root, 'test/fixtures/onnx')

async function withModel<T>(name: string, use: (model: OpenModel) => Promise<T>): Promise<T> {
  const model = await openModel(await readFile(join(fixtures, `${name}.onnx`)), { name: `${name}.onnx` })
  try {
    return await use(model)
  } finally {
    await model.close()
  }
}

function predict(name: string, columns: Readonly<Record<string, Column>>, rows: number, options?: PredictOptions) {
  return withModel(name, (model) => model.predict(columns, rows, options))
}

/** The code and the details of the error that an action ends with. */
async function failure(action: Promise<unknown>): Promise<string> {
  const error: unknown = await action.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof ConfigError)) throw new Error('no ConfigError was thrown', { cause: error })
  return error.message
}

interface Oracle {
  readonly columns: { readonly dep_delay: number[]; readonly distance: number[]; readonly carrier: string[] }
  readonly label: string[]
  readonly probabilities: number[]
}

async function oracle(): Promise<Oracle> {
  return JSON.parse(await readFile(join(fixtures, 'flights.json'), 'utf8')) as Oracle
}

/** The same rows again and again. */
function repeated<T>(values: readonly T[], rows: number): T[] {
  return Array.from({ length: rows }, (_, row) => values[row % values.length] as T)
}

describe('a pipeline of scikit-learn with a text column and text labels', () => {
  test('has the signature of its file', async () => {
    await withModel('flights', async ({ signature }) => {
      expect(signature).toEqual({
        inputs: [
          { name: 'dep_delay', type: 'float32', shape: [-1, 1] },
          { name: 'distance', type: 'float32', shape: [-1, 1] },
          { name: 'carrier', type: 'string', shape: [-1, 1] },
        ],
        outputs: [
          { name: 'label', type: 'string', shape: [-1] },
          { name: 'probabilities', type: 'float32', shape: [-1, 2] },
        ],
      })
    })
  })

  test('predicts what scikit-learn predicts', async () => {
    const { columns, label, probabilities } = await oracle()
    const given = {
      dep_delay: Float64Array.from(columns.dep_delay),
      distance: Float32Array.from(columns.distance),
      carrier: columns.carrier,
    }

    const outputs = await predict('flights', given, 20)

    expect(outputs['label']).toEqual({ type: 'string', shape: [20], data: label })
    expect(outputs['probabilities']?.shape).toEqual([20, 2])
    for (const [at, value] of [...(outputs['probabilities']?.data ?? [])].entries())
      expect(value).toBeCloseTo(probabilities[at] ?? Number.NaN, 5)
  })

  test('predicts the same in any batches, and tells how far it is', async () => {
    const { columns, label } = await oracle()
    const rows = 10_001
    const given = {
      dep_delay: Float32Array.from(repeated(columns.dep_delay, rows)),
      distance: Float32Array.from(repeated(columns.distance, rows)),
      carrier: repeated(columns.carrier, rows),
    }
    const told: number[] = []

    const outputs = await predict('flights', given, rows, { onProgress: (fraction) => void told.push(fraction) })
    const inOne = await predict('flights', given, rows, { batchRows: rows })

    expect(outputs['label']?.data).toEqual(repeated(label, rows))
    expect(outputs).toEqual(inOne)
    expect(told).toEqual([4096 / rows, 8192 / rows, 1])
  })

  test('stops between batches with the reason of the signal', async () => {
    const abort = new AbortController()
    const rows = 50
    const given = {
      dep_delay: new Float32Array(rows),
      distance: new Float32Array(rows),
      carrier: repeated(['AA'], rows),
    }
    let batches = 0

    const running = predict('flights', given, rows, {
      signal: abort.signal,
      batchRows: 10,
      onProgress: () => {
        batches += 1
        if (batches === 2) abort.abort(new Cancelled({ signal: 'SIGTERM' }))
      },
    })

    await expect(running).rejects.toThrow(Cancelled)
    expect(batches).toBe(2)
  })

  test('exported with ZipMap gives its probabilities all the same, and its signature is that of the file', async () => {
    const { columns, label, probabilities } = await oracle()
    const given = {
      dep_delay: Float32Array.from(columns.dep_delay),
      distance: Float32Array.from(columns.distance),
      carrier: columns.carrier,
    }

    await withModel('zipmap', async (model) => {
      const outputs = await model.predict(given, 20)

      expect(model.signature.outputs[1]).toEqual({ name: 'output_probability', type: 'sequence', shape: [] })
      expect(model.classes).toEqual(new Map([['output_probability', ['late', 'on time']]]))
      expect(outputs['output_label']?.data).toEqual(label)
      expect(outputs['output_probability']?.shape).toEqual([20, 2])
      for (const [at, value] of [...(outputs['output_probability']?.data ?? [])].entries())
        expect(value).toBeCloseTo(probabilities[at] ?? Number.NaN, 5)
    })
  })

  test('of which an output is a sequence of something else gives the rest', async () => {
    await withModel('sequence', async (model) => {
      expect(model.signature.outputs).toEqual([{ name: 's', type: 'sequence', shape: [] }])
      expect(await model.predict({ x: Float32Array.of(1, 2) }, 1)).toEqual({})
    })
  })
})

describe('columns', () => {
  const every = {
    b: Uint8Array.of(1, 0),
    f64: Float64Array.of(0.1, -1e300),
    i8: Int32Array.of(-128, 127),
    i32: Int32Array.of(-1, 2 ** 31 - 1),
    i64: BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n),
    s: ['ü 🚂', ''],
    u8: Uint8Array.of(0, 255),
  }

  test('of every type go in and come out', async () => {
    const outputs = await predict('types', every, 2)

    expect(Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, data]))).toEqual({
      b_out: every.b,
      f64_out: every.f64,
      i8_out: Int8Array.of(-128, 127),
      i32_out: every.i32,
      i64_out: every.i64,
      s_out: every.s,
      u8_out: every.u8,
    })
  })

  test('of whole numbers are cast to the type that the model takes', async () => {
    const whole = Float64Array.of(1, 0)
    const outputs = await predict('types', { ...every, b: whole, i8: whole, i32: whole, i64: whole, u8: whole }, 2)

    expect(outputs['i64_out']?.data).toEqual(BigInt64Array.of(1n, 0n))
    expect(outputs['i32_out']?.data).toEqual(Int32Array.of(1, 0))
    expect(outputs['b_out']?.data).toEqual(Uint8Array.of(1, 0))
  })

  test.each<[name: string, columns: Partial<Record<keyof typeof every, Column>>, message: string]>([
    ['half a number', { i32: Float64Array.of(1, 1.5) }, 'The column i32 holds 1.5 in row 2, and the model takes int32'],
    [
      'a missing number',
      { i64: Float64Array.of(Number.NaN, 1) },
      'The column i64 holds NaN in row 1, and the model takes int64',
    ],
    [
      'too large a number',
      { u8: Float64Array.of(0, 256) },
      'The column u8 holds 256 in row 2, and the model takes uint8',
    ],
    ['no truth', { b: Float64Array.of(2, 0) }, 'The column b holds 2 in row 1, and the model takes bool'],
    ['text', { f64: ['1', '2'] }, 'The column f64 is text, and the model takes float64'],
    ['numbers', { s: Float32Array.of(1, 2) }, 'The column s holds numbers, and the model takes text'],
    ['too few', { i8: Int32Array.of(1) }, 'The column i8 holds 1 values for 2 rows; the model takes 1 a row'],
  ])('that hold %s are refused', async (_name, columns, message) => {
    expect(await failure(predict('types', { ...every, ...columns }, 2))).toBe(`TY0304: ${message}`)
  })

  test('that are missing are refused', async () => {
    expect(await failure(predict('fixed', {}, 4))).toBe('TY0304: There is no column for the input x')
  })
})

describe('a matrix', () => {
  test.each([1, 3, 4, 5, 8, 9])('of %i rows goes through a model that takes four at a time', async (rows) => {
    const x = Float32Array.from({ length: rows * 2 }, (_, at) => at)

    const { y } = await predict('fixed', { x }, rows)

    expect(y).toEqual({
      type: 'float32',
      shape: [rows],
      data: Float32Array.from({ length: rows }, (_, row) => 4 * row + 1),
    })
  })

  test('takes its width from the data where the model leaves it free', async () => {
    const { y } = await predict('free', { x: Float32Array.of(1, 2, 3, 4, 5, 6) }, 2)

    expect(y?.data).toEqual(Float32Array.of(6, 15))
    expect(await failure(predict('free', { x: Float32Array.of(1, 2, 3) }, 2))).toMatch(
      /^TY0304: .* holds 3 values for 2 rows/,
    )
  })

  test('without rows gives no output', async () => {
    expect(await predict('free', { x: new Float32Array() }, 0)).toEqual({})
  })

  test('gives only outputs that have a row for each row', async () => {
    expect(Object.keys(await predict('mean', { x: new Float32Array(6) }, 3))).toEqual(['y'])
  })
})

describe('a file that cannot be read', () => {
  test.each([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('not a model')],
  ])('since it holds %s, is named', async (_name, bytes) => {
    expect(await failure(openModel(bytes, { name: 'm.onnx' }))).toBe(
      'TY0403: m.onnx is not an ONNX file, or is cut off',
    )
  })

  test('since it is cut off, is named', async () => {
    const bytes = await readFile(join(fixtures, 'flights.onnx'))

    expect(await failure(openModel(bytes.subarray(0, 1000), { name: 'm.onnx' }))).toBe(
      'TY0403: m.onnx is not an ONNX file, or is cut off',
    )
  })

  test.each([
    ['unknown-operator', 'Frobnicate'],
    ['foreign-operator', 'acme.ops:Frobnicate'],
  ])('%s: the operator is named', async (name, operator) => {
    expect(await failure(predict(name, {}, 1))).toBe(
      `TY0403: ${name}.onnx uses an operator that the runtime does not know: ${operator}`,
    )
  })

  test.each([
    ['half', 'TY0304: The input x has the type float16, which cannot be given; export it as float32'],
    [
      'scalar',
      'TY0403: The input x has the shape []; expected a first dimension for rows and at most one more free one',
    ],
  ])('%s: its signature is there, and predicting says what cannot be given', async (name, message) => {
    expect(await failure(predict(name, { x: Float32Array.of(1) }, 1))).toBe(message)
  })

  test('does not spoil the runtime for the next, nor do two that open at once', async () => {
    const bytes = await readFile(join(fixtures, 'free.onnx'))

    const [bad, ...good] = await Promise.allSettled([openModel(Buffer.from('x')), openModel(bytes), openModel(bytes)])

    expect(bad.status).toBe('rejected')
    expect(good.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled'])
  })
})
