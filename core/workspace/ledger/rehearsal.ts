import { bytesOf, digestOf } from './entry.ts'
import type { Entry, Fold, Ledger, Placed, Token, View } from './ledger.ts'
import { OverlayView } from './overlay.ts'

/** Where the entries of a rehearsal are kept for the later steps of the same job. */
export interface Rehearsals<Change> {
  /** Those of earlier steps, in order. */
  read(): Promise<readonly Entry<Change>[]>
  add(entry: Entry<Change>): Promise<void>
}

/** How a rehearsal is made. */
export interface RehearsalOptions<Change> {
  readonly real: Ledger<Change>
  readonly fold: Fold<Change>
  /** Undefined: nobody rehearsed before, and nobody will look. */
  readonly kept: Rehearsals<Change> | undefined
}

/** What a rehearsal stands on: the real ledger when it was first looked at, and what earlier steps rehearsed. */
interface Base<Change> {
  readonly view: View<Change>
  readonly before: readonly Placed<Change>[]
}

/** A ledger whose entries are never written, on top of what the real one held when it was first looked at. */
export class RehearsalLedger<Change> implements Ledger<Change> {
  readonly url: string
  readonly longestWaitMs = 0
  readonly #options: RehearsalOptions<Change>
  readonly #placed: Placed<Change>[] = []
  #base: Promise<Base<Change>> | undefined

  constructor(options: RehearsalOptions<Change>) {
    this.url = options.real.url
    this.#options = options
  }

  /** What this step would have written, in order. */
  get placed(): readonly Placed<Change>[] {
    return this.#placed
  }

  async view(): Promise<View<Change>> {
    const { view, before } = await this.#stand()
    return new OverlayView(view, [...before, ...this.#placed], this.#options.fold)
  }

  async append(entry: Entry<Change>, on: View<Change>): Promise<'placed' | 'lost'> {
    const head = (await this.view()).token
    if (head.digest !== on.token.digest) return 'lost'
    await this.#options.kept?.add(entry)
    this.#placed.push(placedAfter(head, entry))
    return 'placed'
  }

  async *read(after: Token, until: View<Change>): AsyncIterable<Placed<Change>> {
    const { view, before } = await this.#stand()
    if (after.seq < view.token.seq) yield* this.#options.real.read(after, view)
    for (const placed of [...before, ...this.#placed]) {
      if (placed.token.seq > after.seq && placed.token.seq <= until.token.seq) yield placed
    }
  }

  async close(): Promise<void> {
    await this.#options.real.close()
  }

  #stand(): Promise<Base<Change>> {
    this.#base ??= this.#build()
    return this.#base
  }

  async #build(): Promise<Base<Change>> {
    const view = await this.#options.real.view()
    const before: Placed<Change>[] = []
    for (const entry of (await this.#options.kept?.read()) ?? [])
      before.push(placedAfter(before.at(-1)?.token ?? view.token, entry))
    return { view, before }
  }
}

/** An entry in the next place, whatever place it had when it was rehearsed: others may have written since. */
function placedAfter<Change>({ seq, digest }: Token, entry: Entry<Change>): Placed<Change> {
  const next = { ...entry, seq: seq + 1, prev: digest }
  return { token: { seq: next.seq, digest: digestOf(bytesOf(next)) }, entry: next }
}
