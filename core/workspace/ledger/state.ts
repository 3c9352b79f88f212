import type { Effect, Entry, Fold } from './ledger.ts'

/** Documents in memory, made from entries alone: what every derived state must equal. */
export class State<Change> {
  readonly docs = new Map<string, unknown>()
  readonly #fold: Fold<Change>

  constructor(fold: Fold<Change>) {
    this.#fold = fold
  }

  /** Folds the next entry in. */
  add(entry: Entry<Change>): void {
    for (const { key, apply } of this.#fold.effects(entry)) this.docs.set(key, apply(this.docs.get(key)))
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

/** A map's entries whose keys begin with a prefix, sorted by key. */
export function withPrefix<T>(keys: Iterable<string>, prefix: string, value: (key: string) => T): [string, T][] {
  return [...new Set(keys)]
    .filter((key) => key.startsWith(prefix))
    .sort()
    .map((key) => [key, value(key)])
}
