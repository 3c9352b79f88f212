import type { Bucket } from '../engines/load/histogram.ts'

/** Bins for every doubling: a bound read from them is off by 4 % at most, and they are few enough for evidence that is kept for ever. */
const perDoubling = 16

/** The buckets of a histogram joined into bins that are all as wide on an axis of ratios, empty ones left out. No value is lost. */
export function coarse(buckets: readonly Bucket[]): readonly Bucket[] {
  const counts = new Map<number, number>()
  for (const { upToMs, count } of buckets) {
    // Edges are powers, which are hardly ever exact.
    const at = Math.ceil(Math.log2(upToMs) * perDoubling - 1e-9)
    counts.set(at, (counts.get(at) ?? 0) + count)
  }
  return [...counts]
    .toSorted(([a], [b]) => a - b)
    .map(([at, count]) => ({ upToMs: Number((2 ** (at / perDoubling)).toPrecision(12)), count }))
}
