import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Facts, next, type Rollout } from '../../core/deploy-canary/rollout.ts'

const minute = 60_000
const plan = [
  { share: 5, forMs: 2 * minute },
  { share: 50, forMs: 3 * minute },
] as const

const rollout = (part: Partial<Rollout> = {}): Rollout => ({
  plan,
  step: 0,
  stepSinceMs: 0,
  startedAtMs: 0,
  unreadyLooks: 0,
  decision: undefined,
  ...part,
})

const facts = (part: Partial<Facts> = {}): Facts => ({
  nowMs: minute,
  canary: { share: 5, isReady: true },
  stable: { share: 95, isReady: true },
  isClaimed: true,
  recorded: 5,
  verdict: { kind: 'continue', reasons: ['why'] },
  deadlineMs: 60 * minute,
  onInconclusive: 'hold',
  lookEveryMs: 10_000,
  isProven: false,
  ...part,
})

const unbegun = { step: -1, stepSinceMs: undefined, startedAtMs: undefined }
const promote = { verdict: { kind: 'promote', reasons: ['why'] } } as const
const rollback = { verdict: { kind: 'rollback', reasons: ['why'] } } as const
const rolledBack = { decision: { kind: 'rollback', verdict: 'fail', reasons: [] } } as const
const held = { decision: { kind: 'hold', verdict: 'inconclusive', reasons: [] } } as const
const promoted = { decision: { kind: 'promote', reasons: [] } } as const
const last = { step: 1, stepSinceMs: 2 * minute }
const atLast = { canary: { share: 50, isReady: true }, recorded: 50, nowMs: 5 * minute } as const

describe('brings about what is planned, one thing at a time', () => {
  test.each<[string, Partial<Rollout>, Partial<Facts>, object]>([
    [
      'claims first',
      unbegun,
      { isClaimed: false, recorded: undefined, canary: undefined },
      { kind: 'remember', share: 0 },
    ],
    ['then starts', unbegun, { recorded: 0, canary: undefined }, { kind: 'start' }],
    [
      'then the first share',
      unbegun,
      { recorded: 0, canary: { share: 0, isReady: true } },
      { kind: 'advance', step: 0 },
    ],
    ['not while it is not ready', unbegun, { recorded: 0, canary: { share: 0, isReady: false } }, { kind: 'wait' }],
    ['splits as planned', {}, { canary: { share: 0, isReady: true }, recorded: 0 }, { kind: 'split', share: 5 }],
    ['records what it split', {}, { recorded: 0 }, { kind: 'remember', share: 5 }],
    ['starts again what has gone', {}, { canary: undefined }, { kind: 'start' }],
    ['waits for the next look', {}, {}, { kind: 'wait', untilMs: minute + 10_000 }],
    ['waits no longer than the step', {}, { nowMs: 2 * minute - 1 }, { kind: 'wait', untilMs: 2 * minute }],
    ['grows when the step is over', {}, { nowMs: 2 * minute }, { kind: 'advance', step: 1 }],
    [
      'not while stable is not ready',
      {},
      { nowMs: 2 * minute, stable: { share: 95, isReady: false } },
      { kind: 'wait' },
    ],
    ['not before the share was seen', { stepSinceMs: undefined }, { nowMs: 2 * minute }, { kind: 'wait' }],
  ])('%s', (_, at, world, action) => {
    expect(next(rollout(at), facts(world))).toMatchObject(action)
  })
})

