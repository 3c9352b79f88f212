import { createWriteStream, existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { rolldown } from 'rolldown'
import { normalDraw, seededRandom } from '../../../core/stats/random.ts'
import { fixed, time } from '../timing.ts'
import { sliceCount } from './rows.ts'

const rows = Number(process.env['TRAINYARD_BENCH_GATE_ROWS'] ?? 1_000_000)

/**
 * How much memory and time the whole step takes, from CSV files of a million rows to the verdict, in a process of its own. It is
 * bundled, as what is published: Node needs some 50 MB to take types out of sources.
 */
export async function memoryOfGate(): Promise<string> {
  const folder = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'trainyard-bench-'))
  try {
    await writeFiles(folder)
    const command = [process.execPath, await bundled(folder), folder]
    const { ms, peakBytes, exitCode } = await time({ command, env: process.env })
    if (exitCode !== 0) throw new Error(`the step ended with ${exitCode}`)
    return `gate: the step on CSV files of ${rows} rows, from start to verdict: ${fixed(peakBytes / 2 ** 20, 0)} MB at most (at most 500), ${fixed(ms / 1000)} s`
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function bundled(folder: string): Promise<string> {
  const bundle = await rolldown({ input: join(import.meta.dirname, 'whole-step.ts'), platform: 'node' })
  await bundle.write({ dir: join(folder, 'code'), entryFileNames: '[name].mjs' })
  await bundle.close()
  return join(folder, 'code', 'whole-step.mjs')
}

async function writeFiles(folder: string): Promise<void> {
  const random = seededRandom(9)
  const [data, candidate, champion] = ['data.csv', 'candidate.csv', 'champion.csv'].map((name) =>
    createWriteStream(join(folder, name)),
  )
  if (data === undefined || candidate === undefined || champion === undefined) return
  data.write('id,y,country,age\n')
  for (const side of [candidate, champion]) side.write('id,probability\n')
  for (let row = 0; row < rows; row++) {
    const label = random() < 0.3 ? 1 : 0
    const shared = normalDraw(random)
    const probability = (signal: number) =>
      (1 / (1 + Math.exp(-(signal * (label - 0.6) + shared + 0.5 * normalDraw(random))))).toFixed(7)
    const country = Math.floor(random() * sliceCount)
    const isWritten = [
      data.write(`row-${row},${label},c${country},${Math.floor(18 + 60 * random())}\n`),
      candidate.write(`row-${row},${probability(2.2)}\n`),
      champion.write(`row-${row},${probability(2)}\n`),
    ]
    if (isWritten.includes(false)) await Promise.all([data, candidate, champion].map(flushed))
  }
  for (const file of [data, candidate, champion]) {
    file.end()
    await once(file, 'close')
  }
}

async function flushed(file: ReturnType<typeof createWriteStream>): Promise<void> {
  if (file.writableNeedDrain) await once(file, 'drain')
}
