import { FEWEST_SHOWN } from '../slices/shape.ts'
import { Equations, type Solved } from './equations.ts'
import type { Relation } from './relations.ts'

/** Counts of one kind that could be told of cells, and what is known of their sums. */
export interface Counts {
  /** The count of each cell; undefined for a cell of which none of this kind is told. */
  readonly counts: readonly (number | undefined)[]
  /** Cells whose counts add up to something that is known or is a cell itself. */
  readonly totals: readonly (readonly number[])[]
  /** Every weighted sum of cells that is known; needed where anything is hidden. */
  readonly relations: readonly Relation[]
  /** Nothing that is withheld may be computed, large counts neither. */
  readonly isGuarded?: boolean
}

/** What is withheld whatever its counts are, and what is rather told. */
export interface Wishes {
  readonly secrets?: readonly boolean[]
  /** For each cell, how much it is worth to tell it beside cells of the same size: those of least worth are withheld first. */
  readonly worth?: readonly number[]
}

/**
 * Which cells are withheld, so that no count under ten can be computed from what is told by sums and differences. The one place that
 * decides it: for slices and groups (see `shownParts`), matrices, classes and flips.
 *
 * 1. A cell is withheld that is secret or has a count under ten of any kind: all kinds are told of a cell, or none.
 * 2. Of each total nothing is withheld, or cells with counts of ten together (two at least, where counts are guarded); else the next
 *    smaller ones are, too.
 * 3. No weighted sum that is known leaves a single cell of those under 1, or a sum of hidden ones that is under ten: else the smallest cell is
 *    withheld that the sum needs. That holds over all relations together, so that it finds what no total alone would tell.
 */
export function withheld(kinds: readonly Counts[], wishes: Wishes = {}): readonly boolean[] {
  const state = new State(kinds, wishes)
  while (state.coverTotals() || state.breakEquations()) {
    // Each round hides at least one cell more.
  }
  return state.isHidden
}

/** Of a sum of counts with weights that are fractions. */
const rounding = 1e-6

function isFew(count: number | undefined): boolean {
  return count !== undefined && count < FEWEST_SHOWN
}

interface Kind extends Counts {
  readonly equations: Equations
  readonly isSecret: readonly boolean[]
}

/** Whether an equation tells of a cell that must not be known, or of fewer than ten rows in some together. */
function isTelling({ hidden }: Solved, { counts, isSecret, isGuarded = false }: Kind): boolean {
  const [first] = hidden
  if (hidden.length === 1 && first !== undefined && (isGuarded || isSecret[first.cell] === true)) return true
  const sum = hidden.reduce((all, { cell, weight }) => all + weight * (counts[cell] ?? 0), 0)
  return hidden.every(({ weight }) => weight > 0) && sum < FEWEST_SHOWN - rounding
}

class State {
  readonly isHidden: boolean[]
  readonly #kinds: readonly Kind[]
  /** The smallest count of each cell. */
  readonly #sizes: readonly number[]

  readonly #worth: readonly number[]

  constructor(kinds: readonly Counts[], { secrets: given, worth = [] }: Wishes) {
    const [first] = kinds
    const secrets = given ?? (first?.counts ?? []).map(() => false)
    this.#worth = worth
    this.isHidden = secrets.map((isSecret, cell) => isSecret || kinds.some(({ counts }) => isFew(counts[cell])))
    const cells = this.isHidden.flatMap((isHidden, cell) => (isHidden ? [cell] : []))
    this.#kinds = kinds.map((kind) => ({
      ...kind,
      equations: new Equations(kind.relations, cells),
      // What has few of another kind may be known in this one.
      isSecret: secrets.map((isSecret, cell) => isSecret || isFew(kind.counts[cell])),
    }))
    this.#sizes = secrets.map((_, cell) => Math.min(...kinds.map(({ counts }) => counts[cell] ?? Infinity)))
  }

  coverTotals(): boolean {
    let hasChanged = false
    for (const { totals, ...kind } of this.#kinds)
      for (const total of totals) if (this.#cover(total, kind)) hasChanged = true
    return hasChanged
  }

  /** Hides one cell, which may break several equations at once. */
  breakEquations(): boolean {
    for (const kind of this.#kinds)
      for (const solved of kind.equations.solved()) {
        if (!isTelling(solved, kind)) continue
        const inOrder = this.#inOrder(solved.told)
        const cell = inOrder.find((one) => !kind.equations.isImplied(one)) ?? inOrder[0]
        if (cell === undefined) continue
        this.#hide(cell)
        return true
      }
    return false
  }

  #cover(total: readonly number[], { counts, isGuarded = false }: Omit<Counts, 'totals'>): boolean {
    let hasChanged = false
    for (const cell of this.#inOrder(total)) {
      const hidden = total.filter((one) => this.isHidden[one] === true)
      if (hidden.length === 0) break
      const together = hidden.reduce((sum, one) => sum + (counts[one] ?? 0), 0)
      if (together >= FEWEST_SHOWN && (hidden.length > 1 || !isGuarded)) break
      if (this.isHidden[cell] === true) continue
      this.#hide(cell)
      hasChanged = true
    }
    return hasChanged
  }

  #inOrder(cells: readonly number[]): readonly number[] {
    const [worth, sizes] = [this.#worth, this.#sizes]
    return cells.toSorted((a, b) => (worth[a] ?? 0) - (worth[b] ?? 0) || (sizes[a] ?? 0) - (sizes[b] ?? 0))
  }

  #hide(cell: number): void {
    this.isHidden[cell] = true
    for (const { equations } of this.#kinds) equations.hide(cell)
  }
}

/**
 * Which parts of one whole are withheld, of which only the whole is known: by the size of each, or by several kinds of counts of it.
 * Nothing that is withheld can be computed, large counts neither.
 */
export function withheldParts(kinds: readonly (readonly number[])[], secrets?: readonly boolean[]): readonly boolean[] {
  const [first = []] = kinds
  const all = first.map((_, place) => place)
  const known = { totals: [all], relations: [new Float64Array(first.length).fill(1)], isGuarded: true }
  return withheld(
    kinds.map((counts) => ({ counts, ...known })),
    secrets && { secrets },
  )
}
