import type { Arm, Batch } from './batch.ts'

/** All that a judge of a canary is told at one look. Times are of one clock. */
export interface CanaryLook {
  /** When the canary got its first share. */
  readonly startedAtMs: number
  readonly nowMs: number
  /** When the canary got the last share of its plan; left out while it has not. */
  readonly lastShareSinceMs?: number
  /** All batches since the start, in order, each once. */
  readonly batches: readonly Batch[]
}

/** A judge decides from a look and from nothing else: the same look, the same verdict. */
export type Judge = (look: CanaryLook) => CanaryVerdict

/** What is to be done, and which rule says so. */
export type Ruling =
  | { readonly kind: 'continue' }
  /** `atMs`: the end of the batch at which the rule was met; later data is not needed for it and does not undo it. */
  | { readonly kind: 'rollback'; readonly by: 'fast' | 'anytime' | 'deadline'; readonly atMs: number }
  | { readonly kind: 'promote'; readonly by: 'anytime' | 'absolute' | 'deadline' }
  | { readonly kind: 'inconclusive'; readonly by: 'deadline' | 'no-traffic' }
  /** The two sides did not get comparable traffic: no rate can be trusted. */
  | { readonly kind: 'invalid'; readonly by: 'sample-ratio'; readonly atMs: number }

/** One e-process as it stands. */
export interface Evidence {
  readonly rule: 'fast' | 'anytime' | 'promote' | 'promote-absolute' | 'sample-ratio'
  /** ln E now, with the dispersion taken into account. */
  readonly logE: number
  /** The rule is met at this much: ln(1/alpha). */
  readonly logNeeded: number
  /** The anytime-valid p-value: 1 over the largest E so far, at most 1. */
  readonly pValue: number
}

/** What would bring a decision if the canary is as good as stable and traffic stays as it is. */
export interface Needs {
  /** More errors of both sides together. */
  readonly errors?: number
  /** More requests of both sides together. */
  readonly requests?: number
  /** More time; left out where the traffic so far does not say how fast errors or requests come. */
  readonly seconds?: number
}

/** A ruling with all that it stands on. Every number is finite, so that it can be kept as JSON. */
export type CanaryVerdict = Ruling & {
  /** What was judged; warm-up is left out. */
  readonly canary: Arm
  readonly stable: Arm
  /** errors(canary)/errors(stable), batch by batch; left out where only one side or none failed. */
  readonly ratio?: number
  /** Bounds of the ratio that hold at all looks at once; `upper` is left out where the data sets none. */
  readonly interval?: { readonly lower: number; readonly upper?: number; readonly level: number }
  /** What the evidence is divided by because errors come in bursts; left out while it is not known. */
  readonly dispersion?: number
  readonly evidence: readonly Evidence[]
  readonly needs?: Needs
  /** Plain sentences: first the ruling, then what it stands on, then what is missing. */
  readonly reasons: readonly string[]
}
