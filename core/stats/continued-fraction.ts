/** Smallest denominator that a continued fraction may meet; Lentz's method replaces zero by it, at times twice in one product. */
const TINY = 1e-150
const MAX_TERMS = 100_000

/**
 * first + above(1)/(below(1) + above(2)/(below(2) + …)), evaluated forwards until a term changes nothing (Lentz 1976, in the
 * form of Thompson & Barnett 1986, J. Comput. Phys. 64). `above` and `below` give the numerators and denominators.
 * @throws Error where it does not converge within 100,000 terms, which a caller's domain has to exclude.
 */
export function continuedFraction(
  first: number,
  above: (term: number) => number,
  below: (term: number) => number,
): number {
  let fraction = awayFromZero(first)
  let c = fraction
  let d = 0
  for (let term = 1; term < MAX_TERMS; term++) {
    const numerator = above(term)
    const denominator = below(term)
    d = 1 / awayFromZero(denominator + numerator * d)
    c = awayFromZero(denominator + numerator / c)
    fraction *= c * d
    if (Math.abs(c * d - 1) < 4 * Number.EPSILON) return fraction
  }
  throw new Error(`a continued fraction that begins with ${first} did not converge`)
}

function awayFromZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value
}
