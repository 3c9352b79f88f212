import type { Direction, Range } from '../interval.ts'
import type { Evaluated, MetricSettings } from '../row-values.ts'
import type { RowInfluence } from './row-influence.ts'

/** What every metric says of itself. */
export interface MetricFacts {
  /** As people write it. */
  readonly title: string
  readonly direction: Direction
  /** What `Evaluated.predictions` must hold. */
  readonly predicts: 'class' | 'probability' | 'score' | 'value' | 'custom'
  readonly range: Range
  /** The setting that it cannot do without. */
  readonly needs?: 'k' | 'quantile' | 'cost'
  /** A setting that it looks at where it is given. */
  readonly takes?: 'k' | 'class'
  /** What it has one value of, and what must therefore be independent: the row where nothing is said. */
  readonly unit?: 'query'
  /** True for a metric that proves nothing, because no interval of it is known to hold. */
  readonly isOnlyShown?: boolean
  /** True for a metric of the positive one of two classes, or of one that is named where it takes a class. */
  readonly isBinary?: boolean
  /** True for one number of all rows: its values are of parts of the rows, and weights have gone into them. */
  readonly isOfParts?: boolean
  /** True where it was computed on resampled rows too, for its interval. */
  readonly isResampled?: boolean
}

/**
 * A metric that is a mean of one value per row, or the root of one (`root-mean-loss`; the rows are then the squares). The
 * family tells the method:
 *
 * - proportion: rows of 0 and 1; `wilsonInterval` alone, `pairedCounts` and `tangoInterval` for two models;
 * - mean-loss: `meanInterval` and `pairedTInterval`;
 * - root-mean-loss: `rootMeanInterval` and `pairedRootMeanInterval`.
 */
export interface RowFamily extends MetricFacts {
  readonly family: 'proportion' | 'mean-loss' | 'root-mean-loss'
  /** Of the rows that count, which are the same for all models: fewer than all for recall. One per query where that is the unit. */
  readonly rows: (evaluated: Evaluated) => Float64Array
  /** Where not all rows count: which labels do, and the influence values over all rows. */
  readonly counted?: {
    readonly has: (label: number, settings?: MetricSettings) => boolean
    readonly influence: (evaluated: Evaluated) => RowInfluence
  }
}

/** A smooth function of means, by its influence values: `rowInfluenceInterval` and `pairedRowInfluenceInterval`. */
export interface InfluenceFamily extends MetricFacts {
  readonly family: 'influence'
  readonly influence: (evaluated: Evaluated) => RowInfluence
}

/** The AUC compares rows of one class with rows of the other: `aucInterval` and `pairedAucInterval`. */
export interface AucFamily extends MetricFacts {
  readonly family: 'auc'
}
