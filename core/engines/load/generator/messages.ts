import type { HistogramData } from '../histogram.ts'
import type { GaveUp } from '../limits.ts'
import type { ResourceUse } from '../resources/resource.ts'
import type { LoadCounts, LoadProgress } from '../result.ts'

/** A window as the generator hands it over. */
export interface WindowData {
  readonly counts: LoadCounts
  readonly latency: HistogramData
  readonly service: HistogramData
  readonly resources?: ResourceUse
}

/** All that the generator knows at its end. */
export interface GeneratorEnd {
  readonly windows: readonly WindowData[]
  readonly lag: HistogramData
  readonly utilisation: number
  readonly mostInFlight: number
  readonly waited: number
  readonly gaveUp?: GaveUp
  readonly resources?: ResourceUse
  readonly resourcesLost?: string
}

/** What the generator's thread says to the one that started it. */
export type Message =
  | { readonly type: 'progress'; readonly progress: LoadProgress }
  | { readonly type: 'end'; readonly end: GeneratorEnd }
