import { type Piece, piecesOf } from '../cell.ts'
import { sumOf, type Table, type Tally } from '../tally.ts'
import type { Cache } from './cache.ts'
import { countAll } from './pool.ts'

/** How a simulation is run. */
export interface Settings {
  /** Gates of an ordinary cell. */
  readonly runs: number
  readonly workers: number
  readonly cache: Cache
  /** Told after each piece how many gates of how many are done. */
  readonly onProgress?: (progress: Progress) => void
}

/** Pieces that are done: with those that were known before, which take no time. */
export interface Progress {
  readonly done: number
  readonly known: number
  readonly all: number
}

/** The lines of each table, by its name. They depend on the code and on `runs` alone. */
export async function simulated(
  tables: readonly Table[],
  settings: Settings,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const { runs, workers, cache, onProgress } = settings
  // Several tables may show the same cells.
  const cells = [...new Set(tables.flatMap((table) => table.cells))]
  // Of every cell the first piece, then of every cell the second: what is interrupted is known of all cells alike.
  const pieces = cells
    .flatMap((cell) => piecesOf(cell, runs).map((piece, place) => ({ piece, place })))
    .toSorted((one, other) => one.place - other.place)
    .map(({ piece }) => piece)
  const open = pieces.filter((piece) => cache.get(piece) === undefined)
  const known = pieces.length - open.length
  let done = known
  const onDone = (piece: Piece, tally: Tally) => {
    cache.set(piece, tally)
    done++
    onProgress?.({ done, known, all: pieces.length })
  }
  await countAll(open, { workers, onDone })
  const tallyOf = (piece: Piece) => cache.get(piece) ?? { runs: 0, counts: {} }
  return new Map(
    tables.map(({ name, cells, lines }) => [
      name,
      lines(cells.map((cell) => sumOf(piecesOf(cell, runs).map(tallyOf)))),
    ]),
  )
}
