/** What cannot be a cell of a table, with why. */
export class NoCell extends Error {}

/**
 * One column of a file that has types of its own, taken in value by value. As long as every value is a number that is exact, it
 * takes eight bytes a row, and its text is made when somebody asks for it.
 */
export class TypedCells {
  #numbers: Float64Array | undefined
  #texts: string[] | undefined
  #length = 0

  constructor(rows: number) {
    this.#numbers = new Float64Array(rows)
  }

  /** @throws NoCell for a value that is no text, number, time or truth, or that cannot be told exactly. */
  add(value: unknown, { isDay = false, isDecimal = false }: { isDay?: boolean; isDecimal?: boolean } = {}): void {
    const row = this.#length++
    const near = nearest(value, isDecimal)
    if (near !== undefined && this.#numbers !== undefined) this.#numbers[row] = near
    else this.#asTexts(row)[row] = textOf(value, isDay)
  }

  /** Every cell as text; a missing value is the empty text. */
  texts(): readonly string[] {
    return this.#texts ?? Array.from(this.#numbers ?? [], numberText)
  }

  /** Every cell as a number, NaN where it is missing; undefined where the column holds something else, too. */
  numbers(): Float64Array | undefined {
    return this.#numbers
  }

  #asTexts(before: number): string[] {
    this.#texts ??= Array.from(this.#numbers?.subarray(0, before) ?? [], numberText)
    this.#numbers = undefined
    return this.#texts
  }
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
