/** What somebody knows who adds and subtracts: sums of unknown counts, each as the coefficients of the unknowns. */
export class Attacker {
  readonly #rows: number[][] = []
  readonly #unknowns: number

  constructor(unknowns: number) {
    this.#unknowns = unknowns
  }

  /** Learns the value of a sum; which value does not matter. */
  learn(coefficients: readonly number[]): void {
    const rest = this.#reduced(coefficients)
    const lead = rest.findIndex(isSome)
    if (lead < 0) return
    const scale = rest[lead] ?? 1
    this.#rows.push(rest.map((value) => value / scale))
  }

  /** Whether a sum follows from what is known. */
  knows(coefficients: readonly number[]): boolean {
    return !this.#reduced(coefficients).some(isSome)
  }

  #reduced(coefficients: readonly number[]): number[] {
    const rest = Array.from({ length: this.#unknowns }, (_, at) => coefficients[at] ?? 0)
    for (const row of this.#rows) {
      const factor = rest[row.findIndex(isSome)] ?? 0
      if (isSome(factor)) for (const [at, value] of row.entries()) rest[at] = (rest[at] ?? 0) - factor * value
    }
    return rest
  }
}

function isSome(value: number): boolean {
  return Math.abs(value) > 1e-9
}
