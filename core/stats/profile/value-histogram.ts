/** The bins of a histogram: how fine they are, and the edge next to zero of each with its count, in order. */
export interface ValueHistogramData {
  readonly bits: number
  readonly bins: readonly (readonly [edge: number, count: number])[]
}

/** A bin with its two limits, `from` below `to`; equal for a bin that holds one value. */
export interface ValueBin {
  readonly from: number
  readonly to: number
  readonly count: number
}

/** More bins than this are made coarser, as long as they may be. */
const mostBins = 1024
/** The bits of a double's mantissa: all of them say that a bin is one value. */
const exactBits = 52
/** Bins are at most 2^-6 of their values wide, so that the middle of one is within 0.8 % of every value in it. */
const fewestBits = 6

const view = new DataView(new ArrayBuffer(8))

/**
 * A histogram whose edges nobody has to choose and that merges exactly. A value belongs to the bin of its first bits, as a
 * double has them: fixed edges, 2^bits of them between each power of two and the next, on both sides of zero. It begins with
 * all 52 bits, an exact count of each value, and drops one bit after another while more than 1024 bins are in use, down to 6.
 *
 * The bits that are left, and every count, depend on the values alone: merging is commutative and associative to the last
 * count, and halves that are merged are the whole. Numbers far from zero with a small spread (years, times) stay fine, for
 * their first bits are equal; numbers of any other kind have logarithmic bins of at most 1.6 %.
 */
export class ValueHistogram {
  #bits = exactBits
  #counts = new Map<number, number>()

  /** Takes in a finite value, so many times. */
  add(value: number, times = 1): void {
    this.#count(edgeOf(value, this.#bits), times)
    if (this.#counts.size > mostBins) this.#coarsen()
  }

  /** Takes in what another one saw. */
  merge(other: ValueHistogram): void {
    if (other.#bits < this.#bits) this.#rebuild(other.#bits)
    for (const [edge, count] of other.#counts) this.#count(edgeOf(edge, this.#bits), count)
    if (this.#counts.size > mostBins) this.#coarsen()
  }

  /** Whether every bin is one value: then the bins are an exact count of each. */
  get isExact(): boolean {
    return this.#bits === exactBits
  }

  /** Bins that hold something, in order. */
  bins(): readonly ValueBin[] {
    return this.#sorted().map(([edge, count]) => ({ ...this.#limits(edge), count }))
  }

  /**
   * The smallest value that at least a share of all values does not exceed, as near as its bin tells: the middle of it, and
   * exactly the value while `isExact`. NaN where nothing was seen.
   */
  quantile(share: number): number {
    const sorted = this.#sorted()
    const total = sorted.reduce((sum, [, count]) => sum + count, 0)
    let seen = 0
    for (const [edge, count] of sorted) {
      seen += count
      if (seen < share * total) continue
      const { from, to } = this.#limits(edge)
      return from + (to - from) / 2
    }
    return sorted.at(-1)?.[0] ?? Number.NaN
  }

  toData(): ValueHistogramData {
    return { bits: this.#bits, bins: this.#sorted() }
  }

  /** @throws RangeError for bits that no histogram has. */
  static from({ bits, bins }: ValueHistogramData): ValueHistogram {
    if (!(bits >= fewestBits && bits <= exactBits)) throw new RangeError(`no histogram has ${bits} bits`)
    const histogram = new ValueHistogram()
    histogram.#bits = bits
    for (const [edge, count] of bins) histogram.#count(edgeOf(edge, bits), count)
    return histogram
  }

  #count(edge: number, times: number): void {
    this.#counts.set(edge, (this.#counts.get(edge) ?? 0) + times)
  }

  /** The finest bins of which there are not too many. */
  #coarsen(): void {
    while (this.#counts.size > mostBins && this.#bits > fewestBits) this.#rebuild(this.#bits - 1)
  }

  #rebuild(bits: number): void {
    const before = this.#counts
    this.#bits = bits
    this.#counts = new Map()
    for (const [edge, count] of before) this.#count(edgeOf(edge, bits), count)
  }

  #sorted(): (readonly [number, number])[] {
    return [...this.#counts].sort(([a], [b]) => a - b)
  }

  #limits(edge: number): { readonly from: number; readonly to: number } {
    if (this.isExact || edge === 0) return { from: edge, to: edge }
    const far = edge + Math.sign(edge) * 2 ** (exponentOf(edge) - this.#bits)
    return edge > 0 ? { from: edge, to: far } : { from: far, to: edge }
  }
}

/** The value with its mantissa cut to so many bits. */
function edgeOf(value: number, bits: number): number {
  if (bits === exactBits) return value === 0 ? 0 : value
  view.setFloat64(0, value)
  if (bits > 20) {
    view.setUint32(4, view.getUint32(4) & (-1 << (exactBits - bits)))
  } else {
    view.setUint32(0, view.getUint32(0) & (-1 << (20 - bits)))
    view.setUint32(4, 0)
  }
  const edge = view.getFloat64(0)
  return edge === 0 ? 0 : edge
}

function exponentOf(value: number): number {
  view.setFloat64(0, value)
  return Math.max(((view.getUint32(0) >>> 20) & 0x7ff) - 1023, -1022)
}
