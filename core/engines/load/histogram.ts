/** Values below this many microseconds have a bucket each; above it, every doubling has half as many buckets. */
const linear = 256
const perOctave = linear / 2
const largest = 2 ** 32 - 1

/** A histogram as it travels between threads and into files: the counts of the buckets that are not empty, by their place. */
export interface HistogramData {
  readonly counts: readonly (readonly [bucket: number, count: number])[]
  readonly sumMs: number
  readonly minMs: number
  readonly maxMs: number
}

/** One bucket that is not empty: its upper edge in milliseconds, and how many values lie in it. */
export interface Bucket {
  readonly upToMs: number
  readonly count: number
}

/**
 * Counts of durations in log-linear buckets from 1 µs to 71 minutes, exactly mergeable (after G. Tene's HdrHistogram). A
 * quantile lies within 0.4 % or 1 µs of the value of that rank; minimum, maximum and mean are exact.
 */
export class Histogram {
  readonly #counts: number[] = []
  #count = 0
  #sumMs = 0
  #minMs = Infinity
  #maxMs = 0

  /** A histogram from its data. */
  static from(data: HistogramData): Histogram {
    const histogram = new Histogram()
    for (const [bucket, count] of data.counts) {
      histogram.#counts[bucket] = count
      histogram.#count += count
    }
    if (histogram.#count > 0) {
      histogram.#sumMs = data.sumMs
      histogram.#minMs = data.minMs
      histogram.#maxMs = data.maxMs
    }
    return histogram
  }

  get count(): number {
    return this.#count
  }

  /** NaN without values. */
  get meanMs(): number {
    return this.#count === 0 ? Number.NaN : this.#sumMs / this.#count
  }

  /** @throws RangeError for a duration that is negative or not a number: a clock that runs backwards is no measurement. */
  add(durationMs: number): void {
    if (!(durationMs >= 0)) throw new RangeError(`a duration is 0 or more, got ${durationMs}`)
    const bucket = bucketOf(durationMs)
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1
    this.#count++
    this.#sumMs += durationMs
    this.#minMs = Math.min(this.#minMs, durationMs)
    this.#maxMs = Math.max(this.#maxMs, durationMs)
  }

  /** Adds all values of another histogram, as though they had been added one by one. */
  merge(other: Histogram): void {
    other.#counts.forEach((count, bucket) => {
      this.#counts[bucket] = (this.#counts[bucket] ?? 0) + count
    })
    this.#count += other.#count
    this.#sumMs += other.#sumMs
    this.#minMs = Math.min(this.#minMs, other.#minMs)
    this.#maxMs = Math.max(this.#maxMs, other.#maxMs)
  }

  /** The value below or at which the share `p` of all values lies (the nearest rank); NaN without values. */
  quantile(p: number): number {
    if (!(p >= 0 && p <= 1)) throw new RangeError(`a share lies between 0 and 1, got ${p}`)
    if (this.#count === 0) return Number.NaN
    if (p === 1) return this.#maxMs
    const rank = Math.max(1, Math.ceil(p * this.#count))
    let below = 0
    const bucket = this.#counts.findIndex((count) => (below += count ?? 0) >= rank)
    const { from, width } = edges(bucket)
    return Math.min(this.#maxMs, Math.max(this.#minMs, (from + width / 2) / 1000))
  }

  /** The buckets that are not empty, from small to large. */
  buckets(): readonly Bucket[] {
    return this.data().counts.map(([bucket, count]) => {
      const { from, width } = edges(bucket)
      return { upToMs: (from + width) / 1000, count }
    })
  }

  data(): HistogramData {
    const counts: [number, number][] = []
    this.#counts.forEach((count, bucket) => counts.push([bucket, count]))
    return {
      counts,
      sumMs: this.#sumMs,
      minMs: this.#count === 0 ? 0 : this.#minMs,
      maxMs: this.#maxMs,
    }
  }
}

function bucketOf(durationMs: number): number {
  const us = Math.min(largest, Math.floor(durationMs * 1000))
  if (us < linear) return us
  const shift = 24 - Math.clz32(us)
  return linear + (shift - 1) * perOctave + (us >>> shift) - perOctave
}

/** In microseconds. */
function edges(bucket: number): { readonly from: number; readonly width: number } {
  if (bucket < linear) return { from: bucket, width: 1 }
  const shift = Math.floor((bucket - linear) / perOctave) + 1
  const width = 2 ** shift
  return { from: (perOctave + ((bucket - linear) % perOctave)) * width, width }
}
