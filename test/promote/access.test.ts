import { expect, test } from 'vitest'
import type { CanaryResult } from '../../core/main/canaries.ts'
import { type AccessQuestion, accessOf } from '../../core/promote/traffic.ts'
import type { Deployment } from '../../core/records/deployment.ts'
import type { Digest } from '../../core/records/digest.ts'

const digest = (letter: string): Digest => `sha256:${letter.repeat(64)}`
const [first, second] = [digest('1'), digest('2')]

const deployment = (version: number, role: 'stable' | 'canary', of: Digest = second): Deployment => ({
  endpoint: 'api',
  name: `v${version}`,
  model: 'kettle',
  version,
  share: 50,
  state: 'live',
  role,
  package: of,
  at: '2026-01-01T00:00:00.000Z',
  by: { name: 'ada', host: 'memory' },
})

const tried = (verdict: 'pass' | 'fail' | 'inconclusive', of: Digest = second): CanaryResult => ({
  id: digest('c'),
  at: '2026-01-01T00:00:00.000Z',
  verdict,
  package: of,
})

const question = (part: Partial<AccessQuestion> = {}): AccessQuestion => ({
  version: { model: 'kettle', version: 2 },
  stable: deployment(1, 'stable', first),
  trying: deployment(2, 'canary'),
  canary: undefined,
  given: undefined,
  force: false,
  reason: undefined,
  ...part,
})

const given = (of: Digest) => ({ digest: of, spec: { name: 'v2', folder: '/p', digest: of, models: [] } })
const forced = { force: true, reason: 'incident 12' }

test.each<[string, Partial<AccessQuestion>, string]>([
  ['a canary that passed', { canary: tried('pass') }, 'canary'],
  ['a canary that passed and was taken out since', { canary: tried('pass'), trying: undefined }, 'canary'],
  ['a canary that failed', { canary: tried('fail') }, 'refused'],
  ['a canary that could not decide', { canary: tried('inconclusive') }, 'refused'],
  ['no canary', {}, 'refused'],
  ['a canary of another package than the one that runs', { canary: tried('pass', first) }, 'refused'],
  ['a canary of another package than the one that is given', { canary: tried('pass'), given: given(first) }, 'refused'],
  ['what is stable already', { stable: deployment(2, 'stable') }, 'stable'],
  ['what is stable in another package', { stable: deployment(2, 'stable', first), given: given(second) }, 'refused'],
  ['no canary, but force and a reason', forced, 'forced'],
  ['force without a reason', { force: true }, 'refused'],
  ['a canary that passed, and force', { canary: tried('pass'), ...forced }, 'canary'],
  ['another model’s version 2', { stable: { ...deployment(2, 'stable'), model: 'pot' } }, 'refused'],
])('%s', (_, part, kind) => {
  expect(accessOf(question(part)).kind).toBe(kind)
})
