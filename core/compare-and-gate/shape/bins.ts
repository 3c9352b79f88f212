import { FEWEST_SHOWN } from '../slices/shape.ts'

/** Into how many parts rows are cut. */
const parts = 10

/**
 * Rows cut into about ten parts of equally many, by their places. Rows with equal values stay together, and no part has fewer than
 * ten rows; empty where there are fewer in all.
 *
 * @param order The places of the rows, ascending by their values.
 */
export function equalParts(values: Float64Array, order: Uint32Array): readonly Uint32Array[] {
  const n = values.length
  if (n < FEWEST_SHOWN) return []
  const cuts = [0]
  for (let part = 1; part < parts; part++) {
    let cut = Math.round((part * n) / parts)
    while (cut < n && values[order[cut] ?? 0] === values[order[cut - 1] ?? 0]) cut++
    if (cut - (cuts.at(-1) ?? 0) >= FEWEST_SHOWN && n - cut >= FEWEST_SHOWN) cuts.push(cut)
  }
  return cuts.map((cut, at) => order.subarray(cut, cuts[at + 1] ?? n))
}

/** The mean of the values at some places, by weight where there are weights. */
export function meanAt(values: Float64Array, places: Uint32Array, weights?: ArrayLike<number>): number {
  let [sum, total] = [0, 0]
  for (const place of places) {
    const weight = weights?.[place] ?? 1
    sum += weight * (values[place] ?? 0)
    total += weight
  }
  return sum / total
}
