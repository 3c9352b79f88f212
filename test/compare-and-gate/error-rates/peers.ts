// What other tools decide, by what they document and do: for tables of error rates and for the corpus of defects.

/** The metric of both sides, as a point; that is all that these rules look at. */
export interface Points {
  readonly candidate: number
  readonly champion: number
}

/** MLflow's `MetricThreshold`: `min_absolute_change` must be above 0 and `min_relative_change` in [0, 1]. */
export interface MlflowThreshold {
  readonly threshold?: number
  readonly minAbsoluteChange?: number
  readonly minRelativeChange?: number
  readonly isGreaterBetter: boolean
}

/**
 * Whether `mlflow.validate_evaluation_results` lets the candidate pass. Its relative change divides by the champion's value
 * with its sign, and fails only where the change is below the minimum: NaN is not below anything.
 */
export function mlflowPasses({ candidate, champion }: Points, rule: MlflowThreshold): boolean {
  const { threshold, minAbsoluteChange, minRelativeChange, isGreaterBetter } = rule
  const way = isGreaterBetter ? 1 : -1
  const isAtLeast = (bound: number) => (isGreaterBetter ? candidate >= bound : candidate <= bound)
  if (threshold !== undefined && !isAtLeast(threshold)) return false
  if (minAbsoluteChange !== undefined && !isAtLeast(champion + way * minAbsoluteChange)) return false
  if (minRelativeChange === undefined) return true
  if (champion === 0) return isAtLeast(way * 1e-10)
  const change = (way * (candidate - champion)) / champion
  return !(change < minRelativeChange)
}

/** TensorFlow Model Analysis: `value_threshold` and `change_threshold`. */
export interface TfmaThreshold {
  readonly lowerBound?: number
  readonly upperBound?: number
  readonly change?: { readonly isGreaterBetter: boolean; readonly absolute?: number; readonly relative?: number }
}

/** Whether TFMA's metrics validator lets the candidate pass: it compares point values, whatever intervals were computed. */
export function tfmaPasses({ candidate, champion }: Points, rule: TfmaThreshold): boolean {
  const { lowerBound = -Infinity, upperBound = Infinity, change } = rule
  if (!(candidate >= lowerBound && candidate <= upperBound)) return false
  if (change === undefined) return true
  const difference = candidate - champion
  const ratio = Math.abs(champion) < 1e-9 ? Number.NaN : difference / champion
  const { isGreaterBetter, absolute, relative } = change
  const keeps = (value: number, bound: number | undefined) =>
    bound === undefined || (isGreaterBetter ? value >= bound : value <= bound)
  // A ratio without a bound is compared with infinity, and NaN is on neither side of it.
  return keeps(difference, absolute) && keeps(ratio, relative) && !Number.isNaN(ratio)
}

/** The action `aml-registermodel`: refuses a candidate whose value is lower, for metrics to be minimised as well. */
export function registermodelPasses({ candidate, champion }: Points): boolean {
  return !(candidate < champion)
}
