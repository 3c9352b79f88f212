import { checkPValues } from './check.ts'

/**
 * Holm's adjusted p-values, in the order given: with those below alpha refuted, the probability of refuting even one true
 * hypothesis is at most alpha, whatever their dependence.
 *
 * Source: S. Holm, Scandinavian Journal of Statistics 6 (1979) 65-70.
 * @throws RangeError for a p-value outside [0, 1] or NaN.
 */
export function holm(pValues: readonly number[]): readonly number[] {
  checkPValues(pValues)
  const order = pValues.map((p, place) => ({ p, place })).sort((a, b) => a.p - b.p)
  const adjusted = pValues.map(() => 1)
  let largest = 0
  for (const [rank, { p, place }] of order.entries()) {
    largest = Math.max(largest, Math.min(1, p * (pValues.length - rank)))
    adjusted[place] = largest
  }
  return adjusted
}
