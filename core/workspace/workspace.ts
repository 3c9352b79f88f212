import type { Digest } from '../records/digest.ts'
import type { Deployment, Endpoint } from '../records/deployment.ts'
import type { CloudEvent } from '../records/event.ts'
import type { EvidenceKind, EvidenceRecord, Judgement, Statement } from '../records/evidence.ts'
import type {
  AliasMove,
  DatasetStart,
  DatasetVersion,
  Model,
  ModelVersion,
  Tags,
  VersionStart,
} from '../records/model.ts'
import type { ModelReference } from '../records/reference.ts'
import type { ForeignRun, Run, RunEnd, RunStart, RunState } from '../records/run.ts'
import type { Tree } from '../records/tree.ts'
import type { Query } from './search/query.ts'
import type { Storage } from './storage.ts'
import type { Outbox } from './outbox.ts'
import type { AuditEntry, WholeEntry } from './trail.ts'
import type { Verification } from './verify/finding.ts'
import type { VerifyOptions } from './verify/verify.ts'

export type { ClaimResult, Outbox } from './outbox.ts'
export type { AuditEntry, WholeEntry } from './trail.ts'

/**
 * Where everything is remembered: the port that steps see. Every method that writes is one transaction, and is safe to
 * repeat: it is keyed by the request that the workspace was opened for, so that a step that runs again finds what it
 * already did. Methods that read see what was written when they are called.
 *
 * @throws InputError TY0205 from every method that is given a name that does not exist (unless it says undefined).
 * @throws ConfigError TY0203 from every method that writes without the right to.
 * @throws ExternalError TY0206 when others kept writing first until the deadline, TY0501-3 when the place fails.
 */
export interface Workspace {
  /** Where it is, without credentials. */
  readonly url: string
  /**
   * `rehearsal` keeps what would have been written in memory: dry runs, and jobs that may not write. `read` is for steps
   * that declare that they write nothing.
   */
  readonly access: 'write' | 'rehearsal' | 'read'
  readonly files: Files
  readonly runs: Runs
  readonly models: Models
  readonly datasets: Datasets
  readonly evidence: Evidence
  readonly outbox: Outbox
  readonly deployments: Deployments
  readonly storage: Storage
  /** The trail from the first entry on; checks the chain while it reads (TY0207). */
  audit(): AsyncIterable<AuditEntry>
  /** Every entry whole, for who keeps a copy of the trail; checks the chain while it reads (TY0207). */
  wholeEntries(): AsyncIterable<WholeEntry>
  /** Looks for everything that was changed, cut off or lost, and names all of it; nothing of it is thrown. */
  verify(options?: VerifyOptions): Promise<Verification>
  /** What a rehearsal would have written, in order; empty for a workspace that writes. */
  rehearsed(): readonly AuditEntry[]
  close(): Promise<void>
}

/** A local file to keep under a path of a tree. */
export interface SourceFile {
  /** Relative, with forward slashes. */
  readonly path: string
  /** Where its bytes are now. */
  readonly from: string
}

/** Files that stay where they are, with their digests. */
export interface Referred {
  /** The address, of exactly these bytes for ever: a branch or a tag became a commit or a digest. */
  readonly source: string
  readonly files: Tree
}

/** Content-addressed files: streamed, and stored once for the same bytes. */
export interface Files {
  /** Keeps files durably before anything refers to them. `isModel` asks for consent in public repositories (TY0204). */
  put(files: readonly SourceFile[], options?: { readonly isModel?: boolean }): Promise<Tree>
  /**
   * Finds files outside the workspace, so that a version can refer to them without a copy: `hf://`, `oci://` or `https://`. They are
   * read from there and verified whenever somebody needs them.
   *
   * @throws InputError for an address of no known form, or without files
   */
  refer(address: string): Promise<Referred>
  /** Keeps a small document. */
  putBytes(bytes: Uint8Array): Promise<Digest>
  /** Reads a whole blob, verified. @throws ExternalError TY0207 when the bytes do not have the digest. */
  read(digest: Digest): Promise<Uint8Array>
  /** Writes every file of a tree below a folder, verified; files that are already right are left alone. */
  fetch(tree: Tree, folder: string): Promise<void>
}

export interface Runs {
  /**
   * Records that training begins. Repeated under the same request it gives the same run back, whatever became of it;
   * `isNew` says which.
   */
  start(start: RunStart): Promise<{ readonly run: Run; readonly isNew: boolean }>
  /** Records how it ended, with the event `run.completed` when it succeeded. A run ends once; the first end stays. */
  finish(id: string, end: RunEnd, event?: CloudEvent): Promise<Run>
  /** Records a run that another tool made, with its times, under an id that follows from where it was: a second time it is found. */
  adopt(run: ForeignRun): Promise<{ readonly run: Run; readonly isNew: boolean }>
  /** A run that has not ended by its deadline is `lost`, here and in every list. */
  get(id: string): Promise<Run>
  /** Newest first. */
  list(filter?: RunFilter): Promise<readonly Run[]>
  /** Newest first. */
  search(query: Query, options?: SearchOptions): Promise<readonly Run[]>
  /** The run that an earlier attempt of the same CI job made. */
  ofPreviousAttempt(): Promise<Run | undefined>
}

/** How much of what matches is wanted. */
export interface SearchOptions {
  /** 1000 where it is left out. */
  readonly limit?: number
  /** Also archived versions of models. */
  readonly withArchived?: boolean
}

