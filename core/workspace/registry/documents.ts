import { createHash } from 'node:crypto'
import type { Deployment, Endpoint } from '../../records/deployment.ts'
import { type Digest, hexOf } from '../../records/digest.ts'
import type { Claim, CloudEvent, Receipt } from '../../records/event.ts'
import type { EvidenceRecord } from '../../records/evidence.ts'
import type { AliasMove } from '../../records/model.ts'
import type { View } from '../ledger/ledger.ts'
import type { Change, Origin } from './changes.ts'
import { generationOf, shardOf } from './generations.ts'
import type { StoredDataset, StoredRun, StoredVersion } from './stored.ts'

/** A name with what is decided by looking at it alone. */
export interface ModelDoc {
  readonly name: string
  /** The highest number that was ever given. */
  readonly last: number
  /** The newest version that is left; 0 when none is. */
  readonly latest: number
  /** Archived versions, oldest first; left out where there are none. */
  readonly archived?: readonly number[]
  readonly aliases: Readonly<Record<string, number>>
  readonly history: readonly AliasMove[]
  /** Versions that live deployments serve, by `endpoint/deployment`. */
  readonly live: Readonly<Record<string, number>>
  /** Registrations that are on their way, by run and digest. */
  readonly claims?: Readonly<Record<string, { readonly claimant: string; readonly expiresAt: string }>>
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
/** The last time that files were removed. */
export interface CollectionsDoc {
  readonly seq: number
  readonly at: string
}
/** The key of a document and, in its type, what the document holds. */
export interface Key<T> {
  readonly key: string
  /** Never there: carries the type. */
  readonly holds?: T
}

/** Where a collection that grows for ever keeps one thing: one of these documents, by the generation in which it came. */
export interface Growing<T> {
  /** The name of the thing in its document. */
  readonly id: string
  shard(generation: number): Key<Readonly<Record<string, T>>>
  /** What the thing is when it stands in two generations. */
  merge(older: T, newer: T): T
}

/** Versions in one document. */
export const versionsPerPage = 100

/** Pages of versions in one folder. */
const pagesPerFolder = 64

/** Every document there is. Nothing that an ordinary change rewrites grows with the workspace. */
export const keys = {
  model: (name: string): Key<ModelDoc> => ({ key: `model/${bucket(name)}/${name}` }),
  versions: (name: string, version: number): Key<VersionsDoc> => ({ key: versionsKey(name, version) }),
  run: (id: string): Growing<StoredRun> => growing('runs', { id, hex: sha256(id) }, older),
  evidence: (subject: Digest): Growing<readonly StoredEvidence[]> =>
    growing('evidence', { id: hexOf(subject), hex: hexOf(subject) }, (before, after) => [...before, ...after]),
  event: (id: string): Growing<OutboxItem> => growing('outbox', { id, hex: sha256(id) }, older),
  endpoint: (name: string): Key<EndpointDoc> => ({ key: `endpoint/${name}` }),
  dataset: (name: string): Key<DatasetDoc> => ({ key: `dataset/${name}` }),
  collections: (): Key<CollectionsDoc> => ({ key: 'collections/last' }),
  request: (request: string): Growing<number> =>
    growing('requests', { id: requestName(request), hex: sha256(request) }, older),
} as const

function growing<T>(
  collection: string,
  { id, hex }: { readonly id: string; readonly hex: string },
  merge: Growing<T>['merge'],
): Growing<T> {
  return { id, merge, shard: (generation) => ({ key: `${collection}/${generation}/${shardOf(hex, generation)}` }) }
}

/** What was there first stays. */
function older<T>(before: T): T {
  return before
}

function versionsKey(name: string, version: number): string {
  const page = Math.floor((version - 1) / versionsPerPage)
  const folder = String(Math.floor(page / pagesPerFolder)).padStart(4, '0')
  return `versions/${bucket(name)}/${name}/${folder}/${String(page).padStart(6, '0')}`
}

/** Names lie in 16 folders, so that no folder of a thousand names is written anew for one. */
function bucket(name: string): string {
  return sha256(name).slice(0, 1)
}

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
export async function read<T>(view: View<Change>, key: Key<T>): Promise<T | undefined>
/** Reads the document of a growing collection that holds a thing, or would; with other things in it. */
export async function read<T>(view: View<Change>, key: Growing<T>): Promise<Readonly<Record<string, T>> | undefined>
export async function read(view: View<Change>, key: Key<unknown> | Growing<unknown>): Promise<unknown> {
  if ('key' in key) return view.doc(key.key)
  const generations = Array.from({ length: generationOf(view.token.seq) + 1 }, (_, at) => key.shard(at).key)
  const docs = await Promise.all(generations.map((shard) => view.doc(shard)))
  const there = docs.filter((doc): doc is Readonly<Record<string, unknown>> => doc !== undefined)
  if (there.length < 2) return there[0]
  const found = there.flatMap((doc) => (Object.hasOwn(doc, key.id) ? [doc[key.id]] : []))
  return found.length === 0 ? there.at(-1) : { [key.id]: found.reduce((before, after) => key.merge(before, after)) }
}

/** Finds a thing of a growing collection. */
export async function find<T>(view: View<Change>, key: Growing<T>): Promise<T | undefined> {
  return own(await read(view, key), key.id)
}

/** Reads every document of a collection; of a growing one, the oldest generation first. */
export async function readAll<T>(view: View<Change>, { key }: Key<T>): Promise<readonly T[]> {
  return [...(await view.docs(key)).values()] as T[]
}

/** What a record holds under a name that a user chose: `constructor` is a name like any other. */
export function own<T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined
}

/** How a request is remembered. */
function requestName(request: string): string {
  return sha256(request).slice(0, 24)
}

/** The request under which a part of another workspace's entry is remembered when it was copied. */
export function copyRequest({ digest, part }: Pick<Origin, 'digest' | 'part'>): string {
  return `copy/${digest}/${part}`
}

/** The place of the entry that a request made. */
export async function findRequest(view: View<Change>, request: string): Promise<number | undefined> {
  return find(view, keys.request(request))
}

/** The hexadecimal sha256 of a text. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
