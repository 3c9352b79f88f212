/**
 * Hashes of 53 bits: as keys of what must not be kept in words, and as the random numbers that a count of distinct values
 * needs. They are the same on every machine and in every release, since sketches that hold them are merged years later. Not
 * for security.
 */

const view = new DataView(new ArrayBuffer(8))

/** The hash of a text, a whole number below 2^53. */
export function hashText(text: string): number {
  let high = 0x9e3779b9 ^ text.length
  let low = 0x85ebca6b ^ text.length
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    high = Math.imul(high ^ unit, 0x9e3779b1)
    low = Math.imul(low ^ unit, 0x5f356495)
    high ^= high >>> 15
    low ^= low >>> 13
  }
  return joined(high, low)
}

/** The hash of a number, a whole number below 2^53; 0 and -0 have the same. */
export function hashNumber(value: number): number {
  view.setFloat64(0, value === 0 ? 0 : value)
  const high = view.getUint32(0)
  const low = view.getUint32(4)
  return joined(Math.imul(high ^ 0x7f4a7c15, 0x9e3779b1) ^ low, Math.imul(low ^ 0x2545f491, 0x5f356495) ^ high)
}

function joined(high: number, low: number): number {
  const first = mixed(high ^ Math.imul(low, 0x27d4eb2f))
  const second = mixed(low ^ Math.imul(first, 0x165667b1))
  return (first & 0x1fffff) * 2 ** 32 + (second >>> 0)
}

/** The last stage of MurmurHash3 (Appleby 2011): every bit of the input changes about half of the bits. */
function mixed(word: number): number {
  let bits = word
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return bits ^ (bits >>> 16)
}
