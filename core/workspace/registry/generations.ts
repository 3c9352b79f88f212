/** Entries in which the first generation takes things in. */
const firstLength = 16_384

/** Each generation is this much longer than the one before, and has as many more documents. More would mean thinly filled ones. */
const growth = 2

/**
 * The generation in which an entry at a place puts what is new. Collections that grow for ever (runs, requests, …) are cut into
 * generations by place and, within one, into documents by hash: so a document holds what 64 entries brought however long the
 * ledger is, an append writes no more at 100,000 entries than at the first, and looking something up takes as many reads as there are
 * generations (4 at 245,760 entries).
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
 * The document of a generation for what has a digest (hexadecimal, of 8 digits or more). Two levels of folders of about the same
 * size, 16 in the first generation: git writes the folders of what changed anew.
 */
export function shardOf(hex: string, generation: number): string {
  const head = Number.parseInt(hex.slice(0, 8), 16)
  const upper = 4 + Math.floor(generation / 2)
  const lower = 4 + Math.ceil(generation / 2)
  return [part(head >>> (32 - upper), upper), part((head >>> (32 - upper - lower)) % 2 ** lower, lower)].join('/')
}

function part(value: number, bits: number): string {
  return value.toString(16).padStart(Math.ceil(bits / 4), '0')
}
