import type { Actor } from '../../records/actor.ts'
import type { Digest } from '../../records/digest.ts'

/** A place in a ledger and the digest of the entry there. `seq` counts from 1; the empty ledger is at `start`. */
export interface Token {
  readonly seq: number
  readonly digest: Digest
}

/** Where every ledger begins: the predecessor that the first entry names. */
export const start: Token = { seq: 0, digest: `sha256:${'0'.repeat(64)}` }

/**
 * One transaction. Its digest is the sha256 of `bytesOf(entry)`; `prev` is the digest of the entry before it. `request`
 * names who asked for what, so that a writer that lost the answer finds its own entry instead of writing it twice.
 */
export interface Entry<Change = unknown> {
  readonly v: 1
  readonly seq: number
  readonly prev: Digest
  readonly request: string
  /** ISO 8601 in UTC, by the writer's clock. */
  readonly at: string
  readonly by: Actor
  readonly changes: readonly Change[]
}

/** An entry and where it stands. */
export interface Placed<Change = unknown> {
  readonly token: Token
  readonly entry: Entry<Change>
}

/** A place of a ledger whose entry is gone or cannot be read. `problem` is a clause: "is missing". */
export interface Broken {
  readonly seq: number
  readonly problem: string
}

/** What stands at a place. */
export type Inspected<Change = unknown> = Placed<Change> | Broken

/** One consistent snapshot of a ledger. Documents are plain data: what JSON can hold. */
export interface View<Change = unknown> {
  readonly token: Token
  /** The document under a key, with every entry up to the token folded in; undefined when no entry touched it. */
  doc(key: string): Promise<unknown>
  /** The keys of the documents that there are and that begin with a prefix, sorted. */
  keys(prefix: string): Promise<readonly string[]>
  /** Every document whose key begins with a prefix, sorted by key. */
  docs(prefix: string): Promise<ReadonlyMap<string, unknown>>
  /** An entry by its place, 1 to `token.seq`. */
  entry(seq: number): Promise<Entry<Change>>
}

/**
 * An ordered list of entries, each created only if its place is still empty. Everything that the workspace promises
 * follows from `append`; a driver is this and nothing more.
 */
export interface Ledger<Change = unknown> {
  /** Where it is, without credentials. */
  readonly url: string
  /** The longest wait before a writer that came second tries again; the wait is uniform from 0. Milliseconds. */
  readonly longestWaitMs: number
  /** The newest state that can be seen now. */
  view(): Promise<View<Change>>
  /**
   * Places an entry directly after the view's token. `lost` when somebody else's entry is there, or may be, and also when
   * the answer was lost: the caller looks again, for its own request first.
   *
   * @throws ConfigError TY0203 without the right to write, TY0209 in a newer workspace; ExternalError when the place
   *   fails for another reason.
   */
  append(entry: Entry<Change>, on: View<Change>): Promise<'placed' | 'lost'>
  /** Entries after a token and up to a view's, in order. @throws ExternalError TY0207 where the chain breaks. */
  read(after: Token, until: View<Change>): AsyncIterable<Placed<Change>>
  /**
   * What stands at each place, in order, up to the last one that is taken: for those who look for damage, so nothing of it
   * ends the list. Links are not checked. Without it, places are looked at one by one through a view.
   */
  inspect?(): AsyncIterable<Inspected<Change>>
  close(): Promise<void>
}

/** What one change does to one document. */
export interface Effect {
  readonly key: string
  /** The document afterwards; the very one before where nothing changes. Pure: it makes a new one. */
  readonly apply: (doc: unknown) => unknown
}

/** How entries become documents: pure, and the same for every driver. */
export interface Fold<Change = unknown> {
  /** Raised whenever the documents' meaning changes; a client with an older one reads by folding alone, and never writes. */
  readonly version: number
  /** What an entry does, in order. @throws ConfigError TY0209 for a change that only a newer Trainyard knows. */
  effects(entry: Entry<Change>): readonly Effect[]
}
