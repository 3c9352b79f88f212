import type { Effect, Entry, Fold, Placed, Token, View } from './ledger.ts'
import { applyAll, docsUnder, effectsByKey, State, withPrefix } from './state.ts'

/** Entries that are read at once when everything is folded anew. */
const atOnce = 32

/** What a view of a checkpoint and the entries after it stands on. */
export interface FoldedViewOptions<Change> {
  readonly tail: readonly Placed<Change>[]
  readonly token: Token
  readonly fold: Fold<Change>
  /** The document of the checkpoint under a key; undefined when the checkpoint cannot be used. */
  document(key: string): Promise<{ readonly doc: unknown } | undefined>
  /** The keys of the checkpoint that begin with a prefix; undefined when it cannot be used. */
  keys(prefix: string): Promise<readonly string[] | undefined>
  /** Reads an entry by its place. */
  entry(seq: number): Promise<Entry<Change>>
  /** Called when the checkpoint turned out to be unusable: everything is made from the entries then. */
  onUnusable(): void
}

/** A snapshot made of a checkpoint's documents, with the entries after it folded in for the keys that are asked for. */
export class FoldedView<Change> implements View<Change> {
  readonly token: Token
  readonly #options: FoldedViewOptions<Change>
  readonly #effects: ReadonlyMap<string, readonly Effect[]>
  #state: Promise<State<Change>> | undefined

  constructor(options: FoldedViewOptions<Change>) {
    this.token = options.token
    this.#options = options
    this.#effects = effectsByKey(
      options.tail.map(({ entry }) => entry),
      options.fold,
    )
  }

  /** The keys that entries after the checkpoint touched. */
  changedKeys(): Iterable<string> {
    return this.#effects.keys()
  }

  async doc(key: string): Promise<unknown> {
    const found = this.#state === undefined ? await this.#options.document(key) : undefined
    if (found !== undefined) return applyAll(found.doc, this.#effects.get(key) ?? [])
    return (await this.#folded()).docs.get(key)
  }

  async keys(prefix: string): Promise<readonly string[]> {
    const known = this.#state === undefined ? await this.#options.keys(prefix) : undefined
    if (known === undefined) return withPrefix((await this.#folded()).docs.keys(), prefix)
    const found = new Set(known)
    for (const key of this.#effects.keys()) {
      if (key.startsWith(prefix) && !found.has(key) && (await this.doc(key)) !== undefined) found.add(key)
    }
    return [...found].sort()
  }

  docs(prefix: string): Promise<ReadonlyMap<string, unknown>> {
    return docsUnder(this, prefix)
  }

  async entry(seq: number): Promise<Entry<Change>> {
    if (seq < 1 || seq > this.token.seq) throw new RangeError(`no entry ${seq} in a view at ${this.token.seq}`)
    const inTail = this.#options.tail.find(({ token }) => token.seq === seq)
    return inTail?.entry ?? (await this.#options.entry(seq))
  }

  /** Everything from the entries: the checkpoint cannot be used. */
  #folded(): Promise<State<Change>> {
    if (this.#state === undefined) {
      this.#options.onUnusable()
      this.#state = this.#refold()
    }
    return this.#state
  }

  async #refold(): Promise<State<Change>> {
    const state = new State(this.#options.fold)
    for (let from = 1; from <= this.token.seq; from += atOnce) {
      const seqs = Array.from({ length: Math.min(atOnce, this.token.seq - from + 1) }, (_, index) => from + index)
      for (const entry of await Promise.all(seqs.map((seq) => this.entry(seq)))) state.add(entry)
    }
    return state
  }
}
