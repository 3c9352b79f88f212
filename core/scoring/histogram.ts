/** The factor between two bounds, √2: a quantile read off the buckets is off by 20 % at most. */
const factor = Math.SQRT2
const smallest = 50e-6
const largest = 60

/** The upper bounds of the buckets in seconds, from 50 µs to a minute, each √2 times the one before, on four digits. */
export const bounds: readonly number[] = Array.from(
  { length: Math.ceil(Math.log(largest / smallest) / Math.log(factor)) + 1 },
  (_, at) => Number((smallest * factor ** at).toPrecision(4)),
)

/** Counts durations in log-spaced buckets, as Prometheus wants a histogram. */
export class Histogram {
  readonly #counts = new Float64Array(bounds.length + 1)
  #count = 0
  #sum = 0

  /** @param seconds not negative */
  observe(seconds: number): void {
    let low = 0
    let high = bounds.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (seconds <= (bounds[middle] ?? Number.POSITIVE_INFINITY)) high = middle
      else low = middle + 1
    }
    this.#counts[low] = (this.#counts[low] ?? 0) + 1
    this.#count += 1
    this.#sum += seconds
  }

  get count(): number {
    return this.#count
  }

  /** In seconds. */
  get sum(): number {
    return this.#sum
  }

  /** For each bound, how many durations were not longer: each bucket contains those before it. */
  cumulative(): readonly number[] {
    let sum = 0
    return bounds.map((_, at) => {
      sum += this.#counts[at] ?? 0
      return sum
    })
  }
}
