import type { Actor } from './actor.ts'
import type { EndpointBudgets } from './budgets.ts'
import { type Digest, hexOf } from './digest.ts'
import type { GateShape } from './gate-shape.ts'
import type { PredictedBy } from './predictions.ts'
import type { MachineRecord } from './run.ts'
import type { Verdict, VerdictKind } from './verdict.ts'

/**
 * An in-toto Statement v1 (https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md): a claim of one type
 * about things named by digest.
 */
export interface Statement<Predicate = unknown> {
  readonly _type: 'https://in-toto.io/Statement/v1'
  readonly subject: readonly { readonly name: string; readonly digest: { readonly sha256: string } }[]
  readonly predicateType: PredicateType
  readonly predicate: Predicate
}

/** The kinds of evidence, by the last part of their predicate type. */
export const evidenceKinds = ['gate', 'profile', 'scan', 'package', 'canary', 'promotion', 'predictions'] as const
export type EvidenceKind = (typeof evidenceKinds)[number]
export type PredicateType = `https://trainyard.dev/evidence/${EvidenceKind}/v1`

/** What the gate claims about a tree of model files. */
export interface GatePredicate {
  readonly model: string
  readonly candidate: string
  readonly champion?: {
    readonly reference: string
    readonly digest: Digest
    /** Where it served, when it was champion because of that. */
    readonly endpoint?: string
  }
  /** What the endpoint of the step's input asks of any model, as trainyard.yml said it. */
  readonly endpointBudget?: { readonly endpoint: string; readonly budgets: EndpointBudgets }
  readonly verdict: Verdict
  /** It was let through although it did not pass. */
  readonly forced?: { readonly reason: string }
  /** Of an inconclusive verdict that was not forced: what it did to the step, and who said so. */
  readonly onInconclusive?: { readonly does: 'fail' | 'warn'; readonly saidBy: 'input' | 'criteria' | 'default' }
  readonly criteria: {
    readonly digest: Digest
    readonly file: string
    /** The modules that made values of metrics, by the digests of their files. */
    readonly customs?: readonly { readonly name: string; readonly module: string; readonly digest: Digest }[]
  }
  readonly data: {
    readonly digest: Digest
    readonly rows: number
    readonly file: string
    /** The column of the rows' weights, where they have any. */
    readonly weight?: string
    /** The column that says which rows depend on each other, and in how many clusters. */
    readonly cluster?: { readonly column: string; readonly clusters: number }
  }
  readonly predictions: {
    readonly candidate: Digest
    readonly champion?: Digest
    /** The evidence of the earlier gate whose predictions were used again, for each side that did not predict anew. */
    readonly reused?: { readonly candidate?: Digest; readonly champion?: Digest }
    /** What made the numbers of each side; left out by releases that did not say it. */
    readonly by?: { readonly candidate: PredictedBy; readonly champion?: PredictedBy }
  }
  /** How both models behave on the rows, for people; left out by releases that did not look. */
  readonly shape?: GateShape
  /** What this data judged before; left out by releases that did not count it. */
  readonly reuse?: Reuse
  readonly tool: { readonly name: 'trainyard'; readonly version: string }
}

/** How often the evaluation data was used to judge this model, and what that does to the error probability. */
export interface Reuse {
  /** How many other candidates, by the digest of their files, this data had judged for the model before. */
  readonly judged: number
  /** Which judgement of the model on this data it is, from 1 on. The same question asked again keeps its place. */
  readonly place: number
  /** The error probability at which the criteria were judged. */
  readonly alpha: number
  /** How the criteria's error probability is spent over all judgements; left out where it is not. */
  readonly spending?: {
    readonly rule: 'bonferroni' | 'unlimited'
    readonly total: number
    readonly candidates?: number
    /** True when nothing was left for this judgement. */
    readonly isExhausted: boolean
  }
  /** One plain sentence. */
  readonly sentence: string
}

/** One use of evaluation data: what a workspace remembers of a gate under the digest of its data. */
export interface Judgement {
  readonly model: string
  /** Of the data. */
  readonly data: Digest
  /** Of the candidate's files. */
  readonly candidate: Digest
  /** Of candidate, champion, data, criteria and predictions together: the same question has the same. */
  readonly question: Digest
  /** What it took of the criteria's error probability; left out where the criteria spend none. */
  readonly spent?: number
}

/** What promote claims. */
export interface PromotionPredicate {
  readonly model: string
  readonly version: number
  readonly from?: number
  readonly gate?: Digest
  /** The canary that came before it got the traffic of an endpoint. */
  readonly canary?: Digest
  readonly endpoint?: string
  readonly forced?: { readonly reason: string }
  /** It was champion before, and is again. */
  readonly rollback?: { readonly from: number; readonly reason: string }
}

