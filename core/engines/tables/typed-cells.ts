import type { Names } from './names.ts'
import { numberOf } from './numbers.ts'

/** A column with more cells that are written in another way than their number is kept as text. */
const mostOdd = 64

/** A column of more different texts than this, nearly every cell another, is not searched for repeats. */
const mostUnlike = 2 ** 16

/** What cannot be a cell of a table, with why. */
export class NoCell extends Error {}

/** How a value of a file with types of its own is to be understood. */
export interface CellType {
  /** A day, without a time. */
  readonly isDay?: boolean
  /** A decimal number, which was rounded when it was read. */
  readonly isDecimal?: boolean
}

/**
 * One column, taken in cell by cell. As long as every cell is a number that says its text too, it takes eight bytes a row, and texts
 * are made when somebody asks for them.
 */
export class TypedCells {
  #numbers: Float64Array | undefined
  #texts: string[] | undefined
  /** What every cell so far is among, and at which places: row by row the same as long as there are none. */
  #like: Names | undefined
  #places: Int32Array | undefined
  /** Texts that their numbers are not written as: 1.0, 007, or more digits than a number has. */
  readonly #odd = new Map<number, string>()
  /** The texts so far, by themselves; undefined where they hardly repeat. */
  #shared: Map<string, string> | undefined = new Map()
  #length = 0

  /** @param rows as many as will come, where that is known. */
  constructor(rows = 1024) {
    this.#numbers = new Float64Array(rows)
  }

  /** A column that probably has these very texts: none of them is kept twice, and in their order it takes no memory of its own. */
  static like(names: Names): TypedCells {
    const cells = new TypedCells(0)
    cells.#numbers = undefined
    cells.#like = names
    return cells
  }

  /** @throws NoCell for a value that is no text, number, time or truth, or that cannot be told exactly. */
  add(value: unknown, type: CellType = {}): void {
    const near = nearest(value, type.isDecimal === true)
    if (near !== undefined && this.#numbers !== undefined) this.#put(near, this.#numbers)
    else this.#addOther(textOf(value, type.isDay === true))
  }

  /** Adds a cell that is text in its file. It stays the very text, also where it is kept as its number. */
  addText(text: string): void {
    if (this.#numbers === undefined) {
      this.#addOther(text)
      return
    }
    const value = text === '' ? Number.NaN : Number(text)
    if (text === '' || (Number.isFinite(value) && String(value) === text)) this.#put(value, this.#numbers)
    else this.#addOdd(text, this.#numbers)
  }

  /** Adds a text that is no number, or in a column that is none of numbers. */
  #addOther(text: string): void {
    const row = this.#length
    const isNext = this.#places === undefined && this.#like?.texts[row] === text
    const place = isNext ? row : (this.#like?.placeOf(text) ?? -1)
    if (place < 0) this.#asTexts().push(this.#once(text))
    else this.#putPlace(place)
  }

  #putPlace(place: number): void {
    const row = this.#length++
    if (this.#places === undefined && place === row) return
    this.#places ??= Int32Array.from({ length: Math.max(1024, this.#like?.texts.length ?? 0) }, (_, at) => at)
    if (row === this.#places.length) this.#places = larger(this.#places)
    this.#places[row] = place
  }

  #addOdd(text: string, numbers: Float64Array): void {
    const value = numberOf(text)
    if (value === undefined) {
      this.#asTexts().push(this.#once(text))
      return
    }
    this.#odd.set(this.#length, text)
    this.#put(value, numbers)
    if (this.#odd.size > mostOdd && this.#odd.size > this.#length / 8) this.#asTexts()
  }

  get length(): number {
    return this.#texts?.length ?? this.#length
  }

  /** Every cell as text; a missing value is the empty text. */
  texts(): readonly string[] {
    const isWhole = this.#places === undefined && this.#like?.texts.length === this.#length
    return this.#texts ?? (isWhole ? this.#like?.texts : undefined) ?? this.#made()
  }

  /** Every cell as a number, NaN where it is missing; undefined where the column holds something else, too. */
  numbers(): Float64Array | undefined {
    return this.#numbers?.subarray(0, this.#length)
  }

  /** The same text, without a copy of it for each row that has it. */
  #once(text: string): string {
    const shared = this.#shared
    if (shared === undefined) return text
    const known = shared.get(text)
    if (known !== undefined) return known
    shared.set(text, text)
    if (shared.size > mostUnlike && shared.size > 0.75 * this.length) this.#shared = undefined
    return text
  }

  #put(value: number, numbers: Float64Array): void {
    const room = this.#length < numbers.length ? numbers : larger(numbers)
    room[this.#length++] = value
    this.#numbers = room
  }

  #asTexts(): string[] {
    if (this.#texts !== undefined) return this.#texts
    this.#texts = this.#made()
    this.#numbers = undefined
    this.#like = undefined
    this.#places = undefined
    this.#odd.clear()
    return this.#texts
  }

  #made(): string[] {
    if (this.#like !== undefined) {
      const known = this.#like.texts
      const places = this.#places?.subarray(0, this.#length)
      return places === undefined ? known.slice(0, this.#length) : Array.from(places, (place) => known[place] ?? '')
    }
    const texts = Array.from<string>({ length: this.#length })
    for (const [row, value] of (this.numbers() ?? []).entries()) texts[row] = numberText(value)
    for (const [row, text] of this.#odd) texts[row] = text
    return texts
  }
}

function larger<T extends Float64Array | Int32Array>(numbers: T): T
function larger(numbers: Float64Array | Int32Array): Float64Array | Int32Array {
  const length = Math.max(1024, numbers.length * 2)
  const room = numbers instanceof Int32Array ? new Int32Array(length) : new Float64Array(length)
  room.set(numbers)
  return room
}

/** The very number of a value, or NaN for a missing one; undefined where there is no such. */
function nearest(value: unknown, isDecimal: boolean): number | undefined {
  if (value === null || value === undefined) return Number.NaN
  if (typeof value === 'number') {
    // A decimal of more digits than a number has was rounded when it was read.
    if (isDecimal && Math.abs(value) > Number.MAX_SAFE_INTEGER) throw new NoCell('has decimals too large to be exact')
    return value
  }
  if (typeof value !== 'bigint') return undefined
  const near = Number(value)
  // Beyond 2^53 two neighbours are the same number: as ids, they would join the wrong rows.
  return Number.isSafeInteger(near) ? near : undefined
}

function numberText(value: number): string {
  return Number.isNaN(value) ? '' : String(value)
}

function textOf(value: unknown, isDay: boolean): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'string') return value
  if (typeof value === 'number') return numberText(value)
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  if (value instanceof Date && !Number.isNaN(value.getTime())) {
    const text = value.toISOString()
    return isDay ? text.slice(0, 10) : text
  }
  throw new NoCell('holds lists, structures or bytes')
}
