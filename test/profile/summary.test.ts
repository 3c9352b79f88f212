import { expect, test } from 'vitest'
import { headline, summaryOf, unmeasuredSummary } from '../../core/profile/summary.ts'
import type { ProfilePredicate, RateProfile } from '../../core/records/evidence.ts'

const rates: readonly RateProfile[] = [
  {
    rate: 20,
    achieved: 19.96,
    requests: 200,
    errors: 0,
    latencyMs: { p50: 1.234, p90: 2, p99: 4, max: 9 },
    p99BetweenMs: [3, 6],
    cpuMsPerRequest: 0.456,
    memoryBytes: 100 * 2 ** 20,
    held: true,
  },
  {
    rate: 100,
    achieved: 60,
    requests: 1000,
    errors: 400,
    latencyMs: { p50: 8, p90: 12, p99: 16, max: 90 },
    held: false,
  },
]
const digest = `sha256:${'ab'.repeat(32)}` as const
const profile: ProfilePredicate = {
  model: 'flights',
  candidate: 'flights@3',
  served: { package: { digest }, engine: 'onnxruntime-web 1.30.0 (wasm)', startMs: 400 },
  data: { digest, rows: 1200, file: 'april.csv' },
  rowsPerRequest: 1,
  durationMs: 10_000,
  rates,
  machine: { os: 'linux', arch: 'x64', cpus: 2, cpuModel: 'A | processor', memoryBytes: 1 },
  tool: { name: 'trainyard', version: '0.1.0' },
}

test('the page has a row for each rate, and a bar', () => {
  const page = summaryOf(profile)

  expect(page).toContain('### 📈 `flights@3` held 20 requests/s: p50 1.23 ms, p99 4 ms, and not 100')
  expect(page).toContain('| 20 | 20.0 | 1.23 ms | 2 ms | 4 ms | 0 | 0.46 | 100 MiB | ✅ |')
  expect(page).toContain('| 100 | 60.0 | 8 ms | 12 ms | 16 ms | 400 |  |  | ❌ |')
  expect(page).toContain(' 20/s ███▓▓░░░░░\n100/s ████████████████████▓▓▓▓▓▓▓▓▓▓░░░░░░░░░░\n')
  expect(page).toContain('10 s at each rate, 1 row in each request, from 1,200 rows of `april.csv`')
  expect(page).toContain('the package `abababababab`')
  expect(page).toContain(String.raw`2 × ${'`'}A \| processor${'`'}`)
})

test('a server that is not ours is named by its address', () => {
  expect(summaryOf({ ...profile, served: { address: 'http://127.0.0.1:9', engine: 'x' } })).toContain(
    '`http://127.0.0.1:9`',
  )
})

test('nothing is drawn, and nothing claimed, where nothing was answered', () => {
  const failed = [{ rate: 5, achieved: 0, requests: 50, errors: 50, held: false }]

  expect(summaryOf({ ...profile, rates: failed })).not.toContain('```')
  expect(headline(failed)).toBe('did not keep up with 5 requests/s')
})

test('a measurement that is not to be trusted says why', () => {
  expect(unmeasuredSummary('flights@3', ['one <b> late'])).toContain('- one &lt;b> late')
})

test('a container is shown with its limits, and with how often they stopped it', () => {
  const image = { id: digest, name: 'acme/flights:3' }
  const limits = { cpus: 0.5, memoryBytes: 256 * 2 ** 20 }
  const [first, second] = rates
  if (first === undefined || second === undefined) throw new Error('no rates')
  const measured = [{ ...first, throttledShare: 0.304 }, second]

  const page = summaryOf({ ...profile, served: { ...profile.served, image, limits }, rates: measured })

  expect(page).toContain('| CPU ms/request | memory | throttled | held |')
  expect(page).toContain('| 0.46 | 100 MiB | 30 % | ✅ |')
  expect(page).toContain('| 400 |  |  |  | ❌ |')
  expect(page).toContain('in a container of `acme/flights:3` that may use 0.5 CPU and 256 MiB of memory')
})

test('a container without limits says so', () => {
  const image = { id: digest, name: 'acme/flights:3' }

  expect(summaryOf({ ...profile, served: { ...profile.served, image, limits: {} } })).toContain('without limits')
})
