import { bytesOf, digestOf } from './entry.ts'
import type { Entry, Fold, Ledger, Placed, Token, View } from './ledger.ts'
import { OverlayView } from './overlay.ts'

/** A ledger whose entries stay in memory, on top of what the real one held when it was first looked at. */
export class RehearsalLedger<Change> implements Ledger<Change> {
  readonly url: string
  readonly longestWaitMs = 0
  readonly #real: Ledger<Change>
  readonly #fold: Fold<Change>
  readonly #placed: Placed<Change>[] = []
  #base: Promise<View<Change>> | undefined

  constructor(real: Ledger<Change>, fold: Fold<Change>) {
    this.url = real.url
    this.#real = real
    this.#fold = fold
  }

  /** What would have been written, in order. */
  get placed(): readonly Placed<Change>[] {
    return this.#placed
  }

  async view(): Promise<View<Change>> {
    this.#base ??= this.#real.view()
    return new OverlayView(await this.#base, [...this.#placed], this.#fold)
  }

  async append(entry: Entry<Change>, on: View<Change>): Promise<'placed' | 'lost'> {
    const head = (await this.view()).token
    if (head.digest !== on.token.digest) return 'lost'
    this.#placed.push({ token: { seq: entry.seq, digest: digestOf(bytesOf(entry)) }, entry })
    return 'placed'
  }

  async *read(after: Token, until: View<Change>): AsyncIterable<Placed<Change>> {
    this.#base ??= this.#real.view()
    const base = await this.#base
    if (after.seq < base.token.seq) yield* this.#real.read(after, base)
    for (const placed of this.#placed) {
      if (placed.token.seq > after.seq && placed.token.seq <= until.token.seq) yield placed
    }
  }

  async close(): Promise<void> {
    await this.#real.close()
  }
}
