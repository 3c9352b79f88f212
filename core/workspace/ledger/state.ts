import type { Effect, Entry, Fold, View } from './ledger.ts'

/** Documents in memory, made from entries alone: what every derived state must equal. */
export class State<Change> {
  readonly docs = new Map<string, unknown>()
  readonly #fold: Fold<Change>

  constructor(fold: Fold<Change>) {
    this.#fold = fold
  }

  /** Folds the next entry in. */
  add(entry: Entry<Change>): void {
    for (const { key, apply } of this.#fold.effects(entry)) {
      const doc = apply(this.docs.get(key))
      if (doc !== undefined) this.docs.set(key, doc)
    }
  }
}

/** The effects of entries by the key that they touch, in order. */
export function effectsByKey<Change>(
  entries: Iterable<Entry<Change>>,
  fold: Fold<Change>,
): ReadonlyMap<string, readonly Effect[]> {
  const byKey = new Map<string, Effect[]>()
  for (const entry of entries) {
    for (const effect of fold.effects(entry)) {
      const known = byKey.get(effect.key)
      if (known === undefined) byKey.set(effect.key, [effect])
      else known.push(effect)
    }
  }
  return byKey
}

/** A document after effects. */
export function applyAll(doc: unknown, effects: readonly Effect[]): unknown {
  return effects.reduce((before, effect) => effect.apply(before), doc)
}

/** The keys that begin with a prefix, each once, sorted. */
export function withPrefix(keys: Iterable<string>, prefix: string): readonly string[] {
  return [...new Set(keys)].filter((key) => key.startsWith(prefix)).sort()
}

/** The documents of a view under its keys with a prefix. */
export async function docsUnder(view: View<never> | View, prefix: string): Promise<ReadonlyMap<string, unknown>> {
  const keys = await view.keys(prefix)
  return new Map(await Promise.all(keys.map(async (key) => [key, await view.doc(key)] as const)))
}
