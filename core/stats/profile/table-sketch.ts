import { type ColumnData, ColumnSketch } from './column-sketch.ts'

/** A sketch of a table as data. Columns are a list of pairs, since a column may have any name. */
export interface TableData {
  readonly rows: number
  readonly columns: readonly (readonly [name: string, data: ColumnData])[]
}

/** The sketches of a table's columns, in their order. A column that some rows do not have is missing in them. */
export class TableSketch {
  #rows = 0
  readonly #columns = new Map<string, ColumnSketch>()

  get rows(): number {
    return this.#rows
  }

  get columns(): ReadonlyMap<string, ColumnSketch> {
    return this.#columns
  }

  /** The sketch of a column, made where there is none: the rows so far did not have it. */
  column(name: string): ColumnSketch {
    const known = this.#columns.get(name)
    if (known !== undefined) return known
    const column = new ColumnSketch()
    column.addMissing(this.#rows)
    this.#columns.set(name, column)
    return column
  }

  /** Counts rows after their cells were added. */
  addRows(rows = 1): void {
    this.#rows += rows
  }

  /** Marks as missing what columns lack of the rows that were counted. */
  fill(): void {
    for (const column of this.#columns.values()) column.addMissing(this.#rows - column.rows)
  }

  /** Takes in the rows of another one. */
  merge(other: TableSketch): void {
    for (const [name, column] of other.#columns) this.column(name).merge(column)
    this.#rows += other.#rows
    this.fill()
  }

  /** @param smallest Texts that fewer rows hold lose their names. */
  toData(smallest: number): TableData {
    return { rows: this.#rows, columns: [...this.#columns].map(([name, column]) => [name, column.toData(smallest)]) }
  }

  /** @throws RangeError when it is no data of a sketch. */
  static from({ rows, columns }: TableData): TableSketch {
    const table = new TableSketch()
    table.#rows = rows
    for (const [name, data] of columns) table.#columns.set(name, ColumnSketch.from(data))
    return table
  }
}
