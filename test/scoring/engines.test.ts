import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Column, openModel } from '../../core/engines/onnx/model.ts'
import { nodes } from '../support/nodes.ts'
import { needTool } from '../support/tools.ts'
import { fixtureFile, ScoringServer, tensor } from './scoring-server.ts'

interface Row {
  readonly dep_delay: number
  readonly distance: number
  readonly carrier: string
}

async function flights(): Promise<readonly Row[]> {
  const file = join(fixtureFile('flights'), '../flights.json')
  const { columns } = JSON.parse(await readFile(file, 'utf8')) as { columns: { [Name in keyof Row]: Row[Name][] } }
  return columns.carrier.map((carrier, at) => ({
    carrier,
    dep_delay: columns.dep_delay[at] ?? 0,
    distance: columns.distance[at] ?? 0,
  }))
}

const request = (rows: readonly Row[]) => ({
  inputs: [
    tensor(
      'dep_delay',
      'FP32',
      [rows.length, 1],
      rows.map((row) => row.dep_delay),
    ),
    tensor(
      'distance',
      'FP32',
      [rows.length, 1],
      rows.map((row) => row.distance),
    ),
    tensor(
      'carrier',
      'BYTES',
      [rows.length, 1],
      rows.map((row) => row.carrier),
    ),
  ],
})

/** What the model says inside this process, where steps judge it. */
async function inProcess(rows: readonly Row[]): Promise<{ label: unknown[]; probabilities: number[] }> {
  const model = await openModel(await readFile(fixtureFile('flights')))
  const columns: Record<string, Column> = {
    dep_delay: Float32Array.from(rows, (row) => row.dep_delay),
    distance: Float32Array.from(rows, (row) => row.distance),
    carrier: rows.map((row) => row.carrier),
  }
  const { label, probabilities } = await model.predict(columns, rows.length)
  await model.close()
  return { label: [...(label?.data ?? [])], probabilities: Array.from(probabilities?.data ?? [], Number) }
}

async function served(server: ScoringServer, rows: readonly Row[]) {
  const { json } = await server.infer('flights', request(rows))
  const [label, probabilities] = (json as { outputs: [{ data: unknown[] }, { data: number[] }] }).outputs
  return { label: label.data, probabilities: probabilities.data }
}

describe.each(nodes())('on $name', ({ path }) => {
  test('the wasm runtime gives the very numbers that steps judge by, however requests are joined', async () => {
    await using server = await ScoringServer.start(path, { models: ['flights'] })
    const rows = await flights()
    const expected = await inProcess(rows)

    const together = await served(server, rows)
    const each = await Promise.all(rows.map((row) => served(server, [row])))

    expect(together).toEqual(expected)
    expect(each.flatMap(({ label }) => label)).toEqual(expected.label)
    expect(each.flatMap(({ probabilities }) => probabilities)).toEqual(expected.probabilities)
  })

  test('onnxruntime-node is used where it lies beside the server, and agrees in six digits', async (context) => {
    const native = needTool(context, 'onnxruntime-node')
    await using server = await ScoringServer.start(path, { models: ['flights', 'types', 'own/picky'], native })
    const rows = await flights()
    const expected = await inProcess(rows)
    const { label, probabilities } = await served(server, rows)
    const one = { inputs: [tensor('place', 'INT64', [1], [1])] }
    const bad = { inputs: [tensor('place', 'INT64', [1], [7])] }

    expect((await server.ask('GET', '/v2')).json).toMatchObject({
      engine: `onnxruntime-node 1.30.0 (${process.platform}-${process.arch})`,
    })
    expect(label).toEqual(expected.label)
    for (const [at, value] of probabilities.entries()) expect(value).toBeCloseTo(expected.probabilities[at] ?? 0, 6)
    expect(await server.infer('picky', one)).toMatchObject({ status: 200, json: { outputs: [{ data: [20] }] } })
    expect((await server.infer('picky', bad)).status).toBe(500)
  })

  test('onnxruntime-node writes no database and reports nothing', async (context) => {
    const native = needTool(context, 'onnxruntime-node')
    await using server = await ScoringServer.start(path, { models: ['free'], native })
    await server.infer('free', { inputs: [tensor('x', 'FP32', [1, 1], [1])] })

    expect(server.log.at(-1)).toMatchObject({ event: 'ready', engine: expect.stringContaining('node') as string })
    expect(existsSync(server.home)).toBe(false)
  })
})

test('wasm is used all the same where the configuration says so', async (context) => {
  const native = needTool(context, 'onnxruntime-node')
  await using server = await ScoringServer.start(process.execPath, {
    models: ['free'],
    native,
    config: { engine: 'wasm' },
  })

  expect((await server.ask('GET', '/v2')).json).toMatchObject({ engine: expect.stringContaining('wasm') as string })
})

test('an onnxruntime-node of another system is told, and wasm takes its place', async () => {
  const native = await mkdtemp(join(tmpdir(), 'trainyard-native-'))
  onTestFinished(() => rm(native, { recursive: true, force: true }))
  const folder = join(native, 'node_modules/onnxruntime-node')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'index.js'), "throw new Error('wrong ELF class')")
  await using server = await ScoringServer.start(process.execPath, { models: ['free'], native })

  expect(server.log).toContainEqual(expect.objectContaining({ event: 'engine.refused', reason: 'wrong ELF class' }))
  expect(server.log.at(-1)).toMatchObject({ event: 'ready', engine: expect.stringContaining('wasm') as string })
})
