/** Rows are left out in so many parts at most: enough degrees of freedom, and the module is called so often for each side. */
export const MOST_PARTS = 200

/**
 * A statistic of all rows as values of which it is the mean, one for each part of the rows: Tukey's pseudo-values, shifted to
 * have exactly that mean. Their t interval is the jackknife's, and that of their differences the paired one.
 *
 * Source: J. Tukey, Annals of Mathematical Statistics 29 (1958) 614.
 * @param whole The statistic of all rows.
 * @param without The statistic without each of the parts, which are of one size.
 */
export function pseudoValues(whole: number, without: readonly number[]): Float64Array {
  const parts = without.length
  if (parts === 0) return Float64Array.of(whole)
  const mean = without.reduce((sum, value) => sum + (value - whole), 0) / parts
  return Float64Array.from(without, (value) => whole - (parts - 1) * (value - whole - mean))
}
