import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'

/** A benchmark: its name on the command line, and what it prints. */
export interface Bench {
  readonly name: string
  readonly run: () => Promise<readonly string[]>
}

/** One process from start to end, as seen from outside. */
export interface Timed {
  readonly ms: number
  /** The largest resident memory that was seen, in bytes; 0 where the system does not tell. */
  readonly peakBytes: number
  readonly exitCode: number | null
}

/** How a process is run. */
export interface Command {
  readonly command: readonly string[]
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** Runs a process and measures it. */
export async function time({ command, cwd, env }: Command): Promise<Timed> {
  const [program = '', ...args] = command
  const startedAt = performance.now()
  const child = spawn(program, args, {
    stdio: 'ignore',
    shell: false,
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...env },
  })
  let peakBytes = 0
  const watch = setInterval(() => {
    peakBytes = Math.max(peakBytes, residentPeak(child.pid))
  }, 20)
  const [exitCode] = (await once(child, 'exit')) as [number | null]
  clearInterval(watch)
  return { ms: performance.now() - startedAt, peakBytes, exitCode }
}

/** Runs two things in turn, A B A B …, so that a machine that slows down slows both. */
export async function inTurn<T>(
  rounds: number,
  ours: () => Promise<T>,
  theirs: () => Promise<T>,
): Promise<readonly [readonly T[], readonly T[]]> {
  const results: [T[], T[]] = [[], []]
  for (let round = 0; round < rounds; round += 1) {
    results[0].push(await ours())
    results[1].push(await theirs())
  }
  return results
}

/** The middle value. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** `12.3` with a fixed number of digits. */
export function fixed(value: number, digits = 1): string {
  return value.toFixed(digits)
}

function residentPeak(pid: number | undefined): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
  } catch {
    // The process has just ended, or the system is not Linux: nothing more to see.
    return 0
  }
}
