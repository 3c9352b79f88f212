import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { root } from '../../scripts/lib/sources.mjs'
import { ScoringServer, tensor } from './scoring-server.ts'

/** What scikit-learn itself says of forty rows; its converter made the models, with maps from class to probability. */
const oracle = JSON.parse(await readFile(`${root}/test/fixtures/onnx/maps.json`, 'utf8')) as {
  readonly x: readonly (readonly number[])[]
  readonly models: Readonly<
    Record<string, { readonly classes: string[]; readonly label: string[]; readonly probabilities: number[][] }>
  >
}
const names = ['int2', 'int3', 'str2', 'str3']

interface Answered {
  readonly outputs: readonly {
    readonly name: string
    readonly datatype: string
    readonly shape: readonly number[]
    readonly data: readonly (number | string)[]
  }[]
}

describe('a model whose probabilities are maps', () => {
  let server: ScoringServer
  beforeAll(async () => {
    const models = [...names.map((name) => `map-${name}`), 'map-alone']
    server = await ScoringServer.start(process.execPath, { models })
  })
  afterAll(() => server[Symbol.asyncDispose]())

  const rows = { inputs: [tensor('x', 'FP32', [oracle.x.length, 2], oracle.x.flat())] }

  test.each(names)('is served as a column for each class, as scikit-learn says them: %s', async (name) => {
    const { classes = [], label = [], probabilities = [] } = oracle.models[name] ?? {}

    const metadata = (await server.ask('GET', `/v2/models/map-${name}`)).json as {
      outputs: unknown
      parameters: { classes: string }
    }
    const answer = (await server.infer(`map-${name}`, rows)).json as Answered

    expect(metadata.outputs).toMatchObject([
      { name: 'output_label', shape: [-1] },
      { name: 'output_probability', datatype: 'FP32', shape: [-1, classes.length] },
    ])
    expect(JSON.parse(metadata.parameters.classes)).toEqual({ output_probability: classes })
    const [said, columns] = answer.outputs
    expect(said?.data.map(String)).toEqual(label)
    expect(columns).toMatchObject({ name: 'output_probability', shape: [40, classes.length] })
    for (const [at, value] of (columns?.data ?? []).entries())
      expect(value).toBeCloseTo(probabilities.flat()[at] ?? Number.NaN, 6)
  })

  test('is asked for them alone, as bytes', async () => {
    const { status, headers, text } = await server.infer('map-str3', {
      ...rows,
      outputs: [{ name: 'output_probability', parameters: { binary_data: true } }],
    })

    expect(status).toBe(200)
    expect(Number(headers.get('inference-header-content-length'))).toBeGreaterThan(0)
    expect(text).toContain('"shape":[40,3],"parameters":{"binary_data_size":480}')
  })

  test('answers several rows as it answers each alone, and is batched', async () => {
    const loaded = server.log.filter(({ event }) => event === 'model.loaded')

    expect(loaded.map(({ model, batching, leftOut }) => ({ model, batching, leftOut }))).toEqual(
      [...names.map((name) => `map-${name}`), 'map-alone'].map((model) => ({ model, batching: true })),
    )
    const together = (await server.infer('map-int3', rows)).json as Answered
    const alone = (await server.infer('map-int3', { inputs: [tensor('x', 'FP32', [1, 2], oracle.x[7])] }))
      .json as Answered
    expect(alone.outputs[1]?.data).toEqual(together.outputs[1]?.data.slice(21, 24))
  })

  test('of the operators of machine learning alone is served too', async () => {
    const answer = (await server.infer('map-alone', rows)).json as Answered

    const [, map] = answer.outputs
    expect(map).toMatchObject({ name: 'map', datatype: 'FP32', shape: [40, 2] })
    for (let row = 0; row < 40; row++)
      expect(Number(map?.data[2 * row]) + Number(map?.data[2 * row + 1])).toBeCloseTo(1, 5)
  })
})
