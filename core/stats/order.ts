import { remembered } from './remembered.ts'

/** Bits of one digit: a table of this many counters fits the fastest cache. */
const BITS = 11
const DIGITS = 2 ** BITS
/** Below this a comparison sort is faster than its passes over all counters. */
const FEW = 400

/**
 * The places of finite values from the lowest to the highest, equal ones in their order; 0 and -0 are equal. O(n), by a radix
 * sort of their bits.
 */
export function ascendingOrder(values: ArrayLike<number>): Uint32Array {
  const order = new Uint32Array(values.length)
  for (let place = 0; place < order.length; place++) order[place] = place
  if (order.length >= FEW) return byRadix(values, order)
  return order.sort((one, other) => (values[one] ?? 0) - (values[other] ?? 0) || one - other)
}

/** Where each run of equal values ends in such an order. */
export function endsOfTies(order: Uint32Array, values: ArrayLike<number>): Uint32Array {
  const ends = new Uint32Array(order.length)
  let count = 0
  for (let at = 1; at <= order.length; at++) {
    if (at === order.length || values[order[at] ?? 0] !== values[order[at - 1] ?? 0]) ends[count++] = at
  }
  return ends.subarray(0, count)
}

/** Such an order with the ends of its runs, computed once for values that stand in an array which nobody changes. */
export const ranking = remembered((values: ArrayLike<number>) => {
  const order = ascendingOrder(values)
  return { order, ends: endsOfTies(order, values) }
})

function byRadix(values: ArrayLike<number>, places: Uint32Array): Uint32Array {
  const words = sortableWords(values)
  let [order, next]: [Uint32Array, Uint32Array] = [places, new Uint32Array(places.length)]
  const counts = new Uint32Array(DIGITS)
  for (const word of [lowWord, 1 - lowWord]) {
    for (let shift = 0; shift < 32; shift += BITS) {
      counts.fill(0)
      for (let at = word; at < words.length; at += 2) {
        const digit = ((words[at] ?? 0) >>> shift) & (DIGITS - 1)
        counts[digit] = (counts[digit] ?? 0) + 1
      }
      if (counts.includes(order.length)) continue
      startsOf(counts)
      for (let at = 0; at < order.length; at++) {
        const place = order[at] ?? 0
        const digit = ((words[2 * place + word] ?? 0) >>> shift) & (DIGITS - 1)
        const to = counts[digit] ?? 0
        next[to] = place
        counts[digit] = to + 1
      }
      ;[order, next] = [next, order]
    }
  }
  return order
}

/** Where the lower half of a double's bits stands among its two words on this machine. */
const lowWord = new Uint32Array(Float64Array.of(1).buffer)[0] === 0 ? 0 : 1

/** Bits that ascend as unsigned numbers where the values do: the sign turned over, and all others where it is set. */
function sortableWords(values: ArrayLike<number>): Uint32Array {
  // Adding 0 makes 0 of -0.
  const sortable = new Float64Array(values.length)
  for (let place = 0; place < sortable.length; place++) sortable[place] = (values[place] ?? 0) + 0
  const words = new Uint32Array(sortable.buffer)
  for (let low = lowWord, high = 1 - lowWord; low < words.length; low += 2, high += 2) {
    const sign = (words[high] ?? 0) >>> 31
    words[high] = (words[high] ?? 0) ^ (sign === 1 ? 0xffffffff : 0x80000000)
    if (sign === 1) words[low] = ~(words[low] ?? 0)
  }
  return words
}

/** Counts become the places where each digit's values begin. */
function startsOf(counts: Uint32Array): void {
  let total = 0
  for (let digit = 0; digit < counts.length; digit++) {
    const count = counts[digit] ?? 0
    counts[digit] = total
    total += count
  }
}
