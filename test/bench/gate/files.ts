import { execFileSync } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { once } from 'node:events'
import { join } from 'node:path'
import { normalDraw, seededRandom } from '../../../core/stats/random.ts'
import { sliceCount } from './rows.ts'

/** Every user has so many rows. */
const rowsOfUser = 10

type Row = Readonly<Record<string, string | number>>

/**
 * Writes evaluation data and the predictions of two good models, in the data's order and in another, as CSV and as JSON Lines:
 * `data.csv`, `candidate.csv`, `shuffled/candidate.csv` and so on.
 */
export async function writeTables(folder: string, rows: number): Promise<void> {
  await mkdir(join(folder, 'shuffled'))
  const random = seededRandom(9)
  const labels = Uint8Array.from({ length: rows }, () => (random() < 0.3 ? 1 : 0))
  const shared = Float64Array.from(labels, () => normalDraw(random))
  await writeTable(join(folder, 'data'), rows, (row) => ({
    id: `row-${row}`,
    y: labels[row] ?? 0,
    country: `c${Math.floor(random() * sliceCount)}`,
    age: Math.floor(18 + 60 * random()),
    user: `user-${Math.floor(row / rowsOfUser)}`,
  }))
  const order = shuffled(rows, random)
  for (const [name, signal] of [['candidate', 2.2] as const, ['champion', 2] as const]) {
    const scores = Float64Array.from(
      labels,
      (label, row) => signal * (label - 0.6) + (shared[row] ?? 0) + 0.5 * normalDraw(random),
    )
    const told = (row: number) => ({
      id: `row-${row}`,
      probability: Number((1 / (1 + Math.exp(-(scores[row] ?? 0)))).toFixed(7)),
    })
    await writeTable(join(folder, name), rows, told)
    await writeTable(join(folder, 'shuffled', name), rows, (at) => told(order[at] ?? 0))
  }
}

/** Writes each CSV file of the folder as Parquet, too, as pyarrow does when nothing is set; false where this Python has none. */
export function writeParquet(folder: string, python: string): boolean {
  try {
    execFileSync(python, [join(import.meta.dirname, 'parquet.py'), folder], { stdio: ['ignore', 'ignore', 'pipe'] })
    return true
  } catch (error) {
    if (String((error as { stderr?: unknown }).stderr).includes("No module named 'pyarrow'")) return false
    throw error
  }
}

async function writeTable(path: string, rows: number, of: (row: number) => Row): Promise<void> {
  const files = ['csv', 'jsonl'].map((ending) => createWriteStream(`${path}.${ending}`))
  const [csv, jsonl] = files
  for (let row = 0; row < rows; row++) {
    const cells = of(row)
    if (row === 0) csv?.write(`${Object.keys(cells).join()}\n`)
    csv?.write(`${Object.values(cells).join()}\n`)
    jsonl?.write(`${JSON.stringify(cells)}\n`)
    for (const file of files) if (file.writableNeedDrain) await once(file, 'drain')
  }
  for (const file of files) {
    file.end()
    await once(file, 'close')
  }
}

/** All places below a number, each once, in an order of chance (Fisher and Yates). */
function shuffled(count: number, random: () => number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, at) => at)
  for (let at = count - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1))
    const moved = order[at] ?? 0
    order[at] = order[other] ?? 0
    order[other] = moved
  }
  return order
}
