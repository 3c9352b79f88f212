/** Shares are exact to a thousandth of a per cent. */
const unitsPerCent = 1000

interface Lane {
  readonly name: string
  readonly weight: number
  credit: number
}

/**
 * Smooth weighted round robin: each request goes where the most is owed. Over any stretch of requests each deployment gets its
 * share, give or take one request, and what is owed lives on when the shares change.
 * Source: the algorithm of nginx, https://github.com/nginx/nginx/commit/52327e0627f49dbda1e8db695e63a4b0af4448b1
 */
export class Split {
  #lanes: readonly Lane[] = []

  /** The shares in per cent; a deployment that is not named has none. */
  get shares(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#lanes.map(({ name, weight }) => [name, weight / unitsPerCent]))
  }

  /** Splits what comes from now on. */
  set(shares: Readonly<Record<string, number>>): void {
    const before = new Map(this.#lanes.map(({ name, credit }) => [name, credit]))
    this.#lanes = Object.entries(shares)
      .map(([name, share]) => ({ name, weight: Math.round(share * unitsPerCent), credit: before.get(name) ?? 0 }))
      .filter(({ weight }) => weight > 0)
  }

  /** Where the next request goes, of those that can take it; undefined when none with a share can. */
  next(canTake: (name: string) => boolean): string | undefined {
    let total = 0
    let chosen: Lane | undefined
    for (const lane of this.#lanes) {
      if (!canTake(lane.name)) continue
      total += lane.weight
      lane.credit += lane.weight
      if (chosen === undefined || lane.credit > chosen.credit) chosen = lane
    }
    if (chosen !== undefined) chosen.credit -= total
    return chosen?.name
  }
}
