/**
 * Where each of many names is in its list. It takes eight to sixteen bytes a name beside the list, a third of what a `Map` takes.
 * Of a name that is there twice, the first place counts.
 */
export class Names {
  readonly texts: readonly string[]
  /** Places plus one by the hash of their names; 0 where there is none. A power of two, at most half full. */
  readonly #slots: Int32Array

  constructor(texts: readonly string[]) {
    this.texts = texts
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * texts.length + 2)))
    for (let place = 0; place < texts.length; place++) {
      const slot = this.#slotOf(texts[place] ?? '')
      if (this.#slots[slot] === 0) this.#slots[slot] = place + 1
    }
  }

  /** The place of a name, or -1. */
  placeOf(name: string): number {
    return (this.#slots[this.#slotOf(name)] ?? 0) - 1
  }

  /** The slot that has the name, or the empty one where it would be: they are looked through from its hash on. */
  #slotOf(name: string): number {
    const last = this.#slots.length - 1
    let slot = hashOf(name) & last
    for (;;) {
      const place = this.#slots[slot] ?? 0
      if (place === 0 || this.texts[place - 1] === name) return slot
      slot = (slot + 1) & last
    }
  }
}

/** Mixed with the constants of A. Appleby's MurmurHash3, so that names that count up are far apart. */
function hashOf(name: string): number {
  let hash = name.length
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x85ebca6b) ^ (hash >>> 13)
  hash = Math.imul(hash ^ (hash >>> 16), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}
