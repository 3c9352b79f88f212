import type { Effect } from '../ledger/ledger.ts'
import { type Growing, type Key, own } from './documents.ts'
import { generationOf } from './generations.ts'
import { without } from './stored.ts'

/** Puts a thing into a growing collection, or on top of what this generation has of it. */
export function put<T>(key: Growing<T>, seq: number, apply: (before: T | undefined) => T): Effect {
  return on(key.shard(generationOf(seq)), (doc = {}) => ({ ...doc, [key.id]: apply(own(doc, key.id)) }))
}

/** Changes a thing of a growing collection, or removes it, in whichever generation it is; nothing where it is not. */
export function amend<T>(key: Growing<T>, seq: number, apply: (before: T) => T | undefined): readonly Effect[] {
  return Array.from({ length: generationOf(seq) + 1 }, (_, generation) => ({
    key: key.shard(generation).key,
    apply(held) {
      // The key's shard holds what the key's type says.
      const doc = held as Readonly<Record<string, T>> | undefined
      const before = own(doc, key.id)
      if (doc === undefined || before === undefined) return held
      const after = apply(before)
      return after === undefined ? without(doc, key.id) : { ...doc, [key.id]: after }
    },
  }))
}

/** An effect on a document of a known type. */
export function on<T>({ key }: Key<T>, apply: (doc: T | undefined) => T): Effect {
  return { key, apply: (doc) => apply(doc as T | undefined) }
}
