import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Piece } from '../cell.ts'
import type { Tally } from '../tally.ts'

/** The module that the threads run; what it imports is what a result depends on. */
export const workerModule = new URL('./worker.ts', import.meta.url)

interface Pool {
  readonly workers: number
  readonly onDone: (piece: Piece, tally: Tally) => void
}

/** Counts pieces in several threads, the first ones first. Rejects with the first error of any. */
export async function countAll(pieces: readonly Piece[], { workers, onDone }: Pool): Promise<void> {
  const left = pieces.values()
  const threads = Array.from({ length: Math.min(workers, pieces.length) }, () => new Worker(workerModule))
  try {
    await Promise.all(
      threads.map(async (thread) => {
        for (const piece of left) {
          thread.postMessage(piece)
          const [tally] = (await once(thread, 'message')) as [Tally]
          onDone(piece, tally)
        }
      }),
    )
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()))
  }
}
