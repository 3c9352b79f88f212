import type { Histogram } from './histogram.ts'

/** What is told of a distribution of durations, in milliseconds. */
export interface Percentiles {
  readonly count: number
  readonly mean: number
  readonly p50: number
  readonly p90: number
  readonly p95: number
  readonly p99: number
  readonly p999: number
  readonly max: number
}

/** The percentiles of a histogram; undefined where it is empty, so that nothing can be read as 0 ms. */
export function percentilesOf(histogram: Histogram): Percentiles | undefined {
  if (histogram.count === 0) return undefined
  return {
    count: histogram.count,
    mean: histogram.meanMs,
    p50: histogram.quantile(0.5),
    p90: histogram.quantile(0.9),
    p95: histogram.quantile(0.95),
    p99: histogram.quantile(0.99),
    p999: histogram.quantile(0.999),
    max: histogram.quantile(1),
  }
}
