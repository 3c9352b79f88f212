import { describe, expect, test } from 'vitest'
import { endingOf, gateVerdict } from '../../../core/cli/report/read/ending.ts'
import type { Evidence } from '../../../core/cli/show/evidence.ts'
import type { AliasMove, Model } from '../../../core/records/model.ts'
import { evidence, factsWith, predicates } from './sample.ts'

const by = { name: 'ada', host: 'local' } as const
const move = (from: number | undefined, to: number, at: string): AliasMove => ({
  alias: 'champion',
  ...(from === undefined ? {} : { from }),
  to,
  at,
  by,
  why: 'because',
})
const model = (history: readonly AliasMove[], champion?: number): Model => ({
  name: 'flights',
  latest: 2,
  aliases: champion === undefined ? {} : { champion },
  history,
})
const gate = (verdict: 'pass' | 'fail' | 'inconclusive', at = '2026-01-02'): Evidence => ({
  ...evidence('gate', 'a', predicates.gate),
  verdict,
  at,
})
const canary = (decision: 'promote' | 'rollback' | 'hold', at = '2026-01-03'): Evidence => ({
  ...evidence('canary', 'b', { ...predicates.canary, decision }),
  at,
})

/** The second version with this evidence, newest first. */
function second(...about: readonly Evidence[]) {
  const [version] = factsWith(about).versions
  if (version === undefined) throw new Error('the sample has no version')
  return version
}

describe('what became of a version', () => {
  test.each([
    ['nobody judged it', second(), model([]), { kind: 'not judged' }],
    ['the gate refused it', second(gate('fail')), model([]), { kind: 'refused' }],
    ['the gate could not decide', second(gate('inconclusive')), model([]), { kind: 'undecided' }],
    ['it passed and was not promoted', second(gate('pass')), model([]), { kind: 'passed' }],
    ['the newest gate counts', second(gate('fail'), gate('pass', '2026-01-01')), model([]), { kind: 'refused' }],
    ['it failed as a canary', second(canary('rollback'), gate('pass')), model([]), { kind: 'rolled back' }],
    ['it was good as a canary', second(canary('promote'), gate('pass')), model([]), { kind: 'passed' }],
    [
      'it is the champion',
      second(gate('pass')),
      model([move(undefined, 2, '2026-01-04')], 2),
      { kind: 'champion', since: '2026-01-04' },
    ],
    [
      'it came back',
      second(),
      model([move(1, 2, '2026-01-04'), move(2, 1, '2026-01-05'), move(1, 2, '2026-01-06')], 2),
      { kind: 'champion', since: '2026-01-06' },
    ],
    [
      'another one took its place',
      second(gate('pass')),
      model([move(1, 2, '2026-01-04'), move(2, 3, '2026-01-05')], 3),
      { kind: 'was champion', until: '2026-01-05' },
    ],
    [
      'it was tried again after its time, and failed',
      second(canary('rollback', '2026-01-09')),
      model([move(1, 2, '2026-01-04'), move(2, 3, '2026-01-05')], 3),
      { kind: 'rolled back' },
    ],
    [
      'it failed once, and was champion later',
      second(canary('rollback', '2026-01-03')),
      model([move(1, 2, '2026-01-04'), move(2, 3, '2026-01-05')], 3),
      { kind: 'was champion', until: '2026-01-05' },
    ],
  ])('%s', (_, facts, of, ending) => {
    expect(endingOf(facts, of)).toEqual(ending)
  })
})

test('what was judged as another model says nothing', () => {
  const other = { ...gate('pass'), predicate: { ...predicates.gate, model: 'otters' } }

  expect(gateVerdict(second(other, gate('fail')))).toBe('fail')
})
