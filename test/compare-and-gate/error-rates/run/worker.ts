// One of the threads of a simulation: counts the pieces that it is sent, one after another.
import { parentPort } from 'node:worker_threads'
import type { Piece } from '../cell.ts'
import { cells } from '../cells/all.ts'

parentPort?.on('message', ({ cell, runs, seed }: Piece) => {
  const counts = cells.get(cell)?.count({ runs, seed })
  if (counts === undefined) throw new Error(`there is no cell ${cell}`)
  parentPort?.postMessage({ runs, counts })
})
