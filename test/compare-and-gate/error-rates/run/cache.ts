import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import type { Piece } from '../cell.ts'
import type { Tally } from '../tally.ts'

const lineShape = z.strictObject({
  piece: z.string(),
  tally: z.strictObject({ runs: z.number(), counts: z.record(z.string(), z.number()) }),
})

/** Pieces that are done, one a line, so that an interrupted run goes on where it was. */
export class Cache {
  readonly #file: string
  readonly #known = new Map<string, Tally>()

  constructor(file: string) {
    this.#file = file
    mkdirSync(dirname(file), { recursive: true })
    const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
    // What stands behind the last line end was cut off while it was written.
    const whole = text.slice(0, text.lastIndexOf('\n') + 1)
    if (whole !== text) appendFileSync(file, '\n')
    for (const line of whole.split('\n').filter((each) => each.startsWith('{') && each.endsWith('}'))) {
      const { piece, tally } = lineShape.parse(JSON.parse(line))
      this.#known.set(piece, tally)
    }
  }

  get(piece: Piece): Tally | undefined {
    return this.#known.get(keyOf(piece))
  }

  set(piece: Piece, tally: Tally): void {
    this.#known.set(keyOf(piece), tally)
    appendFileSync(this.#file, `${JSON.stringify({ piece: keyOf(piece), tally })}\n`)
  }
}

function keyOf({ cell, runs, seed }: Piece): string {
  return `${cell}, ${runs} gates from ${seed}`
}
