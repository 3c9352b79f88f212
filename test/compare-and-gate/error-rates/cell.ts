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

/** Gates of a piece: some seconds of work. */
const together = 500

/** The pieces of a cell, for so many gates of an ordinary one. */
export function piecesOf({ name, cost = 1 }: Cell, runs: number): readonly Piece[] {
  const all = Math.ceil(runs / cost)
  return Array.from({ length: Math.ceil(all / together) }, (_, place) => ({
    cell: name,
    runs: Math.min(together, all - place * together),
    seed: seedOf(`${name}, ${place}`),
  }))
}

function seedOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32LE()
}
