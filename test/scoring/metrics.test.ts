import { expect, test } from 'vitest'
import { bounds, Histogram } from '../../core/scoring/histogram.ts'
import { nodes } from '../support/nodes.ts'
import { ScoringServer, tensor } from './scoring-server.ts'

const row = { inputs: [tensor('x', 'FP32', [1, 2], [1, 2])] }
const place = (at: number) => ({ inputs: [tensor('place', 'INT64', [1], [at])] })

test.each(nodes())('every request is counted once, at its model version, on $name', async ({ path }) => {
  const models = [
    { fixture: 'free', version: 1 },
    { fixture: 'free', version: 2 },
    { fixture: 'own/picky', version: 7 },
  ]
  await using server = await ScoringServer.start(path, { models })
  const requests: readonly (readonly [times: number, path: string, body: unknown])[] = [
    [40, 'free/infer', row],
    [30, 'free/versions/1/infer', row],
    [20, 'free/versions/1/infer', {}],
    [10, 'free/infer', 'no JSON'],
    [15, 'picky/infer', place(1)],
    [5, 'picky/infer', place(9)],
    [3, 'none/infer', row],
    [2, 'free/versions/3/infer', row],
  ]
  const asked = requests.flatMap(([times, path, body]) =>
    Array.from({ length: times }, () => server.ask('POST', `/v2/models/${path}`, body)),
  )
  await Promise.all(asked)

  const metrics = await server.metrics()
  const counts = (name: string, version: number) => {
    const at = `{model="${name}",version="${version}"`
    return {
      requests: metrics.get(`trainyard_requests_total${at}}`),
      '4xx': metrics.get(`trainyard_errors_total${at},class="4xx"}`),
      '5xx': metrics.get(`trainyard_errors_total${at},class="5xx"}`),
      good: metrics.get(`trainyard_request_duration_seconds_count${at}}`),
      inAllBuckets: metrics.get(`trainyard_request_duration_seconds_bucket${at},le="+Inf"}`),
      inFlight: metrics.get(`trainyard_in_flight${at}}`),
    }
  }
  const none = { '4xx': 0, '5xx': 0, inFlight: 0 }
  expect(counts('free', 1)).toEqual({ ...none, requests: 50, '4xx': 20, good: 30, inAllBuckets: 30 })
  expect(counts('free', 2)).toEqual({ ...none, requests: 50, '4xx': 10, good: 40, inAllBuckets: 40 })
  expect(counts('picky', 7)).toEqual({ ...none, requests: 20, '5xx': 5, good: 15, inAllBuckets: 15 })
  expect(metrics.get('trainyard_stray_errors_total')).toBe(5)
  expect(metrics.get('trainyard_ready')).toBe(1)
  expect(metrics.get('trainyard_queue_length')).toBe(0)
})

test('what runs, what is served and what it costs can be read off', async () => {
  await using server = await ScoringServer.start(process.execPath, { models: ['free'] })
  const { headers, text } = await server.ask('GET', '/metrics')

  expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  expect(text).toMatch(
    /^trainyard_build_info\{version="\d+\.\d+\.\d+",engine="onnxruntime-web .* \(wasm\)",node="v\d+\..*"\} 1$/m,
  )
  expect(text).toMatch(/^trainyard_model_info\{model="free",version="1",digest="sha256:[0-9a-f]{64}"\} 1$/m)
  const metrics = await server.metrics()
  expect(metrics.get('process_cpu_seconds_total')).toBeGreaterThan(0)
  expect(metrics.get('process_resident_memory_bytes')).toBeGreaterThan(20e6)
  expect(metrics.get('process_resident_memory_max_bytes')).toBeGreaterThan(20e6)
  expect(Math.abs((metrics.get('process_start_time_seconds') ?? 0) * 1000 - Date.now())).toBeLessThan(60_000)
})

test('every metric has its help and its type before its samples, and each bucket holds those before it', async () => {
  await using server = await ScoringServer.start(process.execPath, { models: ['free'] })
  await Promise.all(Array.from({ length: 20 }, () => server.infer('free', row)))
  const { text } = await server.ask('GET', '/metrics')

  let family = ''
  for (const line of text.trimEnd().split('\n')) {
    const help = /^# HELP (\S+) \S/.exec(line)?.[1]
    if (help !== undefined) family = help
    else if (line.startsWith('#')) expect(line).toMatch(new RegExp(`^# TYPE ${family} (counter|gauge|histogram)$`))
    else expect(line).toMatch(new RegExp(`^${family}(_bucket|_sum|_count)?(\\{.*\\})? -?[0-9.e+-]+$`))
  }
  const buckets = [...text.matchAll(/_bucket\{.*le="(.*)"\} (\d+)/g)].map(
    ([, le, count]) => [le, Number(count)] as const,
  )
  const counts = buckets.map(([, count]) => count)
  expect(counts).toEqual([...counts].sort((a, b) => a - b))
  expect(buckets.at(-1)).toEqual(['+Inf', 20])
})

test('the bounds of the histogram grow by the square root of two, from 50 microseconds to a minute', () => {
  expect(bounds[0]).toBe(50e-6)
  expect(bounds[2]).toBe(100e-6)
  expect(bounds.at(-1)).toBeGreaterThanOrEqual(60)
  for (const [at, bound] of bounds.entries())
    expect(bound / (bounds[at - 1] ?? bound / Math.SQRT2)).toBeCloseTo(Math.SQRT2, 2)
})

test('a duration counts in the bucket whose bound it does not exceed', () => {
  const histogram = new Histogram()
  for (const seconds of [0, 50e-6, 51e-6, 100e-6, 1000]) histogram.observe(seconds)

  expect(histogram.cumulative().slice(0, 3)).toEqual([2, 3, 4])
  expect(histogram.cumulative().at(-1)).toBe(4)
  expect(histogram.count).toBe(5)
  expect(histogram.sum).toBeCloseTo(1000.000201, 9)
})
