/**
 * How both models behave on the rows, as aggregates for people to look at: nothing here decides. Counts under ten rows are left
 * out, and so are those by which one could be had by adding and subtracting the others.
 */
export interface GateShape {
  readonly confusion?: Confusion
  /** For more classes than fit a matrix: what is taken for what most often. */
  readonly confused?: readonly ConfusedPair[]
  readonly roc?: Sides<RocCurve>
  readonly calibration?: Sides<readonly CalibrationBin[]>
  /** For more than two classes: the curves of a few of them. */
  readonly oneVsRest?: OneVsRest
  /** For metrics about numbers. */
  readonly residuals?: Sides<Residuals>
  /** Left out without a champion, and for numbers. */
  readonly flips?: FlipShape
}

/** The same of the candidate and, where there is one, of the champion. */
export interface Sides<T> {
  readonly candidate: T
  readonly champion?: T
}

/** A number of rows; null where it is withheld. */
export type Count = number | null

/** Rows by their true class (rows of the matrix) and predicted class (columns), both in the order of `classes`. */
export interface Confusion extends Sides<readonly (readonly Count[])[]> {
  readonly classes: readonly string[]
  /** Where rows have weights: the share of each true class's weight that is taken for each class. */
  readonly weighted?: Sides<readonly (readonly (number | null)[])[]>
}

/** Curves of one class against all others, for six classes at most: the most frequent ones, and those with most rows that flipped. */
export interface OneVsRest {
  /** Those with most rows first. */
  readonly classes: readonly ClassCurves[]
  /** How many more classes there are. */
  readonly others: number
}

/** How well one class is told from all others by its own probability. */
export interface ClassCurves {
  readonly name: string
  /** How many rows are of this class. */
  readonly n: number
  readonly roc: Sides<RocCurve>
  readonly calibration?: Sides<readonly CalibrationBin[]>
}

/** Rows of one class that are taken for another. */
export interface ConfusedPair extends Sides<Count> {
  readonly truth: string
  readonly predicted: string
}

/** Shares of both classes (by weight, where rows have weights) above a falling threshold, from [0, 0] to [1, 1], with at least ten rows between two points. */
export interface RocCurve {
  /** Of all rows, not of the points. */
  readonly auc: number
  readonly points: readonly (readonly [falsePositives: number, truePositives: number])[]
}

/** Rows with neighbouring predicted probabilities, ten or more. */
export interface CalibrationBin {
  readonly n: number
  /** The mean predicted probability of the positive class. */
  readonly predicted: number
  /** The share of rows that are of the positive class, with Wilson's interval; by weight, where rows have weights. */
  readonly observed: number
  readonly interval: { readonly low: number; readonly high: number; readonly level: number }
}

/** How far predicted numbers are from the true ones. */
export interface Residuals {
  /** Truth minus prediction at some shares of the rows; each the mean of the ten rows around its place. */
  readonly quantiles: readonly { readonly share: number; readonly value: number }[]
  /** Rows with neighbouring predictions, ten or more. */
  readonly bins: readonly { readonly n: number; readonly predicted: number; readonly actual: number }[]
}

/** Rows that one model has right and the other wrong; both are withheld together. */
export interface Flips {
  /** Right by the candidate alone. */
  readonly gained: Count
  /** Right by the champion alone. */
  readonly lost: Count
}

/** The flips of some rows, by what these are called. */
export interface NamedFlips extends Flips {
  readonly name: string
  readonly n: number
}

/** The flips of all rows, and how they divide. */
export interface FlipShape extends Flips {
  readonly n: number
  readonly byClass?: readonly NamedFlips[]
  /** By the columns of the criteria's slices; a column that cuts another finer or coarser is left out. */
  readonly bySlice?: readonly SlicedFlips[]
}

/** The flips of a column's slices, those with most flips first. */
export interface SlicedFlips {
  readonly column: string
  readonly slices: readonly NamedFlips[]
  /** How many more slices the column has. */
  readonly withheld: number
}