describe('decides', () => {
  test.each<[string, Partial<Rollout>, Partial<Facts>, object]>([
    ['rolls back at once', {}, rollback, { kind: 'rollback', verdict: 'fail', reasons: ['why'] }],
    ['promotes when the last step is over', last, { ...atLast, ...promote }, { kind: 'promote', reasons: ['why'] }],
    ['rolls back what is not ready at three looks', { unreadyLooks: 3 }, {}, { kind: 'rollback', verdict: 'fail' }],
    ['holds at the deadline', last, { ...atLast, nowMs: 60 * minute }, { kind: 'hold', verdict: 'inconclusive' }],
    [
      'rolls back at the deadline where that was asked',
      last,
      { ...atLast, nowMs: 60 * minute, onInconclusive: 'rollback' },
      { kind: 'rollback', verdict: 'inconclusive' },
    ],
    ['is no pass at the deadline before the last step', {}, { ...promote, nowMs: 60 * minute }, { kind: 'hold' }],
    [
      'holds what the judge finds invalid',
      {},
      { verdict: { kind: 'invalid', reasons: ['odd'] } },
      { kind: 'hold', reasons: ['odd'] },
    ],
    [
      'takes out what others recorded as retired',
      {},
      { recorded: undefined },
      { kind: 'rollback', verdict: 'inconclusive' },
    ],
  ])('%s', (_, at, world, decision) => {
    expect(next(rollout(at), facts(world))).toMatchObject({ kind: 'decide', decision })
  })

  test.each<[string, Partial<Rollout>, Partial<Facts>]>([
    ['an early step', {}, promote],
    ['a last step that is not over', last, { ...atLast, nowMs: 5 * minute - 1, ...promote }],
    ['a last step without the judge', last, atLast],
    ['two looks without a ready server', { unreadyLooks: 2 }, {}],
  ])('decides nothing at %s', (_, at, world) => {
    expect(next(rollout(at), facts(world)).kind).toBe('wait')
  })
})

describe('ends', () => {
  test.each<[string, Partial<Rollout>, Partial<Facts>, object]>([
    ['gives the traffic back first', rolledBack, {}, { kind: 'split', share: 0 }],
    ['then stops the canary', rolledBack, { canary: { share: 0, isReady: true } }, { kind: 'retire' }],
    ['then proves it', rolledBack, { canary: undefined }, { kind: 'prove' }],
    ['then records it', rolledBack, { canary: undefined, isProven: true }, { kind: 'forget' }],
    ['then ends', rolledBack, { canary: undefined, isProven: true, recorded: undefined }, { kind: 'finish' }],
    ['proves a promotion', promoted, {}, { kind: 'prove' }],
    ['leaves a canary that may be promoted', promoted, { isProven: true }, { kind: 'finish' }],
    ['leaves a canary that is held', held, { isProven: true }, { kind: 'finish' }],
    [
      'takes out a canary that was held when it is asked to',
      held,
      { isProven: true, onInconclusive: 'rollback' },
      { kind: 'decide', decision: { kind: 'rollback', verdict: 'inconclusive' } },
    ],
  ])('%s', (_, at, world, action) => {
    expect(next(rollout(at), facts(world))).toMatchObject(action)
  })
})

/** One step of a random history: what the judge says, what the servers do, how time passes, and whether the run is killed. */
const happenings = fc.record({
  verdict: fc.constantFrom('continue', 'continue', 'continue', 'promote', 'rollback', 'inconclusive', 'invalid'),
  isCanaryReady: fc.boolean(),
  isStableReady: fc.boolean(),
  isCanaryGone: fc.integer({ min: 0, max: 19 }).map((n) => n === 0),
  passMs: fc.integer({ min: 0, max: 20 * minute }),
  onInconclusive: fc.constantFrom('hold', 'rollback'),
  killed: fc.constantFrom('no', 'no', 'no', 'before', 'halfway'),
})

test('whatever happens, and wherever it is killed: shares of the plan in order, traffic back before a server stops, and a whole end', () => {
  fc.assert(
    fc.property(fc.array(happenings, { minLength: 1, maxLength: 60 }), (history) => {
      const world = new World()
      for (const happening of history) world.step(happening)
      world.calm()

      expect(world.faults).toEqual([])
    }),
    { numRuns: 2000 },
  )
})

/** The target, the ledger and the journal of one rollout, in which every action has the two halves between which it can be killed. */
class World {
  readonly faults: string[] = []
  rollout: Rollout = rollout(unbegun)
  canary: { share: number; isReady: boolean } | undefined
  recorded: number | undefined
  isClaimed = false
  isProven = false
  nowMs = 0
  isOver = false

