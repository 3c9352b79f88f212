/**
 * Where a predicate that is true on the left turns false, between `from` and `to`: the bracket is halved until its ends are
 * neighbouring numbers.
 */
export function bisect(isBelow: (at: number) => boolean, [from, to]: readonly [number, number]): number {
  let [low, high] = [from, to]
  for (;;) {
    const middle = low + (high - low) / 2
    if (middle === low || middle === high) return middle
    if (isBelow(middle)) low = middle
    else high = middle
  }
}