/** What package claims about the versions in a package: that this very package answered as they do. */
export interface PackagePredicate {
  /** By the digest of its files together. */
  readonly package: { readonly digest: Digest }
  readonly models: readonly {
    readonly reference: string
    readonly name: string
    readonly version: number
    /** Of the version's files. */
    readonly digest: Digest
  }[]
  /** The build of the runtime that the server found. */
  readonly serving: { readonly engine: string }
  readonly configuration?: { readonly digest: Digest; readonly file: string }
  readonly smoke: {
    readonly rows: number
    /** The largest distance between two numbers, one of the server's and one of the model's. */
    readonly maxDifference: number
    readonly data: readonly { readonly digest: Digest; readonly file: string }[]
  }
  /** A container image of the very package, which became ready when it was run. */
  readonly image?: {
    readonly id: Digest
    readonly name: string
    /** The id of the image that it was made from. */
    readonly base: Digest
    /** The build of the runtime that it found. */
    readonly engine: string
  }
  readonly tool: { readonly name: 'trainyard'; readonly version: string }
}

/** What profile measured of a version: facts about one server on one machine, and no recommendation. */
export interface ProfilePredicate {
  readonly model: string
  readonly candidate: string
  /** What answered: a package that the step started, or a server at an address. */
  readonly served: {
    readonly package?: { readonly digest: Digest }
    /** The container image that the package was in, and what its container was allowed. */
    readonly image?: { readonly id: Digest; readonly name: string }
    readonly limits?: { readonly cpus?: number; readonly memoryBytes?: number }
    readonly address?: string
    readonly engine: string
    /** From the start of the package until it was ready. */
    readonly startMs?: number
  }
  readonly data: { readonly digest: Digest; readonly rows: number; readonly file: string }
  readonly rowsPerRequest: number
  readonly durationMs: number
  /** Ascending. */
  readonly rates: readonly RateProfile[]
  readonly machine: MachineRecord
  readonly tool: { readonly name: 'trainyard'; readonly version: string }
}

/** What was measured at one rate. */
export interface RateProfile {
  /** Requests a second, as asked. */
  readonly rate: number
  /** Good answers a second. */
  readonly achieved: number
  readonly requests: number
  /** Requests without a good answer. */
  readonly errors: number
  /** From the moment when a request was due until its answer; left out where nothing was answered. */
  readonly latencyMs?: { readonly p50: number; readonly p90: number; readonly p99: number; readonly max: number }
  /** The 99th percentile of the quietest and of the loudest part of the time: what differs between them is noise. */
  readonly p99BetweenMs?: readonly [low: number, high: number]
  /** How many latencies lie in each bin, by its upper edge; ascending, 16 bins for every doubling, empty ones left out. */
  readonly latencyBuckets?: readonly { readonly upToMs: number; readonly count: number }[]
  /** Processor time of the server; left out where its process cannot be seen. */
  readonly cpuMsPerRequest?: number
  /** The most memory that the server's process had by then, or a container's largest working set where that is more. */
  readonly memoryBytes?: number
  /** The part of the scheduling periods, 0 to 1, in which a container's processor limit stopped it; left out without one. */
  readonly throttledShare?: number
  /** Whether the server kept up: every request answered well, as fast as they came. */
  readonly held: boolean
}

/** A statement as the workspace remembers it. `id` is the digest of the statement's bytes, kept as a blob. */
export interface EvidenceRecord {
  readonly id: Digest
  readonly kind: EvidenceKind
  readonly subject: Digest
  readonly at: string
  readonly by: Actor
  /** The verdict of evidence that has one, so that a search need not open blobs. */
  readonly verdict?: VerdictKind
  /** Of a gate: the use of its data. */
  readonly judgement?: Judgement
}

/**
 * The judgements of a model on some data by what was asked, oldest first: a question that was asked again counts where it was
 * asked first.
 *
 * @param records As `about` gives them for the digest of the data: newest first.
 */
export function judgementsOf(
  records: readonly Pick<EvidenceRecord, 'judgement'>[],
  model: string,
): readonly Judgement[] {
  const first = new Map<Digest, Judgement>()
  for (const { judgement } of records.toReversed())
    if (judgement?.model === model && !first.has(judgement.question)) first.set(judgement.question, judgement)
  return [...first.values()]
}

/** Makes a statement about one tree. */
export function statement<P>(
  kind: EvidenceKind,
  subject: { name: string; digest: Digest },
  predicate: P,
): Statement<P> {
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: subject.name, digest: { sha256: hexOf(subject.digest) } }],
    predicateType: `https://trainyard.dev/evidence/${kind}/v1`,
    predicate,
  }
}
