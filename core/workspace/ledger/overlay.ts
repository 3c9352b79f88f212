import type { Effect, Entry, Fold, Placed, Token, View } from './ledger.ts'
import { applyAll, docsUnder, effectsByKey } from './state.ts'

/** A view with entries on top that are not in it: just appended, or only rehearsed. */
export class OverlayView<Change> implements View<Change> {
  readonly token: Token
  readonly #base: View<Change>
  readonly #placed: readonly Placed<Change>[]
  readonly #effects: ReadonlyMap<string, readonly Effect[]>

  constructor(base: View<Change>, placed: readonly Placed<Change>[], fold: Fold<Change>) {
    this.#base = base
    this.#placed = placed
    this.token = placed.at(-1)?.token ?? base.token
    this.#effects = effectsByKey(
      placed.map(({ entry }) => entry),
      fold,
    )
  }

  async doc(key: string): Promise<unknown> {
    return applyAll(await this.#base.doc(key), this.#effects.get(key) ?? [])
  }

  async keys(prefix: string): Promise<readonly string[]> {
    const found = new Set(await this.#base.keys(prefix))
    for (const key of this.#effects.keys()) {
      if (key.startsWith(prefix) && !found.has(key) && (await this.doc(key)) !== undefined) found.add(key)
    }
    return [...found].sort()
  }

  docs(prefix: string): Promise<ReadonlyMap<string, unknown>> {
    return docsUnder(this, prefix)
  }

  async entry(seq: number): Promise<Entry<Change>> {
    const placed = this.#placed.find(({ token }) => token.seq === seq)
    return placed?.entry ?? (await this.#base.entry(seq))
  }
}
