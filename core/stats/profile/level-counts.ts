import { hashText } from './hash.ts'

/** A level: the hash of its name, how often it was seen, and its name where enough rows had it to tell it. */
export type LevelData = readonly [hash: number, count: number, name?: string]

/** The levels of a column, most frequent first. `lost` is how many times at most any level was seen beyond its count. */
export interface LevelCountsData {
  readonly levels: readonly LevelData[]
  readonly lost: number
}

interface Level {
  count: number
  name: string | undefined
}

/** So many levels are counted exactly. */
const capacity = 10_000
/** Longer names are cut; their hash is the whole text's. */
const longestName = 100

/**
 * How often each text was seen: exact up to 10,000 levels. Beyond, the rare half is dropped and the same number taken from
 * the counts of the others (Misra & Gries 1982), so that a count is too small by at most `lost`, and `lost` is at most one
 * 5,000th of all that was seen, in whatever order halves are merged (Agarwal et al., Mergeable Summaries, 2012).
 */
export class LevelCounts {
  #levels = new Map<number, Level>()
  #lost = 0

  /** Counts a text; its hash may be given where it is known. */
  add(text: string, hash: number = hashText(text)): void {
    const level = this.#levels.get(hash)
    if (level === undefined) this.#insert(hash, { count: 1, name: shortened(text) })
    else {
      level.count += 1
      level.name ??= shortened(text)
    }
  }

  /** Takes in what another one saw. */
  merge(other: LevelCounts): void {
    this.#lost += other.#lost
    for (const [hash, { count, name }] of other.#levels) {
      const level = this.#levels.get(hash)
      if (level === undefined) this.#levels.set(hash, { count, name })
      else {
        level.count += count
        level.name = smaller(level.name, name)
      }
    }
    if (this.#levels.size > capacity) this.#drop()
  }

  /** How many levels are counted; all there are while `lost` is 0. */
  get size(): number {
    return this.#levels.size
  }

  /** How many times at most a level was seen beyond its count. */
  get lost(): number {
    return this.#lost
  }

  /**
   * The levels, most frequent first.
   *
   * @param smallest Rarer levels lose their names: what few rows say is a part of those rows.
   */
  toData(smallest: number): LevelCountsData {
    const levels = [...this.#levels]
      .sort(([hashA, a], [hashB, b]) => b.count - a.count || hashA - hashB)
      .map(
        ([hash, { count, name }]): LevelData =>
          name === undefined || count < smallest ? [hash, count] : [hash, count, name],
      )
    return { levels, lost: this.#lost }
  }

  static from({ levels, lost }: LevelCountsData): LevelCounts {
    const counts = new LevelCounts()
    counts.#lost = lost
    for (const [hash, count, name] of levels) counts.#levels.set(hash, { count, name })
    return counts
  }

  #insert(hash: number, level: Level): void {
    this.#levels.set(hash, level)
    if (this.#levels.size > capacity) this.#drop()
  }

  #drop(): void {
    const counts = Float64Array.from(this.#levels.values(), ({ count }) => count).sort()
    const taken = counts[counts.length - capacity / 2] ?? 0
    for (const [hash, level] of this.#levels) {
      if (level.count <= taken) this.#levels.delete(hash)
      else level.count -= taken
    }
    this.#lost += taken
  }
}

function shortened(text: string): string {
  return text.length <= longestName ? text : `${text.slice(0, longestName - 1)}…`
}

function smaller(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return a < b ? a : b
}
