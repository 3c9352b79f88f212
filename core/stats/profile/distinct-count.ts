const indexBits = 12
const registerCount = 2 ** indexBits
/** Bits of a hash that are left to count zeros in. */
const rankBits = 53 - indexBits

/** The letter of rank 1; there are 52 letters and 42 ranks. */
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/**
 * How many distinct values were seen, in 4 kB whatever their number (HyperLogLog, Flajolet et al. 2007, with the estimator
 * of Ertl 2017, https://arxiv.org/abs/1702.01284, which has no bias at any size). The standard error is 1.6 %. Merging takes
 * the larger of each register: it is exact, and the order does not matter.
 */
export class DistinctCount {
  readonly #registers = new Uint8Array(registerCount)

  /** Counts a value by its hash, a whole number below 2^53. */
  add(hash: number): void {
    const low = hash >>> 0
    const high = Math.floor(hash / 2 ** 32)
    const index = low >>> (32 - indexBits)
    const rest = low & (2 ** (32 - indexBits) - 1)
    // The rank is the place of the first one among the bits that are left: 21 high ones, then 20 low ones.
    const rank = high > 0 ? Math.clz32(high) - 10 : rest > 0 ? Math.clz32(rest) + 10 : rankBits + 1
    if (rank > (this.#registers[index] ?? 0)) this.#registers[index] = rank
  }

  /** Takes in what another one saw. */
  merge(other: DistinctCount): void {
    for (const [index, rank] of other.#registers.entries())
      if (rank > (this.#registers[index] ?? 0)) this.#registers[index] = rank
  }

  /** The estimate, rounded. */
  estimate(): number {
    const counts = new Float64Array(rankBits + 2)
    for (const rank of this.#registers) counts[rank] = (counts[rank] ?? 0) + 1
    let sum = registerCount * tau(1 - (counts[rankBits + 1] ?? 0) / registerCount)
    for (let rank = rankBits; rank >= 1; rank--) sum = (sum + (counts[rank] ?? 0)) / 2
    sum += registerCount * sigma((counts[0] ?? 0) / registerCount)
    return Math.round(registerCount ** 2 / (2 * Math.LN2 * sum))
  }

  /** The registers as text: a letter for each rank, and the length of each run of registers that are still zero. */
  toText(): string {
    let text = ''
    let zeros = 0
    for (const rank of this.#registers) {
      if (rank === 0) {
        zeros += 1
        continue
      }
      text += `${zeros === 0 ? '' : zeros}${letters[rank - 1]}`
      zeros = 0
    }
    return text
  }

  /** Reads what `toText` wrote. @throws RangeError when it is something else. */
  static fromText(text: string): DistinctCount {
    const count = new DistinctCount()
    let index = 0
    for (const [part] of text.matchAll(/\d+|[^]/g)) {
      const rank = letters.indexOf(part) + 1
      if (/^\d/.test(part)) index += Number(part)
      else if (rank < 1 || rank > rankBits + 1) throw new RangeError(`not a register: ${part}`)
      else count.#registers[index++] = rank
      if (index > registerCount) throw new RangeError('more registers than there are')
    }
    return count
  }
}

function sigma(start: number): number {
  if (start === 1) return Number.POSITIVE_INFINITY
  let x = start
  let weight = 1
  let sum = x
  for (let before = -1; before !== sum; ) {
    x *= x
    before = sum
    sum += x * weight
    weight *= 2
  }
  return sum
}

function tau(start: number): number {
  if (start === 0 || start === 1) return 0
  let x = start
  let weight = 1
  let sum = 1 - x
  for (let before = -1; before !== sum; ) {
    x = Math.sqrt(x)
    before = sum
    weight /= 2
    sum -= (1 - x) ** 2 * weight
  }
  return sum / 3
}
