import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { fixed, time } from '../timing.ts'
import { writeParquet, writeTables } from './files.ts'

const rows = Number(process.env['TRAINYARD_BENCH_GATE_ROWS'] ?? 1_000_000)

/** A whole step: the kind of its files, and whether their rows are in another order than the data's, and in clusters. */
interface Case {
  readonly ending: 'csv' | 'jsonl' | 'parquet'
  readonly isShuffled?: boolean
  readonly isClustered?: boolean
}

const cases: readonly Case[] = [
  { ending: 'csv' },
  { ending: 'csv', isShuffled: true },
  { ending: 'csv', isShuffled: true, isClustered: true },
  { ending: 'jsonl', isShuffled: true, isClustered: true },
  { ending: 'parquet', isShuffled: true, isClustered: true },
]

/**
 * How much memory and time the whole step takes, from files of a million rows to the verdict, in a process of its own. It is
 * bundled, as what is published: Node needs some 50 MB to take types out of sources.
 */
export async function memoryOfGate(python: string): Promise<readonly string[]> {
  const folder = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'trainyard-bench-'))
  try {
    await writeTables(folder, rows)
    const hasParquet = writeParquet(folder, python)
    const script = await bundled(folder)
    const lines: string[] = []
    for (const one of cases)
      lines.push(
        one.ending === 'parquet' && !hasParquet
          ? 'gate: the step on Parquet files is not measured: the Python of the bench has no pyarrow'
          : await measured(one, [script, folder]),
      )
    return lines
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function measured({ ending, isShuffled, isClustered }: Case, script: readonly string[]): Promise<string> {
  const options = [...(isShuffled ? ['shuffled'] : []), ...(isClustered ? ['clusters'] : [])]
  const command = [process.execPath, ...script, ending, ...options]
  const { ms, peakBytes, exitCode } = await time({ command, env: process.env })
  const about = [ending, `${rows} rows`, ...options].join(', ')
  if (exitCode !== 0) throw new Error(`the step (${about}) ended with ${exitCode}`)
  const [megabytes, seconds] = [fixed(peakBytes / 2 ** 20, 0), fixed(ms / 1000)]
  return `gate: the step from start to verdict (${about}): ${megabytes} MB at most (at most 500), ${seconds} s`
}

async function bundled(folder: string): Promise<string> {
  const bundle = await rolldown({ input: join(import.meta.dirname, 'whole-step.ts'), platform: 'node' })
  await bundle.write({ dir: join(folder, 'code'), entryFileNames: '[name].mjs' })
  await bundle.close()
  return join(folder, 'code', 'whole-step.mjs')
}
