import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { definition } from '../../core/profile/definition.ts'
import { run } from '../../core/profile/run.ts'
import { type Bench, failureOf, said, type Step } from '../main/bench.ts'
import { aScene, packaging } from '../package/a-scene.ts'
import { Loopback } from '../support/loopback.ts'

const profiling: Step<typeof definition> = { definition, run }

/** What is measured is checked elsewhere, by servers with known latencies; and a machine that tests share is often late. */
const short = { duration: '1s', maxLag: '5s' }
const quick = { candidate: 'flights@1', rates: '40, 20', ...short }

let bench: Bench

beforeAll(async () => {
  bench = await aScene()
  await bench.go(packaging, { candidate: 'flights@1', also: 'sums@1' })
})
afterAll(() => bench[Symbol.asyncDispose]())

const results = z.array(
  z.object({ rate: z.number(), requests: z.number(), errors: z.number(), memoryBytes: z.number().optional() }),
)

describe('a package', () => {
  test('is started, measured at each rate, and stopped; what was seen is evidence about the version', async () => {
    const host = await bench.run(profiling, quick)

    expect(failureOf(host)).toBe('')
    const outputs = Object.fromEntries(host.outputs)
    const rates = results.parse(JSON.parse(outputs['results'] ?? ''))
    expect(rates.map(({ rate, errors }) => [rate, errors])).toEqual([
      [20, 0],
      [40, 0],
    ])
    expect(outputs).toMatchObject({ reference: 'flights@1', maxRate: '40' })
    expect(Number(outputs['p50'])).toBeGreaterThan(0)
    expect(Number(outputs['p99'])).toBeGreaterThanOrEqual(Number(outputs['p50']))
    await bench.look(async ({ models, evidence }) => {
      const { files } = await models.version('flights', 1)
      const [record] = await evidence.about(files.digest, 'profile')
      expect(record?.id).toBe(outputs['evidence'])
      expect(await evidence.read(record?.id ?? 'sha256:')).toMatchObject({
        subject: [{ name: 'flights@1' }],
        predicate: {
          candidate: 'flights@1',
          served: { engine: expect.stringContaining('wasm') as string, package: {} },
          data: { file: 'flights.csv', rows: 20 },
          rowsPerRequest: 1,
          rates: [{ rate: 20 }, { rate: 40 }],
        },
      })
    })
    expect(host.summaryText).toContain('### 📈 `flights@1` held 40 requests/s: p50')
    expect(host.progressed.length).toBeGreaterThan(1)
  })

  test.runIf(process.platform === 'linux')('is measured with its processor time and memory', async () => {
    const { results: text = '' } = await bench.go(profiling, { candidate: 'sums@1', rates: '50', ...short })

    const [rate] = results.parse(JSON.parse(text))
    expect(rate?.memoryBytes).toBeGreaterThan(30e6)
  })

  test('is asked with several rows at once, of a matrix too', async () => {
    const inputs = { candidate: 'sums@1', rates: '20', ...short, rowsPerRequest: '2' }

    const { results: text = '' } = await bench.go(profiling, inputs)

    expect(results.parse(JSON.parse(text))[0]).toMatchObject({ errors: 0 })
  })

  test('that was changed is not measured', async () => {
    await using other = await aScene()
    const { folder = '' } = await other.go(packaging, { candidate: 'flights@1' })
    const model = join(folder, 'models/flights/1/flights.onnx')
    await writeFile(model, (await readFile(model)).subarray(1))

    const host = await other.run(profiling, quick)

    expect(host.ended?.exitCode).toBe(2)
    expect(failureOf(host)).toContain('is not the file that was packaged')
  })

  test('of another version is not taken for this one', async () => {
    await using other = await aScene()
    await other.version('flights', 'model/**')
    await other.go(packaging, { candidate: 'flights@1' })

    const host = await other.run(profiling, { ...quick, candidate: 'flights@2' })

    expect(host.ended?.exitCode).toBe(4)
    expect(failureOf(host)).toContain('has no version')
  })
})

const metadata = {
  inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, -1] }],
  outputs: [{ name: 'y', datatype: 'FP32', shape: [-1] }],
}
const about = { name: 'a server' }

