import type { Relation } from './relations.ts'

const nothing = 1e-6

/** A weighted sum of hidden cells that can be computed, and the cells that are told with which it is. */
export interface Solved {
  readonly hidden: readonly { readonly cell: number; readonly weight: number }[]
  readonly told: readonly number[]
}

/**
 * What follows of cells that are hidden from those that are told, by sums and differences: the relations between all of them, reduced to
 * echelon form over what is hidden so far. A hidden cell can be computed exactly where an equation has no other one.
 */
export class Equations {
  readonly #rows: Float64Array[]
  /** The cell that each row is solved for; undefined for those about told cells alone. */
  readonly #solvedFor: (number | undefined)[]
  readonly #hidden = new Set<number>()

  constructor(relations: readonly Relation[], hidden: Iterable<number> = []) {
    this.#rows = relations.map((relation) => Float64Array.from(relation))
    this.#solvedFor = relations.map(() => undefined)
    for (const cell of hidden) this.hide(cell)
  }

  hide(cell: number): void {
    if (this.#hidden.has(cell)) return
    this.#hidden.add(cell)
    const open = this.#rows.flatMap((row, at) => (this.#solvedFor[at] === undefined ? [{ at, row }] : []))
    const [best] = open.toSorted((a, b) => Math.abs(b.row[cell] ?? 0) - Math.abs(a.row[cell] ?? 0))
    const pivot = best?.row[cell] ?? 0
    if (best === undefined || Math.abs(pivot) < nothing) return
    this.#solvedFor[best.at] = cell
    for (let at = 0; at < best.row.length; at++) best.row[at] = (best.row[at] ?? 0) / pivot
    for (const row of this.#rows) {
      const factor = row === best.row ? 0 : (row[cell] ?? 0)
      if (factor === 0) continue
      for (let at = 0; at < row.length; at++) {
        const value = (row[at] ?? 0) - factor * (best.row[at] ?? 0)
        row[at] = Math.abs(value) < nothing ? 0 : value
      }
    }
  }

  /** One for each hidden cell that stands in an equation of its own. */
  solved(): readonly Solved[] {
    return this.#rows.flatMap((row, at) => {
      if (this.#solvedFor[at] === undefined) return []
      const cells = Array.from(row.entries()).filter(([, weight]) => weight !== 0)
      const hidden = cells.flatMap(([cell, weight]) => (this.#hidden.has(cell) ? [{ cell, weight }] : []))
      const told = cells.flatMap(([cell]) => (this.#hidden.has(cell) ? [] : [cell]))
      return [{ hidden, told }]
    })
  }

  /** Whether a told cell follows from other told ones, so that nothing is won by hiding it alone. */
  isImplied(cell: number): boolean {
    return this.#rows.some((row, at) => this.#solvedFor[at] === undefined && (row[cell] ?? 0) !== 0)
  }
}
