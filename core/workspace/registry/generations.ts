/** Entries in which the first generation takes things in. */
const firstLength = 16_384

/** Each generation is this much longer than the one before, and has as many more documents. */
const growth = 4

/**
 * The generation in which an entry at a place puts what is new. Collections that grow for ever (runs, requests, …) are cut into
 * generations by place and, within one, into documents by hash: so a document holds what 64 entries brought however long the
 * ledger is, an append writes no more at 100,000 entries than at the first, and looking something up takes as many reads as there are
 * generations (3 at 344,064 entries).
 */
export function generationOf(seq: number): number {
  let generation = 0
  for (let length = firstLength, end = firstLength; seq > end; end += length) {
    length *= growth
    generation += 1
  }
  return generation
}

/**
 * The document of a generation for what has a digest (hexadecimal, of 8 digits or more). Two levels of folders of the same size,
 * 16 in the first generation and twice as many in the next: git writes the folders of what changed anew.
 */
export function shardOf(hex: string, generation: number): string {
  const bits = 4 + generation
  const head = Number.parseInt(hex.slice(0, 8), 16)
  return [head >>> (32 - bits), (head >>> (32 - 2 * bits)) % 2 ** bits]
    .map((part) => part.toString(16).padStart(Math.ceil(bits / 4), '0'))
    .join('/')
}
