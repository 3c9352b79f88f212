import { DistinctCount } from './distinct-count.ts'
import { hashNumber, hashText } from './hash.ts'
import { LevelCounts, type LevelCountsData } from './level-counts.ts'
import { NumberSketch, type NumberSketchData } from './number-sketch.ts'

/** What a cell that is not missing can hold. `other` is bytes, lists and everything else that has no order and no name. */
export const cellKinds = ['integer', 'decimal', 'boolean', 'date', 'time', 'text', 'other'] as const
export type CellKind = (typeof cellKinds)[number]

/** What a column as a whole holds. `mixed` where its cells are of kinds that have nothing in common. */
export const columnTypes = ['integer', 'number', 'boolean', 'date', 'time', 'text', 'mixed', 'other', 'empty'] as const
export type ColumnType = (typeof columnTypes)[number]

/** A sketch of a column as data: what is kept of it. */
export interface ColumnData {
  readonly missing: number
  readonly kinds: Readonly<Partial<Record<CellKind, number>>>
  /** Numbers that are infinite: they are in no range, moment or histogram. */
  readonly infinite?: number
  readonly numbers?: NumberSketchData
  /** In milliseconds since 1970, UTC. */
  readonly times?: NumberSketchData
  /** Texts, and `true` and `false`. */
  readonly levels?: LevelCountsData
  /** The registers of the count of distinct values. */
  readonly distinct: string
}

/**
 * What is remembered of one column: how many cells are missing or of each kind, range, moments and histogram of its numbers
 * and of its times, how often each text occurs, and how many distinct values there are. Two sketches merge into the sketch
 * of all rows: exact for every count, up to rounding for moments.
 */
export class ColumnSketch {
  #missing = 0
  #infinite = 0
  readonly #kinds = new Map<CellKind, number>()
  #numbers: NumberSketch | undefined
  #times: NumberSketch | undefined
  #levels: LevelCounts | undefined
  #distinct = new DistinctCount()

  addMissing(times = 1): void {
    this.#missing += times
  }

  /** NaN is a missing value. The kind is for numbers that are whole and of a type that need not be. */
  addNumber(value: number, kind: 'integer' | 'decimal' = Number.isInteger(value) ? 'integer' : 'decimal'): void {
    if (Number.isNaN(value)) {
      this.#missing += 1
      return
    }
    this.#seen(kind)
    this.#distinct.add(hashNumber(value))
    if (Number.isFinite(value)) (this.#numbers ??= new NumberSketch()).add(value)
    else this.#infinite += 1
  }

  /** A time in milliseconds since 1970; a `date` has no time of day. */
  addTime(timeMs: number, kind: 'date' | 'time'): void {
    this.#seen(kind)
    this.#distinct.add(hashNumber(timeMs))
    ;(this.#times ??= new NumberSketch()).add(timeMs)
  }

  addBoolean(value: boolean): void {
    this.#addLevel(String(value), 'boolean')
  }

  addText(text: string): void {
    this.#addLevel(text, 'text')
  }

  /** A value that is only counted. */
  addOther(): void {
    this.#seen('other')
  }

  /** Takes in what another one saw. */
  merge(other: ColumnSketch): void {
    this.#missing += other.#missing
    this.#infinite += other.#infinite
    for (const [kind, count] of other.#kinds) this.#seen(kind, count)
    if (other.#numbers !== undefined) (this.#numbers ??= new NumberSketch()).merge(other.#numbers)
    if (other.#times !== undefined) (this.#times ??= new NumberSketch()).merge(other.#times)
    if (other.#levels !== undefined) (this.#levels ??= new LevelCounts()).merge(other.#levels)
    this.#distinct.merge(other.#distinct)
  }

  /** All cells, missing or not. */
  get rows(): number {
    return this.present + this.#missing
  }

  /** Cells that hold something. */
  get present(): number {
    return [...this.#kinds.values()].reduce((sum, count) => sum + count, 0)
  }

  get missing(): number {
    return this.#missing
  }

  get infinite(): number {
    return this.#infinite
  }

  get numbers(): NumberSketch | undefined {
    return this.#numbers
  }

  get times(): NumberSketch | undefined {
    return this.#times
  }

  get levels(): LevelCounts | undefined {
    return this.#levels
  }

  get type(): ColumnType {
    return typeOf([...this.#kinds.keys()])
  }

  /** How many distinct values there are, and whether that is counted or estimated. Cells of kind `other` have no values. */
  distinct(): { readonly count: number; readonly isExact: boolean } {
    const parts = [
      this.#numbers === undefined ? 0 : this.#numbers.distinct,
      this.#times === undefined ? 0 : this.#times.distinct,
      this.#levels === undefined ? 0 : this.#levels.lost === 0 ? this.#levels.size : undefined,
      this.#infinite === 0 ? 0 : undefined,
    ]
    let count = 0
    for (const part of parts) {
      if (part === undefined) return { count: Math.min(this.present, this.#distinct.estimate()), isExact: false }
      count += part
    }
    return { count, isExact: true }
  }

  /** @param smallest Texts that fewer rows hold lose their names. */
  toData(smallest: number): ColumnData {
    return {
      missing: this.#missing,
      kinds: Object.fromEntries(
        cellKinds.flatMap((kind) => (this.#kinds.has(kind) ? [[kind, this.#kinds.get(kind)]] : [])),
      ),
      ...(this.#infinite === 0 ? {} : { infinite: this.#infinite }),
      ...(this.#numbers === undefined ? {} : { numbers: this.#numbers.toData() }),
      ...(this.#times === undefined ? {} : { times: this.#times.toData() }),
      ...(this.#levels === undefined ? {} : { levels: this.#levels.toData(smallest) }),
      distinct: this.#distinct.toText(),
    }
  }

  /** @throws RangeError when it is no data of a sketch. */
  static from(data: ColumnData): ColumnSketch {
    const sketch = new ColumnSketch()
    sketch.#missing = data.missing
    sketch.#infinite = data.infinite ?? 0
    for (const kind of cellKinds) if (data.kinds[kind] !== undefined) sketch.#seen(kind, data.kinds[kind])
    sketch.#numbers = data.numbers && NumberSketch.from(data.numbers)
    sketch.#times = data.times && NumberSketch.from(data.times)
    sketch.#levels = data.levels && LevelCounts.from(data.levels)
    sketch.#distinct = DistinctCount.fromText(data.distinct)
    return sketch
  }

  #addLevel(text: string, kind: CellKind): void {
    this.#seen(kind)
    const hash = hashText(text)
    this.#distinct.add(hash)
    ;(this.#levels ??= new LevelCounts()).add(text, hash)
  }

  #seen(kind: CellKind, times = 1): void {
    this.#kinds.set(kind, (this.#kinds.get(kind) ?? 0) + times)
  }
}

function typeOf(kinds: readonly CellKind[]): ColumnType {
  const [only, ...more] = kinds
  if (only === undefined) return 'empty'
  const isAll = (...some: CellKind[]) => kinds.every((kind) => some.includes(kind))
  if (more.length === 0) return only === 'decimal' ? 'number' : only
  if (isAll('integer', 'decimal')) return 'number'
  return isAll('date', 'time') ? 'time' : 'mixed'
}