  step(happening: {
    readonly verdict: Facts['verdict']['kind']
    readonly isCanaryReady: boolean
    readonly isStableReady: boolean
    readonly isCanaryGone: boolean
    readonly passMs: number
    readonly onInconclusive: 'hold' | 'rollback'
    readonly killed: 'no' | 'before' | 'halfway'
  }): void {
    this.nowMs += happening.passMs
    if (happening.isCanaryGone) this.canary = undefined
    if (this.canary !== undefined) this.canary = { ...this.canary, isReady: happening.isCanaryReady }
    this.#look()
    const action = next(this.rollout, this.#facts(happening))
    this.#check(action)
    if (happening.killed !== 'before') this.#do(action, happening.killed === 'halfway')
  }

  /** Nothing goes wrong any more, and the judge says no. */
  calm(): void {
    const calm = {
      isCanaryReady: true,
      isStableReady: true,
      isCanaryGone: false,
      passMs: minute,
      killed: 'no',
    } as const
    this.isOver = false
    for (let n = 0; n < 40 && !this.isOver; n += 1) this.step({ ...calm, verdict: 'rollback', onInconclusive: 'hold' })
    if (!this.isOver) this.faults.push('it does not end')
    const { decision } = this.rollout
    if (decision?.kind === 'rollback' && (this.canary !== undefined || this.recorded !== undefined))
      this.faults.push('a canary was rolled back and is still there')
    if (decision?.kind === 'promote' && this.rollout.step !== plan.length - 1) this.faults.push('promoted too early')
  }

  #facts({ verdict, isStableReady, onInconclusive }: Parameters<World['step']>[0]): Facts {
    const { canary, recorded, isClaimed, isProven, nowMs } = this
    const stable = { share: 100 - (canary?.share ?? 0), isReady: isStableReady }
    const seen = { nowMs, canary, stable, recorded, isClaimed, isProven }
    return facts({ ...seen, verdict: { kind: verdict, reasons: [] }, onInconclusive })
  }

  #look(): void {
    const { step, stepSinceMs, startedAtMs, unreadyLooks } = this.rollout
    if (this.canary === undefined) return
    const { share, isReady } = this.canary
    this.rollout = {
      ...this.rollout,
      stepSinceMs: stepSinceMs ?? (step >= 0 && share === plan[step]?.share ? this.nowMs : undefined),
      startedAtMs: startedAtMs ?? (share > 0 ? this.nowMs : undefined),
      unreadyLooks: isReady ? 0 : unreadyLooks + 1,
    }
  }

  #check(action: ReturnType<typeof next>): void {
    const { rollout: now, canary } = this
    const allowed = [0, ...plan.map(({ share }) => share)]
    if (action.kind === 'split' && !allowed.includes(action.share)) this.faults.push(`a share of ${action.share}`)
    if (action.kind === 'split' && now.decision !== undefined && action.share > 0)
      this.faults.push('a share after the end')
    if (action.kind === 'retire' && canary?.share !== 0) this.faults.push('stopped with traffic')
    if (action.kind === 'start' && this.recorded === undefined) this.faults.push('started without a record')
    if (action.kind === 'start' && now.decision !== undefined) this.faults.push('started after the end')
    if (action.kind === 'advance' && action.step !== now.step + 1) this.faults.push('a step was left out')
    if (action.kind === 'forget' && canary !== undefined) this.faults.push('forgotten while it runs')
  }

  #do(action: ReturnType<typeof next>, isHalf: boolean): void {
    switch (action.kind) {
      case 'remember':
        this.recorded = action.share
        if (!isHalf) this.isClaimed = true
        return
      case 'start':
        this.canary = { share: 0, isReady: true }
        return
      case 'split':
        if (this.canary !== undefined) this.canary = { ...this.canary, share: action.share }
        return
      case 'advance':
        if (!isHalf) this.rollout = { ...this.rollout, step: action.step, stepSinceMs: undefined }
        return
      case 'decide':
        if (isHalf) return
        this.rollout = { ...this.rollout, decision: action.decision }
        this.isProven = false
        return
      case 'retire':
        this.canary = undefined
        return
      case 'prove':
        if (!isHalf) this.isProven = true
        return
      case 'forget':
        this.recorded = undefined
        return
      case 'finish':
        this.isOver = true
        return
      case 'wait':
    }
  }
}
