import type { Actor } from '../../records/actor.ts'
import type { Digest } from '../../records/digest.ts'
import type { Deployment, Endpoint } from '../../records/deployment.ts'
import type { CloudEvent } from '../../records/event.ts'
import type { EvidenceKind, Judgement } from '../../records/evidence.ts'
import type { Tags } from '../../records/model.ts'
import type { VerdictKind } from '../../records/verdict.ts'
import type { StoredDataset, StoredRunEnd, StoredRunStart, StoredVersionStart } from './stored.ts'

/**
 * Everything that can happen to a workspace. Who and when are the entry's, or those of the origin where a change was copied from
 * another workspace. What is written once is read for ever.
 */
export type Change = Happening & { readonly origin?: Origin }

type Happening =
  | { readonly kind: 'run.started'; readonly run: string; readonly start: StoredRunStart }
  | { readonly kind: 'run.ended'; readonly run: string; readonly end: StoredRunEnd }
  | { readonly kind: 'run.pruned'; readonly run: string; readonly why: string }
  | { readonly kind: 'version.registered'; readonly version: number; readonly start: StoredVersionStart }
  | { readonly kind: 'version.tagged'; readonly model: string; readonly version: number; readonly tags: Tags }
  | VersionClaimed
  /** Every file of a version by reference was read, and had its digest. */
  | { readonly kind: 'version.hashed'; readonly model: string; readonly version: number; readonly digest: Digest }
  | VersionDeleted
  | VersionArchived
  | AliasMoved
  | DatasetRegistered
  | { readonly kind: 'dataset.tagged'; readonly name: string; readonly version: number; readonly tags: Tags }
  | EvidenceAdded
  | { readonly kind: 'event.raised'; readonly event: CloudEvent }
  | EventClaimed
  | { readonly kind: 'event.released'; readonly event: string; readonly target: string }
  | { readonly kind: 'event.received'; readonly event: string; readonly target: string; readonly reference?: string }
  | { readonly kind: 'endpoint.set'; readonly endpoint: Endpoint }
  | { readonly kind: 'deployment.recorded'; readonly deployment: Omit<Deployment, 'at' | 'by'> }
  | FilesCollected

/** Where a copied change happened first. The entry that holds the change says who copied it, and when. */
export interface Origin {
  /** The workspace, without credentials. */
  readonly workspace: string
  /** The place and the digest of its entry there; 0 for what another tool made, which has none. */
  readonly seq: number
  readonly digest: Digest
  /** What it is about: an entry is copied in parts, since one may select models. */
  readonly part: string
  readonly at: string
  readonly by: Actor
}

/** Where a service outside gives the numbers: who may ask it for one for these files of this run. */
export interface VersionClaimed {
  readonly kind: 'version.claimed'
  readonly model: string
  /** The run and the digest of the files. */
  readonly key: string
  /** The request that claims. */
  readonly claimant: string
  readonly expiresAt: string
}

export interface VersionDeleted {
  readonly kind: 'version.deleted'
  readonly model: string
  readonly version: number
  /** The newest version that is left; 0 when none is. */
  readonly latest: number
  readonly why: string
}

/** Archived, or taken back out of the archive. */
export interface VersionArchived {
  readonly kind: 'version.archived'
  readonly model: string
  readonly version: number
  readonly isArchived: boolean
  /** The newest version that is neither deleted nor archived; 0 when there is none. */
  readonly latest: number
  readonly why: string
}

/** Files that no entry before this one refers to are removed after it: who put some of them meanwhile sees it and looks again. */
export interface FilesCollected {
  readonly kind: 'files.collected'
  readonly files: number
  readonly bytes: number
}

export interface AliasMoved {
  readonly kind: 'alias.moved'
  readonly model: string
  readonly alias: string
  readonly from?: number
  readonly to?: number
  readonly why: string
  readonly isForced?: boolean
}

export interface DatasetRegistered extends Omit<StoredDataset, 'createdAt' | 'by'> {
  readonly kind: 'dataset.registered'
}

export interface EvidenceAdded {
  readonly kind: 'evidence.added'
  readonly id: Digest
  readonly evidence: EvidenceKind
  /** Under what it is found: what the statement is about, and then the data of its judgement. */
  readonly subjects: readonly Digest[]
  readonly verdict?: VerdictKind
  readonly judgement?: Judgement
  /** The place of the statement's bytes, where the driver needs one. */
  readonly in?: string
}

export interface EventClaimed {
  readonly kind: 'event.claimed'
  readonly event: string
  readonly target: string
  /** The request that claims. */
  readonly claimant: string
  readonly expiresAt: string
}

/** A change of one kind. */
export type ChangeOf<K extends Change['kind']> = Extract<Change, { readonly kind: K }>
