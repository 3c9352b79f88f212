/** A source of numbers, uniform on [0, 1); every call draws the next one. */
export type Random = () => number

/** The four 32-bit words of the generator's state, not all zero. */
export type RandomState = readonly [number, number, number, number]

const WORD = 2 ** 32
const MASK = 0xffff_ffff_ffff_ffffn

/**
 * A reproducible generator for simulations: xoshiro128** 1.1, seeded through SplitMix64 as its authors advise. Equal seeds
 * give equal sequences everywhere. Not for secrets.
 *
 * Source: D. Blackman, S. Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 47 (2021) 36.
 * @throws RangeError unless the seed is a whole number.
 */
export function seededRandom(seed: number): Random {
  const next = xoshiro128(stateOf(seed))
  // 53 bits from two draws, so that every double of that spacing can occur.
  return () => ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / 2 ** 53
}

/**
 * The state that a generator begins with, for one that runs elsewhere: the next number of `seededRandom` is made of two words of
 * `xoshiro128`, the upper 27 bits of the first and the upper 26 of the second.
 * @throws RangeError unless the seed is a whole number.
 */
export function stateOf(seed: number): RandomState {
  const [first, second] = splitMix64(BigInt(seed))
  return words(first, second)
}

/** A draw from the standard normal distribution (Box & Muller 1958), taking two numbers from `random`. */
export function normalDraw(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()))
  return radius * Math.cos(2 * Math.PI * random())
}

/** The bare xoshiro128** generator: each call gives the next 32-bit word as an unsigned integer. */
export function xoshiro128(state: RandomState): () => number {
  let [s0, s1, s2, s3] = state
  return () => {
    const word = Math.imul(rotate(Math.imul(s1, 5), 7), 9) >>> 0
    const shifted = s1 << 9
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= shifted
    s3 = rotate(s3, 11)
    return word
  }
}

/** The first two outputs of SplitMix64 (Steele, Lea, Flood 2014). */
export function splitMix64(seed: bigint): readonly [bigint, bigint] {
  return [mix(seed + 0x9e37_79b9_7f4a_7c15n), mix(seed + 2n * 0x9e37_79b9_7f4a_7c15n)]
}

function mix(value: bigint): bigint {
  let z = value & MASK
  z = ((z ^ (z >> 30n)) * 0xbf58_476d_1ce4_e5b9n) & MASK
  z = ((z ^ (z >> 27n)) * 0x94d0_49bb_1331_11ebn) & MASK
  return z ^ (z >> 31n)
}

function words(first: bigint, second: bigint): RandomState {
  const size = BigInt(WORD)
  return [Number(first % size), Number(first / size), Number(second % size), Number(second / size)]
}

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by))
}
