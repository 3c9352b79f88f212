/** Number, mean and the sums of the second to fourth powers of the distances from the mean. */
export type PowerSumsData = readonly [n: number, mean: number, m2: number, m3: number, m4: number]

/**
 * Moments that can be merged: one pass, and stable however large the mean is against the spread (Chan et al. 1979 for the
 * second, Pébay 2008, SAND2008-6212, for the third and fourth power). Merging is commutative and associative up to rounding.
 */
export class PowerSums {
  #n = 0
  #mean = 0
  #m2 = 0
  #m3 = 0
  #m4 = 0

  /** Takes in a finite value. */
  add(value: number): void {
    const before = this.#n
    const n = ++this.#n
    const delta = value - this.#mean
    const step = delta / n
    const step2 = step * step
    const term = delta * step * before
    this.#mean += step
    this.#m4 += term * step2 * (n * n - 3 * n + 3) + 6 * step2 * this.#m2 - 4 * step * this.#m3
    this.#m3 += term * step * (n - 2) - 3 * step * this.#m2
    this.#m2 += term
  }

  /** Takes in what another one saw. */
  merge(other: PowerSums): void {
    const [a, b] = [this.#n, other.#n]
    if (b === 0) return
    const n = a + b
    const delta = other.#mean - this.#mean
    const step = delta / n
    const m2 = this.#m2 + other.#m2 + delta * step * a * b
    const m3 = this.#m3 + other.#m3 + delta * step ** 2 * a * b * (a - b) + 3 * step * (a * other.#m2 - b * this.#m2)
    this.#m4 +=
      other.#m4 +
      delta * step ** 3 * a * b * (a * a - a * b + b * b) +
      6 * step ** 2 * (a * a * other.#m2 + b * b * this.#m2) +
      4 * step * (a * other.#m3 - b * this.#m3)
    this.#mean += step * b
    this.#n = n
    this.#m2 = m2
    this.#m3 = m3
  }

  get n(): number {
    return this.#n
  }

  /** NaN when n is 0. */
  get mean(): number {
    return this.#n === 0 ? Number.NaN : this.#mean
  }

  /** The sample variance, divisor n - 1; NaN when n is below 2. */
  get variance(): number {
    return this.#n < 2 ? Number.NaN : this.#m2 / (this.#n - 1)
  }

  /** The skewness of the values that were seen, g1; NaN where all are equal. */
  get skewness(): number {
    return (Math.sqrt(this.#n) * this.#m3) / this.#m2 ** 1.5
  }

  /** The excess kurtosis of the values that were seen, g2; NaN where all are equal. */
  get kurtosis(): number {
    return (this.#n * this.#m4) / this.#m2 ** 2 - 3
  }

  toData(): PowerSumsData {
    return [this.#n, this.#mean, this.#m2, this.#m3, this.#m4]
  }

  static from([n, mean, m2, m3, m4]: PowerSumsData): PowerSums {
    const sums = new PowerSums()
    sums.#n = n
    sums.#mean = mean
    sums.#m2 = m2
    sums.#m3 = m3
    sums.#m4 = m4
    return sums
  }
}
