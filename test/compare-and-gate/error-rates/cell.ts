import { createHash } from 'node:crypto'

/** How many gates are drawn, and where the random numbers start. */
export interface Draws {
  readonly runs: number
  readonly seed: number
}

/** How often each of several things happened. */
export type Counts = Readonly<Record<string, number>>

/** What one cell of a table asks, and how it is counted. */
export interface Cell {
  /** No two cells share it. The seed is made of it, so that it matters neither in which order cells are run, nor by how many workers. */
  readonly name: string
  /** How many gates of an ordinary cell one of these stands for; 1 where it costs as much as others. */
  readonly cost?: number
  readonly count: (draws: Draws) => Counts
}

/** Some gates of a cell: what one worker does in one go. */
export interface Piece {
  readonly cell: string
  readonly runs: number
  readonly seed: number
}

/** Gates of a piece of an ordinary cell: a second or so of work. */
const together = 250

/** The pieces of a cell, for so many gates of an ordinary one. They are the first of those for more gates, as long as these are whole. */
export function piecesOf({ name, cost = 1 }: Cell, runs: number): readonly Piece[] {
  const [all, each] = [Math.ceil(runs / cost), Math.ceil(together / cost)]
  return Array.from({ length: Math.ceil(all / each) }, (_, place) => ({
    cell: name,
    runs: Math.min(each, all - place * each),
    seed: seedOf(`${name}, ${place}`),
  }))
}

function seedOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32LE()
}
