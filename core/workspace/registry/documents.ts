import { createHash } from 'node:crypto'
import type { Deployment, Endpoint } from '../../records/deployment.ts'
import { type Digest, hexOf } from '../../records/digest.ts'
import type { Claim, CloudEvent, Receipt } from '../../records/event.ts'
import type { EvidenceRecord } from '../../records/evidence.ts'
import type { AliasMove } from '../../records/model.ts'
import type { View } from '../ledger/ledger.ts'
import type { Change, Origin } from './changes.ts'
import type { StoredDataset, StoredRun, StoredVersion } from './stored.ts'

/** A name with what is decided by looking at it alone. */
export interface ModelDoc {
  readonly name: string
  /** The highest number that was ever given. */
  readonly last: number
  /** The newest version that is left; 0 when none is. */
  readonly latest: number
  readonly aliases: Readonly<Record<string, number>>
  readonly history: readonly AliasMove[]
  /** Versions that live deployments serve, by `endpoint/deployment`. */
  readonly live: Readonly<Record<string, number>>
}
export type VersionsDoc = Readonly<Record<string, StoredVersion>>
export type RunsDoc = Readonly<Record<string, StoredRun>>
export type StoredEvidence = EvidenceRecord & { readonly in?: string }
export type EvidenceDoc = Readonly<Record<string, readonly StoredEvidence[]>>
/** An event and what became of it at each target; `seq` and `index` are its place in the ledger and in its entry. */
export interface OutboxItem {
  readonly event: CloudEvent
  readonly order: number
  readonly claims: Readonly<Record<string, Claim>>
  readonly receipts: Readonly<Record<string, Receipt>>
  /** It was raised in another workspace, whose business its deliveries are. */
  readonly isCopied?: boolean
}
export type OutboxDoc = Readonly<Record<string, OutboxItem>>
export interface EndpointDoc {
  readonly endpoint?: Endpoint
  readonly deployments: Readonly<Record<string, Deployment>>
}
export interface DatasetDoc {
  readonly versions: readonly StoredDataset[]
}
/** The places of requests, by the head of their sha256. */
export type RequestsDoc = Readonly<Record<string, number>>

/** The key of a document and, in its type, what the document holds. */
export interface Key<T> {
  readonly key: string
  /** Never there: carries the type. */
  readonly holds?: T
}

/** Versions in one document. */
export const versionsPerPage = 100

/** Every document there is. Collections are sharded by hash, so that a change rewrites a small part of them. */
export const keys = {
  model: (name: string): Key<ModelDoc> => ({ key: `model/${name}` }),
  versions: (name: string, version: number): Key<VersionsDoc> => ({
    key: `versions/${name}/${String(Math.floor((version - 1) / versionsPerPage)).padStart(6, '0')}`,
  }),
  run: (id: string): Key<RunsDoc> => ({ key: `runs/${shard(id)}` }),
  evidence: (subject: Digest): Key<EvidenceDoc> => ({ key: `evidence/${hexOf(subject).slice(0, 2)}` }),
  event: (id: string): Key<OutboxDoc> => ({ key: `outbox/${shard(id)}` }),
  endpoint: (name: string): Key<EndpointDoc> => ({ key: `endpoint/${name}` }),
  dataset: (name: string): Key<DatasetDoc> => ({ key: `dataset/${name}` }),
  request: (request: string): Key<RequestsDoc> => ({ key: `requests/${shard(request)}` }),
} as const

/** The prefixes of collections, for reading all of one. */
export const prefixes: {
  readonly models: Key<ModelDoc>
  readonly runs: Key<RunsDoc>
  readonly outbox: Key<OutboxDoc>
  readonly endpoints: Key<EndpointDoc>
  readonly datasets: Key<DatasetDoc>
} = {
  models: { key: 'model/' },
  runs: { key: 'runs/' },
  outbox: { key: 'outbox/' },
  endpoints: { key: 'endpoint/' },
  datasets: { key: 'dataset/' },
}

/** Reads a document with its type: the keys above are the one place that says what is under them. */
export async function read<T>(view: View<Change>, { key }: Key<T>): Promise<T | undefined> {
  return (await view.doc(key)) as T | undefined
}

/** Reads every document of a collection. */
export async function readAll<T>(view: View<Change>, { key }: Key<T>): Promise<readonly T[]> {
  return [...(await view.docs(key)).values()] as T[]
}

/** What a record holds under a name that a user chose: `constructor` is a name like any other. */
export function own<T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined
}

/** How a request is remembered. */
export function requestName(request: string): string {
  return sha256(request).slice(0, 24)
}

/** The request under which a part of another workspace's entry is remembered when it was copied. */
export function copyRequest({ digest, part }: Pick<Origin, 'digest' | 'part'>): string {
  return `copy/${digest}/${part}`
}

/** The place of the entry that a request made. */
export async function findRequest(view: View<Change>, request: string): Promise<number | undefined> {
  return own(await read(view, keys.request(request)), requestName(request))
}

function shard(text: string): string {
  return sha256(text).slice(0, 2)
}

/** The hexadecimal sha256 of a text. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