export interface RunFilter {
  readonly model?: string
  readonly experiment?: string
  readonly state?: RunState
  /** The digest of the code snapshot. */
  readonly code?: Digest
  readonly limit?: number
}

/** A page of models: the next one is after the last name of this one. */
export interface ModelPage {
  readonly after?: string
  readonly limit?: number
  /** Also models whose versions are all archived. */
  readonly withArchived?: boolean
}

/** Which versions of a model are wanted. */
export interface VersionFilter {
  /** Every one of these. */
  readonly tags?: Tags
  /** Only older ones than this number: the last of a page gives the next. */
  readonly before?: number
  /** 1000 where it is left out. */
  readonly limit?: number
  /** Also archived ones. */
  readonly withArchived?: boolean
}

export interface Models {
  /**
   * Registers the next version: 1, 2, 3, … without gap or double. The same files from the same run give the version that
   * they already have (`isNew` false). `event` makes the event for the outbox from the number; both are in one entry.
   */
  register(
    start: VersionStart,
    event: (version: ModelVersion) => CloudEvent,
  ): Promise<{ readonly version: ModelVersion; readonly isNew: boolean }>
  /** By name; all of them where no page is asked for, but for those whose versions are all archived. */
  list(page?: ModelPage): Promise<readonly Model[]>
  /** Undefined for a name without versions, but for archived ones. */
  find(name: string): Promise<Model | undefined>
  version(name: string, version: number): Promise<ModelVersion>
  /** The version that a reference names; for `run:` the newest version that the run became. */
  resolve(reference: ModelReference): Promise<ModelVersion>
  /** Like `resolve`, but an alias that does not exist, or a model without versions, is undefined. */
  tryResolve(reference: ModelReference): Promise<ModelVersion | undefined>
  /** Newest first; a version matches when it has every tag. Deleted versions are left out, archived ones unless asked for. */
  versions(name: string, filter?: VersionFilter): Promise<readonly ModelVersion[]>
  /** Versions of any model: by the model's name, then newest first. Deleted versions are left out, archived ones unless asked for. */
  search(query: Query, options?: SearchOptions): Promise<readonly ModelVersion[]>
  tag(name: string, version: number, tags: Tags): Promise<ModelVersion>
  /** Records, once, that this process has read all files of a version by reference; nothing for any other version. */
  hashed(version: ModelVersion): Promise<void>
  /**
   * Moves an alias from where the caller believes it is.
   *
   * @throws InputError TY0210 when it is somewhere else.
   */
  moveAlias(move: AliasMoveRequest): Promise<AliasMove>
  /**
   * Archives a version, or takes it back out: lists and `latest` leave an archived one out; its number still names it.
   *
   * @throws InputError TY0208 while a live deployment serves the version or an alias names it.
   */
  archive(
    name: string,
    version: number,
    change: { readonly isArchived: boolean; readonly why: string },
  ): Promise<ModelVersion>
  /** @throws InputError TY0208 while a live deployment serves the version or an alias names it. */
  delete(name: string, version: number, why: string): Promise<void>
}

export interface AliasMoveRequest {
  readonly model: string
  readonly alias: string
  readonly from: number | undefined
  readonly to: number | undefined
  readonly why: string
  readonly isForced?: boolean
  /** Evidence and an event to record in the same entry. */
  readonly statement?: Statement
  readonly event?: CloudEvent
}

export interface Datasets {
  /** The same files under the same name are one version: what was said about it first stays. */
  register(start: Omit<DatasetStart, 'tags'> & { readonly tags?: Tags }): Promise<DatasetVersion>
  /** The version under a number, or the newest. */
  get(name: string, version?: number): Promise<DatasetVersion>
  /** By name, then oldest first; a version matches when it has every tag. */
  list(filter?: DatasetFilter): Promise<readonly DatasetVersion[]>
  /** By the dataset's name, then newest first. */
  search(query: Query, options?: SearchOptions): Promise<readonly DatasetVersion[]>
  tag(name: string, version: number, tags: Tags): Promise<DatasetVersion>
}

export interface DatasetFilter {
  readonly name?: string
  readonly tags?: Tags
  /** The digest of its files. */
  readonly files?: Digest
  /** So many versions of each name at most, the newest. */
  readonly newest?: number
}

export interface Evidence {
  /** Keeps a statement and remembers it under its subject's digest. */
  add(statement: Statement): Promise<EvidenceRecord>
  /**
   * Keeps the statement of a gate as the judgement of its model on its data that comes after so many others (see
   * `judgementsOf`), and remembers it under the digest of the data, too. A question that was asked before keeps its place.
   *
   * @returns Undefined when others were judged meanwhile, so that it would come later: nothing was kept then.
   */
  addJudgement(statement: Statement, judgement: Judgement, after: number): Promise<EvidenceRecord | undefined>
  /** Everything that is known about a digest, newest first. */
  about(subject: Digest, kind?: EvidenceKind): Promise<readonly EvidenceRecord[]>
  /** The statement itself, verified. */
  read(id: Digest): Promise<Statement>
}

export interface Deployments {
  setEndpoint(endpoint: Endpoint): Promise<void>
  /**
   * Records a deployment's share and state; a live one guards its version against deletion, a live canary its endpoint against
   * other canaries. What is recorded already is not recorded again.
   *
   * @throws InputError TY0213 for a canary while another one holds the endpoint.
   */
  record(deployment: Omit<Deployment, 'at' | 'by'>): Promise<Deployment>
  list(filter?: { readonly model?: string; readonly endpoint?: string }): Promise<readonly Deployment[]>
}
