import { expect, test } from 'vitest'
import { type Evidence, evidenceBranch } from '../../../core/cli/show/evidence.ts'

const digest = `sha256:${'ab'.repeat(32)}` as const
const record = {
  id: digest,
  subject: digest,
  at: '2026-04-01T10:20:00.000Z',
  by: { name: 'tester', host: 'memory' },
} as const

const profile = {
  model: 'flights',
  candidate: 'flights@2',
  served: { package: { digest }, engine: 'onnxruntime-web 1.30.0 (wasm)' },
  data: { file: 'april.csv', rows: 1200 },
  rowsPerRequest: 1,
  durationMs: 10_000,
  machine: { os: 'linux', arch: 'x64', cpus: 2, cpuModel: 'A processor' },
}
const fast = {
  rate: 50,
  achieved: 49.9,
  requests: 500,
  errors: 0,
  latencyMs: { p50: 1, p90: 2, p99: 4.5, max: 9 },
  held: true,
}
const slow = { rate: 100, achieved: 60, requests: 1000, errors: 400, held: false }

function lines(kind: Evidence['kind'], predicate: unknown): readonly string[] {
  return (evidenceBranch({ ...record, kind, predicate }).below ?? []).map(({ text }) => text)
}

test('a package is shown by its digest, and its image by its name', () => {
  expect(lines('package', { package: { digest }, image: { id: digest, name: 'acme/flights:2' } })).toEqual([
    `package  ${digest}`,
    'image  acme/flights:2',
  ])
})

test('a profile is shown by the highest rate that held and its tail', () => {
  expect(lines('profile', { ...profile, rates: [fast, slow] })).toEqual([
    'held  50 requests/s, p99 4.5\u00A0ms',
    'data  april.csv, 1200 rows',
  ])
})

test('a profile in which nothing held says so', () => {
  expect(lines('profile', { ...profile, rates: [slow] })).toContain('held  none of its rates')
})

test('what another kind calls a package does not hide the rest', () => {
  expect(lines('canary', { package: digest, data: profile.data })).toEqual(['data  april.csv, 1200 rows'])
})

test('a profile of a form that is not known shows what it can', () => {
  expect(lines('profile', { data: profile.data, rates: 'other' })).toEqual(['data  april.csv, 1200 rows'])
})
