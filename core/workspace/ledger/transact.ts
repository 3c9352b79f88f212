import { setTimeout as sleep } from 'node:timers/promises'
import { ExternalError } from '../../errors/errors.ts'
import type { Actor } from '../../records/actor.ts'
import { createQueue } from '../queue.ts'
import { bytesOf, digestOf } from './entry.ts'
import type { Entry, Fold, Ledger, View } from './ledger.ts'
import { OverlayView } from './overlay.ts'

/** What a decision comes to: changes to append, or a result that is there already. */
export type Decision<Change, Result> = { readonly changes: readonly Change[] } | { readonly result: Result }

/** One transaction: `decide` is asked again on a newer view whenever somebody else came first. */
export interface Transaction<Change, Result> {
  /** Names who asks for what: the same for every repetition. */
  readonly request: string
  readonly decide: (view: View<Change>, at: string) => Promise<Decision<Change, Result>>
  /** The result, from the entry with this request and a view in which it is. */
  readonly result: (view: View<Change>, entry: Entry<Change>) => Promise<Result> | Result
}

/** A result, and whether it was there before. */
export interface Transacted<Result> {
  readonly result: Result
  readonly isRepeated: boolean
}

/** Runs transactions on a ledger. */
export type Transact<Change> = <Result>(transaction: Transaction<Change, Result>) => Promise<Transacted<Result>>

/** What transactions stand on. */
export interface TransactOptions<Change> {
  readonly ledger: Ledger<Change>
  readonly fold: Fold<Change>
  readonly by: Actor
  /** When it happened, where that is known better than by this machine's clock now. ISO 8601 in UTC. */
  readonly at?: string
  /** For how long a writer that comes second tries again. */
  readonly deadlineMs: number
  /** The place of the entry with this request, when there is one. */
  readonly find: (view: View<Change>, request: string) => Promise<number | undefined>
  /** Makes durable what the entry is about to refer to. It is appended on this very view, or not at all. */
  readonly prepare: (view: View<Change>) => Promise<void>
}

/**
 * Reads, decides, appends at the next place; who comes second reads on and decides again, until a deadline. Waits are
 * uniform and random, so that many writers do not meet again and again.
 *
 * @throws ExternalError TY0206 past the deadline.
 */
export function createTransact<Change>(options: TransactOptions<Change>): Transact<Change> {
  const queue = createQueue()
  return (transaction) => queue(() => attempts(options, transaction))
}

async function attempts<Change, Result>(
  options: TransactOptions<Change>,
  transaction: Transaction<Change, Result>,
): Promise<Transacted<Result>> {
  const { ledger, deadlineMs } = options
  const end = performance.now() + deadlineMs
  for (let attempt = 1; ; attempt++) {
    const done = await tryOnce(options, transaction)
    // An entry that is found after a try is that try's: its answer was lost.
    if (done !== undefined) {
      return { result: done.result, isRepeated: done.isRepeated && !(done.isOwn && attempt > 1) }
    }
    // Few writers need not wait long for each other; many must.
    const waitMs = Math.random() * ledger.longestWaitMs * Math.min(1, 2 ** (attempt - 3))
    if (performance.now() + waitMs > end) {
      const facts = { operation: 'append to the ledger', address: ledger.url, attempts: attempt }
      throw new ExternalError({ code: 'TY0206', facts })
    }
    await sleep(waitMs)
  }
}

type Tried<Result> = Transacted<Result> & { readonly isOwn: boolean }

/** Undefined when somebody else came first, or may have. */
async function tryOnce<Change, Result>(
  { ledger, fold, by, find, prepare, ...options }: TransactOptions<Change>,
  { request, decide, result }: Transaction<Change, Result>,
): Promise<Tried<Result> | undefined> {
  const view = await ledger.view()
  const own = await find(view, request)
  if (own !== undefined) return { result: await result(view, await view.entry(own)), isRepeated: true, isOwn: true }
  const at = options.at ?? new Date().toISOString()
  const decision = await decide(view, at)
  if ('result' in decision) return { result: decision.result, isRepeated: true, isOwn: false }
  await prepare(view)
  const { seq, digest: prev } = view.token
  const entry: Entry<Change> = { v: 1, seq: seq + 1, prev, request, at, by, changes: decision.changes }
  if ((await ledger.append(entry, view)) === 'lost') return undefined
  const token = { seq: entry.seq, digest: digestOf(bytesOf(entry)) }
  return {
    result: await result(new OverlayView(view, [{ token, entry }], fold), entry),
    isRepeated: false,
    isOwn: true,
  }
}
