import { absoluteMarginEvidence } from './absolute-margin.ts'
import { type Arm, type Batch, isComparable } from './batch.ts'
import { CommonRatio } from './common-ratio.ts'
import { exactConditionalTest, quasiConditionalTest } from './conditional-test.ts'
import { type Dispersion, dispersionOf } from './dispersion.ts'
import type { ErrorPolicy } from './policy.ts'
import { harmEvidence, safetyEvidence } from './rate-ratio.ts'
import { SampleRatio } from './sample-ratio.ts'
import type { Ruling } from './verdict.ts'
import { Windows } from './windows.ts'

type Decision = Extract<Ruling, { readonly atMs: number }>

/** Where the e-processes stood when they were last read; those that say nothing yet are left out. */
export interface Standing {
  /** The end of the last batch in it. */
  readonly toMs: number
  readonly dispersion?: Dispersion
  readonly anytime?: number
  readonly promote?: number
  readonly absolute?: number
}

/**
 * Follows a canary batch by batch and notes the first moment at which a rule demands a rollback: so the verdict does not depend
 * on how often one looked, and a look that comes late misses nothing.
 */
export class ErrorWatch {
  readonly #policy: ErrorPolicy
  readonly #startedAtMs: number
  readonly #fast
  readonly #anytime
  readonly #promote
  readonly #absolute
  readonly #sampleRatio = new SampleRatio()
  readonly #ratio = new CommonRatio()
  readonly #windows
  readonly #judged: Batch[] = []
  readonly #peaks = { fast: 0, anytime: 0, promote: 0, absolute: 0, sampleRatio: 0 }
  #standing: Standing | undefined
  #decision: Decision | undefined
  #deadline: { readonly more: number; readonly fewer: number } | undefined

  constructor(policy: ErrorPolicy, startedAtMs: number) {
    this.#policy = policy
    this.#startedAtMs = startedAtMs
    this.#fast = harmEvidence(policy.fast.ratio)
    this.#anytime = harmEvidence(policy.anytime.tolerance)
    this.#promote = safetyEvidence(policy.promote.ratio)
    const { absolute } = policy.promote
    this.#absolute = absolute === undefined ? undefined : absoluteMarginEvidence(absolute)
    this.#windows = new Windows(policy.windowMs)
  }

  /** Takes the next batch in time. */
  add(batch: Batch): void {
    if (batch.toMs > this.deadlineAtMs) this.passDeadline()
    if (batch.fromMs < this.#startedAtMs + this.#policy.warmUpMs) return
    this.#judged.push(batch)
    for (const part of [this.#fast, this.#anytime, this.#promote, this.#absolute, this.#ratio]) part?.add(batch)
    this.#sampleRatio.add(batch)
    const isWindowFull = this.#windows.add(batch)
    this.#readAtBatch(batch.toMs)
    if (isWindowFull || this.#policy.dispersion === 'poisson') this.#readStanding(batch.toMs)
  }

  /** Makes the one test of the deadline, of all data up to now; the second time does nothing. */
  passDeadline(): void {
    if (this.#deadline !== undefined) return
    const { anytime, promote, deadline, dispersion } = this.#policy
    if (this.#windows.close()) this.#readStanding(this.#windows.last?.toMs ?? this.deadlineAtMs)
    const strata = this.#windows.closed.flatMap((window) => window.strata)
    const varied = dispersionOf(this.#windows.closed, this.#ratio.smoothed)
    const test = (ratio: number) =>
      dispersion === 'poisson' ? exactConditionalTest(strata, ratio) : quasiConditionalTest(strata, ratio, varied)
    this.#deadline = { more: test(anytime.tolerance).more, fewer: test(promote.ratio).fewer }
    if (this.#deadline.more <= deadline.rollbackAlpha) this.#decide('rollback', 'deadline', this.deadlineAtMs)
  }

  get deadlineAtMs(): number {
    return this.#startedAtMs + this.#policy.deadline.afterMs
  }

  /** The first rule that ended the canary. */
  get decision(): Decision | undefined {
    return this.#decision
  }

  get standing(): Standing | undefined {
    return this.#standing
  }

  get judged(): readonly Batch[] {
    return this.#judged
  }

  get isComparable(): boolean {
    return this.#judged.some(isComparable)
  }

  get windows(): Windows {
    return this.#windows
  }

  get sampleRatio(): SampleRatio {
    return this.#sampleRatio
  }

  get ratio(): number {
    return this.#ratio.estimate
  }

  get fastLogE(): number {
    return this.#fast.logE()
  }

  /** The largest ln E of each rule so far, never below 0. */
  get peaks(): Readonly<Record<'fast' | 'anytime' | 'promote' | 'absolute' | 'sampleRatio', number>> {
    return this.#peaks
  }

  /** Which rule would promote, by the evidence alone. */
  get promotedBy(): 'anytime' | 'absolute' | 'deadline' | undefined {
    const { promote, deadline } = this.#policy
    const needed = promoteNeeded(promote)
    if ((this.#standing?.promote ?? 0) >= needed) return 'anytime'
    if ((this.#standing?.absolute ?? 0) >= needed) return 'absolute'
    return (this.#deadline?.fewer ?? 1) <= deadline.promoteAlpha ? 'deadline' : undefined
  }

  total(side: 'canary' | 'stable'): Arm {
    return {
      requests: this.#judged.reduce((sum, batch) => sum + batch[side].requests, 0),
      errors: this.#judged.reduce((sum, batch) => sum + batch[side].errors, 0),
    }
  }

  #readAtBatch(atMs: number): void {
    const { fast, sampleRatioAlpha } = this.#policy
    this.#raise('fast', this.#fast.logE())
    this.#raise('sampleRatio', this.#sampleRatio.logE)
    if (this.#peaks.fast >= -Math.log(fast.alpha)) this.#decide('rollback', 'fast', atMs)
    if (this.#peaks.sampleRatio >= -Math.log(sampleRatioAlpha)) {
      this.#decision ??= { kind: 'invalid', by: 'sample-ratio', atMs }
    }
  }

  #readStanding(toMs: number): void {
    const isAsIs = this.#policy.dispersion === 'poisson'
    const dispersion = isAsIs ? undefined : dispersionOf(this.#windows.closed, this.#ratio.smoothed)
    const divisor = isAsIs ? 1 : dispersion?.upper
    this.#standing = {
      toMs,
      ...(dispersion === undefined ? {} : { dispersion }),
      ...(divisor === undefined ? {} : { anytime: this.#anytime.logE(divisor), promote: this.#promote.logE(divisor) }),
      // Where hardly anything fails there may never be three windows with errors, and then there are no bursts to fear either.
      ...(this.#absolute === undefined ? {} : { absolute: this.#absolute.logE(divisor ?? 1) }),
    }
    for (const rule of ['anytime', 'promote', 'absolute'] as const) this.#raise(rule, this.#standing[rule] ?? 0)
    if (this.#peaks.anytime >= -Math.log(this.#policy.anytime.alpha)) this.#decide('rollback', 'anytime', toMs)
  }

  #raise(rule: keyof typeof this.peaks, logE: number): void {
    this.#peaks[rule] = Math.max(this.#peaks[rule], logE)
  }

  #decide(kind: 'rollback', by: 'fast' | 'anytime' | 'deadline', atMs: number): void {
    this.#decision ??= { kind, by, atMs }
  }
}

/** ln(1/alpha) of either way to promote: two ways share the alpha. */
export function promoteNeeded({ alpha, absolute }: ErrorPolicy['promote']): number {
  return -Math.log(absolute === undefined ? alpha : alpha / 2)
}
