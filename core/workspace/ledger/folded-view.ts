import type { Manifest } from './checkpoint.ts'
import type { Effect, Entry, Fold, Placed, Token, View } from './ledger.ts'
import { applyAll, effectsByKey, State, withPrefix } from './state.ts'

/** What a view of a checkpoint and the entries after it stands on. */
export interface FoldedViewOptions<Change> {
  readonly base: Manifest | undefined
  readonly tail: readonly Placed<Change>[]
  readonly token: Token
  readonly fold: Fold<Change>
  /** A document of the checkpoint; undefined when it cannot be used. */
  document(digest: Manifest['token']['digest']): Promise<{ readonly doc: unknown } | undefined>
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
    if (this.#state !== undefined) return (await this.#state).docs.get(key)
    const digest = this.#options.base?.keys.get(key)
    const found = digest === undefined ? { doc: undefined } : await this.#options.document(digest)
    if (found !== undefined) return applyAll(found.doc, this.#effects.get(key) ?? [])
    this.#options.onUnusable()
    this.#state = this.#refold()
    return (await this.#state).docs.get(key)
  }

  async docs(prefix: string): Promise<ReadonlyMap<string, unknown>> {
    const keys = [...(this.#options.base?.keys.keys() ?? []), ...this.#effects.keys()]
    const found = withPrefix(keys, prefix, (key) => this.doc(key))
    return new Map(await Promise.all(found.map(async ([key, doc]) => [key, await doc] as const)))
  }

  async entry(seq: number): Promise<Entry<Change>> {
    if (seq < 1 || seq > this.token.seq) throw new RangeError(`no entry ${seq} in a view at ${this.token.seq}`)
    const inTail = this.#options.tail.find(({ token }) => token.seq === seq)
    return inTail?.entry ?? (await this.#options.entry(seq))
  }

  async #refold(): Promise<State<Change>> {
    const state = new State(this.#options.fold)
    for (let seq = 1; seq <= this.token.seq; seq++) state.add(await this.entry(seq))
    return state
  }
}