describe('a server that runs already', () => {
  test('of another make is measured, with a warning that nobody knows which file it serves', async () => {
    await using server = await Loopback.start(({ url: { pathname }, method }) => {
      if (method === 'POST') return { status: 200, body: { outputs: [] } }
      return { status: 200, body: pathname === '/v2' ? about : metadata }
    })

    const host = await bench.run(profiling, { candidate: 'sums@1', url: `${server.url}/`, rates: '20', ...short })

    expect(failureOf(host)).toBe('')
    expect(said(host, 'warning')).toContain('does not say which file it serves')
    expect(host.summaryText).toContain('by `a server`')
    const asked = server.received.filter(({ method }) => method === 'POST')
    expect(new Set(asked.map(({ url }) => url.pathname))).toEqual(new Set(['/v2/models/sums/versions/1/infer']))
    expect(JSON.parse(asked[0]?.text ?? '')).toEqual({
      inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 2], data: [1, 2] }],
    })
    expect(new Set(asked.map(({ text }) => text)).size).toBe(3)
  })

  test('that serves another file under the name is refused', async () => {
    const other = { ...metadata, parameters: { digest: `sha256:${'0'.repeat(64)}` } }
    await using server = await Loopback.start(() => ({ status: 200, body: other }))

    const host = await bench.run(profiling, { candidate: 'sums@1', url: server.url, rates: '20', ...short })

    expect(host.ended?.exitCode).toBe(2)
    expect(failureOf(host)).toContain('serves another file as sums@1')
  })

  test('that answers no request well is measured, held nothing, and the step says so', async () => {
    await using server = await Loopback.start(({ url: { pathname }, method }) => {
      if (method === 'POST') return { status: 503, body: { error: 'full' } }
      return { status: 200, body: pathname === '/v2' ? about : metadata }
    })

    const host = await bench.run(profiling, { candidate: 'sums@1', url: server.url, rates: '20', ...short })

    expect(host.outcome).toMatchObject({ kind: 'warned', message: 'sums@1 did not keep up with 20 requests/s' })
    expect(host.outputs.has('maxRate')).toBe(false)
    expect(host.outputs.has('p99')).toBe(false)
  })

  test('that does not answer at all is an error', async () => {
    const host = await bench.run(profiling, { candidate: 'sums@1', url: 'http://127.0.0.1:1', ...short })

    expect(host.ended?.exitCode).toBe(4)
    expect(failureOf(host)).toContain('ask the server about the model')
  })
})

test('a machine that cannot send as fast as it is asked to ends as no profile: nothing is recorded', async () => {
  const before = await bench.entries()
  // No answer is measured, so that the allowed lag alone counts; and who opens 20,000 connections a second is later than that.
  await using server = await cuttingServer()

  const host = await bench.run(profiling, {
    candidate: 'sums@1',
    url: server.url,
    rates: '20000',
    duration: '1s',
    maxLag: '1ms',
  })

  expect(host.ended?.exitCode).toBe(3)
  expect(failureOf(host)).toContain('TY0308')
  expect(host.summaryText).toContain('`sums@1` was not measured')
  expect(await bench.entries()).toEqual(before)
})

test('a step that is cancelled stops the server and the load', async () => {
  const host = bench.host({ ...quick, duration: '60s' })
  const { main } = await import('../../core/main/main.ts')
  const ended = main(definition, run, host)
  while (host.progressed.length === 0) await sleep(50)

  host.cancel()
  await ended

  expect(host.ended?.exitCode).toBe(130)
})

test('a run is refused: it has no package', async () => {
  const host = await bench.run(profiling, { ...quick, candidate: 'run:r-1' })

  expect(failureOf(host)).toContain('is a run: register it and package the version first')
})

test('a folder without a package is refused', async () => {
  const host = await bench.run(profiling, { ...quick, folder: 'model' })

  expect(host.ended?.exitCode).toBe(2)
  expect(failureOf(host)).toContain('holds no package')
})

test('what does not fit the model is refused before anything is sent', async () => {
  await using server = await Loopback.start(() => ({ status: 200, body: {} }))

  const host = await bench.run(profiling, { ...quick, data: 'sums.csv', url: server.url })

  expect(host.ended?.exitCode).toBe(4)
  expect(failureOf(host)).toContain('not what the Open Inference Protocol says')
})

/** A model server that tells about itself, and cuts off who asks for predictions: by a reset, which leaves no port waiting. */
async function cuttingServer(): Promise<{ url: string } & AsyncDisposable> {
  const server = createServer(({ method, url, socket }, response) => {
    if (method === 'POST') socket.resetAndDestroy()
    else response.end(JSON.stringify(url === '/v2' ? about : metadata))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = z.object({ port: z.number() }).parse(server.address())
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
