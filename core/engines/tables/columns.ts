import type { Names } from './names.ts'
import { TypedCells } from './typed-cells.ts'

/** What is asked of a table, and what is known of it beforehand. */
export interface TableOptions {
  /** Columns that must be there. */
  readonly needed?: readonly string[]
  /** The columns that will be looked at: others are read over and not kept. All, where it is left out. */
  readonly only?: readonly string[]
  /** A table of so many rows or fewer is kept with all its columns, whatever `only` says; 0 where it is left out. */
  readonly wholeUpTo?: number
  /** What the cells of a column probably are, by its name: a text among them is not kept a second time. What is not, is read all the same. */
  readonly like?: Readonly<Record<string, Names>>
}

/** Whether a column is kept in a table of so many rows. */
export function isKept(name: string, rows: number, { only, wholeUpTo = 0 }: TableOptions): boolean {
  return rows <= wholeUpTo || only?.includes(name) !== false
}

/** The cells of a column of a table that is about to be read, with as many rows as are known of it; undefined where it is not kept. */
export function cellsFor(name: string, rows: number | undefined, options: TableOptions): TypedCells | undefined {
  if (!isKept(name, rows ?? 1, options)) return undefined
  const { like = {} } = options
  const names = Object.hasOwn(like, name) ? like[name] : undefined
  return names === undefined ? new TypedCells(rows) : TypedCells.like(names)
}

/** The columns of a file, and where each row stands in it. */
export interface Columns {
  /** In the order of the file. */
  readonly names: readonly string[]
  readonly columns: ReadonlyMap<string, TypedCells>
  /** The columns that cannot be read, with why: "holds lists or structures". */
  readonly unreadable?: ReadonlyMap<string, string>
  readonly rows: number
  /**
   * The line of each row; a row whose quoted cells hold line breaks has the line that it ends on. Counts from 1. Undefined for a
   * file that has no lines.
   */
  readonly lines: Uint32Array | undefined
}

/** A growing list of line numbers: four bytes each, since there is one for every row. */
export class LineList {
  #values = new Uint32Array(1024)
  #length = 0

  get length(): number {
    return this.#length
  }

  add(line: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Uint32Array(this.#values.length * 2)
      larger.set(this.#values)
      this.#values = larger
    }
    this.#values[this.#length++] = line
  }

  /** All of them, in order. */
  values(): Uint32Array {
    return this.#values.slice(0, this.#length)
  }
}
