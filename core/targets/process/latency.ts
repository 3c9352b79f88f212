const perDecade = 10
const smallestExponent = -6
const largest = 60

/**
 * The upper bounds of the latency buckets in seconds, from 1 µs to a minute, ten a decade, on three digits; what is slower is in
 * one more bucket. They never change, so that two looks can be subtracted.
 */
export const latencyBounds: readonly number[] = [
  ...Array.from({ length: Math.floor((Math.log10(largest) - smallestExponent) * perDecade) + 1 }, (_, at) =>
    Number((10 ** (smallestExponent + at / perDecade)).toPrecision(3)),
  ),
  largest,
]

/** The place of the bucket that holds a duration in seconds. */
export function bucketOf(seconds: number): number {
  let low = 0
  let high = latencyBounds.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (seconds <= (latencyBounds[middle] ?? Number.POSITIVE_INFINITY)) high = middle
    else low = middle + 1
  }
  return low
}

/** Counts by bucket, as the port gives them. */
export function asLatency(counts: readonly number[]): readonly { readonly upTo: number; readonly count: number }[] {
  return [...latencyBounds, Number.POSITIVE_INFINITY].map((upTo, at) => ({ upTo, count: counts[at] ?? 0 }))
}
