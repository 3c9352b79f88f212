import type { Cell, Counts } from './cell.ts'

/** What came out for a cell. */
export interface Tally {
  readonly runs: number
  readonly counts: Counts
}

/** A table of the page: what it counts, and how it is written. */
export interface Table {
  /** Of the markers between which it stands. */
  readonly name: string
  readonly cells: readonly Cell[]
  /** Lines of Markdown, for the tallies of the cells in their order. */
  readonly lines: (tallies: readonly Tally[]) => readonly string[]
}

/** Puts the pieces of a cell together. */
export function sumOf(parts: readonly Tally[]): Tally {
  const counts: Record<string, number> = {}
  for (const part of parts) {
    for (const [name, count] of Object.entries(part.counts)) counts[name] = (counts[name] ?? 0) + count
  }
  return { runs: parts.reduce((sum, { runs }) => sum + runs, 0), counts }
}

/** The tally of a cell, by its place. */
export function tallyAt(tallies: readonly Tally[], place: number): Tally {
  const tally = tallies[place]
  if (tally === undefined) throw new Error(`there is no cell ${place}`)
  return tally
}

/** The share of the gates in which something happened. */
export function shareOf(tally: Tally, name: string): number {
  return countOf(tally, name) / tally.runs
}

/** How often something happened; throws where it was not counted. */
export function countOf({ counts }: Tally, name: string): number {
  const count = counts[name]
  if (count === undefined) throw new Error(`${name} was not counted, only ${Object.keys(counts).join(', ')}`)
  return count
}
