/** Shares are exact to a thousandth of a per cent. */
const unitsPerCent = 1000

interface Lane {
  readonly name: string
  readonly weight: number
  credit: number
  /** When its next turn comes: at which part, from 0 to 1, of the requests in which it is due one. */
  turn: number
}

/**
 * Gives each deployment its share of the requests in a random order. A deployment with a tenth gets one of any ten requests that it
 * is due, at a place among them that is drawn each time; the one with the largest share gets the rest. So over any stretch each has
 * its share, give or take one request or so, what is owed lives on when the shares change, and no rhythm in the traffic can meet a
 * rhythm of ours: which requests a canary gets is left to chance, as its judgement supposes.
 */
export class Split {
  readonly #random: () => number
  #lanes: readonly Lane[] = []

  /** `random` gives numbers from 0 to below 1. */
  constructor(random: () => number = Math.random) {
    this.#random = random
  }

  /** The shares in per cent; a deployment that is not named has none. */
  get shares(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#lanes.map(({ name, weight }) => [name, weight / unitsPerCent]))
  }

  /** Splits what comes from now on. */
  set(shares: Readonly<Record<string, number>>): void {
    const before = new Map(this.#lanes.map(({ name, credit }) => [name, credit]))
    this.#lanes = Object.entries(shares)
      .map(([name, share]) => ({
        name,
        weight: Math.round(share * unitsPerCent),
        credit: before.get(name) ?? 0,
        turn: this.#random(),
      }))
      .filter(({ weight }) => weight > 0)
      .sort((a, b) => b.weight - a.weight)
  }

  /** Where the next request goes, of those that can take it; undefined when none with a share can. */
  next(canTake: (name: string) => boolean): string | undefined {
    const able = this.#lanes.filter(({ name }) => canTake(name))
    const total = able.reduce((sum, { weight }) => sum + weight, 0)
    // The largest stands first.
    const [rest] = able
    if (rest === undefined) return undefined
    let chosen = rest
    let longest = 0
    for (const lane of able) {
      lane.credit += lane.weight
      const waited = lane.credit - lane.turn * total
      if (lane !== rest && waited > longest) [chosen, longest] = [lane, waited]
    }
    chosen.credit -= total
    chosen.turn = this.#random()
    return chosen.name
  }
}
