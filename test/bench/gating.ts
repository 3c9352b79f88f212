import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { decide } from '../../core/compare-and-gate/decide.ts'
import type { CriterionResult, Verdict } from '../../core/records/verdict.ts'
import { type MetricName, metrics } from '../../core/stats/metrics.ts'
import { makeCriteria, makeRows, metricNames, type Rows, sliceCount } from './gate/rows.ts'
import { memoryOfGate } from './gate/memory.ts'
import { type Bench, fixed, inTurn, median } from './timing.ts'

const rows = 100_000
const rounds = 7

/** A Python with numpy and scipy. */
const python = process.env['TRAINYARD_BENCH_PYTHON'] ?? 'python3'

/**
 * Deciding on 100,000 rows by ten metrics on twenty slices, against the same statistics in numpy and scipy in the same run;
 * and the memory of a whole gate on a million rows.
 */
export const gating: Bench = {
  name: 'gate',
  async run() {
    return [await speed(), ...(await memoryOfGate(python))]
  },
}

async function speed(): Promise<string> {
  const folder = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'trainyard-bench-'))
  const made = makeRows(rows)
  const criteria = makeCriteria()
  try {
    await write(made, folder)
    await using peer = new Peer(folder)
    let verdict: Verdict | undefined
    let answer: Answer | undefined
    const ours = async () => {
      const from = performance.now()
      verdict = decide(criteria, made)
      return performance.now() - from
    }
    const theirs = async () => {
      answer = await peer.compute()
      return answer.ms
    }
    const times = await inTurn(rounds, ours, theirs)
    demandSame(verdict, answer)
    const [a = Number.NaN, b = Number.NaN] = times.map(median)
    return `gate: decide on ${rows} rows, ${metricNames.length} metrics, ${sliceCount} slices: ${fixed(a, 0)} ms; ratio ${fixed(a / b, 2)} to numpy and scipy (${fixed(b, 0)} ms)`
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function write({ labels, slice, candidate, champion }: Rows, folder: string): Promise<void> {
  const files = { labels, slice, candidate: candidate.probabilities, champion: champion.probabilities }
  for (const [name, { buffer }] of Object.entries(files)) await writeFile(join(folder, name), Buffer.from(buffer))
}

interface Answer {
  readonly ms: number
  readonly numbers: readonly number[]
  readonly holm: readonly number[]
}

/** The peer: asked by a line, it computes all once and answers by a line. */
class Peer implements AsyncDisposable {
  readonly #child
  readonly #lines

  constructor(folder: string) {
    const script = join(import.meta.dirname, 'gate', 'statistics.py')
    this.#child = spawn(python, [script, folder], { stdio: ['pipe', 'pipe', 'inherit'] })
    // Where the peer cannot start, its silence tells: nobody reads what is written to it then.
    this.#child.stdin.on('error', () => undefined)
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]()
  }

  async compute(): Promise<Answer> {
    this.#child.stdin.write('\n')
    const next = await this.#lines.next()
    if (next.done === true)
      throw new Error(`${python} cannot run the peer: set TRAINYARD_BENCH_PYTHON to one with numpy and scipy`)
    return JSON.parse(next.value) as Answer
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null) return
    this.#child.stdin.end()
    await once(this.#child, 'exit')
  }
}

/** Both sides must have computed the same, or their times say nothing. */
function demandSame(verdict: Verdict | undefined, answer: Answer | undefined): void {
  if (verdict?.slices === undefined || answer === undefined) throw new Error('nothing was computed')
  const values = verdict.results.filter(({ criterion }) => !criterion.includes('slice')).flatMap(numbersOf)
  const pValues = verdict.slices.results.map(({ pValue }) => pValue ?? Number.NaN).toSorted((one, other) => one - other)
  const wrong = [
    ...values.filter((value, at) => !isSame(value, answer.numbers[at])),
    ...pValues.filter((p, at) => !isSame(p, answer.holm[at])),
  ]
  const counts = [values.length, pValues.length, answer.holm.length]
  const expected = [5 * metricNames.length, ...[0, 0].map(() => sliceCount * metricNames.length)]
  if (wrong.length > 0 || counts.join() !== expected.join())
    throw new Error(`the peer computes something else in ${wrong.length} places, of ${counts.join(', ')}`)
}

/** Inside, and for the peer, higher is better in a difference. */
function numbersOf({ metric, bound, candidate, interval }: CriterionResult): readonly number[] {
  const { low = Number.NaN, high = Number.NaN } = interval ?? {}
  if (bound !== undefined) return [candidate ?? Number.NaN, low, high]
  return metrics[metric as MetricName].direction === 'higher' ? [low, high] : [-high, -low]
}

function isSame(one: number, other = Number.NaN): boolean {
  return Math.abs(one - other) <= 1e-8 * Math.max(1e-3, Math.abs(other))
}
