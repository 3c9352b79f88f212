/** What every function here refuses, so that a NaN or a nonsense count can never slip through a comparison. */

/** Throws RangeError unless `alpha` is a one-sided error probability in (0, 0.5). */
export function checkAlpha(alpha: number): void {
  if (!(alpha > 0 && alpha < 0.5)) throw new RangeError(`alpha must lie between 0 and 0.5, got ${alpha}`)
}

/** Throws RangeError unless `margin` is finite and not negative. */
export function checkMargin(margin: number): void {
  if (!(margin >= 0 && margin < Infinity)) throw new RangeError(`margin must be 0 or more, got ${margin}`)
}

/** Throws RangeError unless every entry is a whole number from 0 to 2^53 - 1. The keys name the counts in the message. */
export function checkCounts(counts: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(counts)) {
    if (!Number.isSafeInteger(count) || count < 0) throw new RangeError(`${name} must be a count, got ${count}`)
  }
}

/** Throws RangeError unless every entry is finite and not negative: counts of what rows are worth. The keys name them. */
export function checkWorth(counts: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(counts)) {
    if (!(count >= 0 && count < Infinity)) throw new RangeError(`${name} must be 0 or more, got ${count}`)
  }
}

/** Throws RangeError unless `value` is finite; `row` says where it stood. Returns it, so that it can wrap a read. */
export function finite(value: number | undefined, row: number): number {
  if (value === undefined || !Number.isFinite(value)) {
    throw new RangeError(`row ${row} must be a finite number, got ${value}`)
  }
  return value
}

/** Throws RangeError unless both lists have the same length: rows are paired by their place. */
export function checkPaired(first: ArrayLike<unknown>, second: ArrayLike<unknown>): void {
  if (first.length !== second.length) {
    throw new RangeError(`paired rows must be equally many, got ${first.length} and ${second.length}`)
  }
}

/** Throws RangeError unless every value is a probability; the place of the first that is none is named. */
export function checkPValues(pValues: readonly number[]): void {
  for (const [place, p] of pValues.entries()) {
    if (!(p >= 0 && p <= 1)) throw new RangeError(`p-value ${place} must lie between 0 and 1, got ${p}`)
  }
}

/** Throws RangeError unless a row's cluster is a place, from 0 to 2^31 - 1. Returns it, so that it can wrap a read. */
export function clusterPlace(place: number | undefined, row: number): number {
  if (place === undefined || !Number.isInteger(place) || place < 0 || place >= 2 ** 31) {
    throw new RangeError(`row ${row}: a cluster is a place from 0 to 2^31 - 1, got ${place}`)
  }
  return place
}
