import { checkPValues } from './check.ts'

/**
 * Benjamini and Hochberg's adjusted p-values (q-values), in the order given: of the hypotheses with those at or below q refuted,
 * a share of at most q is true on average, where the tests are independent or positively dependent. For reports of many
 * findings; what blocks a model needs `holm`.
 *
 * Source: Y. Benjamini, Y. Hochberg, Journal of the Royal Statistical Society B 57 (1995) 289-300.
 * @throws RangeError for a p-value outside [0, 1] or NaN.
 */
export function benjaminiHochberg(pValues: readonly number[]): readonly number[] {
  checkPValues(pValues)
  const order = pValues.map((p, place) => ({ p, place })).sort((a, b) => b.p - a.p)
  const adjusted = pValues.map(() => 1)
  let smallest = 1
  for (const [above, { p, place }] of order.entries()) {
    smallest = Math.min(smallest, p * (pValues.length / (pValues.length - above)))
    adjusted[place] = smallest
  }
  return adjusted
}
