import { open, readFile, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { isErrno } from '../engines/process/group.ts'
import type { Digest } from '../records/digest.ts'
import type { ErrorPolicy } from '../stats/canary/policy.ts'
import { ensureFolder, syncFolder, writeTemporary } from '../workspace/durable.ts'
import type { Look } from './looks.ts'
import type { Plan } from './plan.ts'
import type { Decision } from './rollout.ts'

/** What a rollout is about, and the terms that were fixed before it began. */
export interface Began {
  readonly kind: 'began'
  readonly v: 1
  readonly rollout: string
  readonly atMs: number
  readonly candidate: { readonly reference: string; readonly digest: Digest }
  readonly endpoint: string
  readonly deployment: string
  readonly package: Digest
  readonly stable: { readonly reference: string; readonly deployment: string }
  readonly plan: Plan
  readonly policy: ErrorPolicy
}

/** What happened to a rollout, in order. */
export type Line =
  | Began
  /** The ledger remembers the canary, which holds the endpoint from then on. */
  | { readonly kind: 'claimed'; readonly atMs: number }
  | ({ readonly kind: 'look' } & Look)
  | { readonly kind: 'advanced'; readonly atMs: number; readonly step: number }
  | { readonly kind: 'decided'; readonly atMs: number; readonly decision: Decision }
  | { readonly kind: 'proved'; readonly atMs: number; readonly evidence: Digest }

/** A whole journal. */
export type Kept = readonly [Began, ...Line[]]

const lineShape = z.looseObject({ kind: z.enum(['began', 'claimed', 'look', 'advanced', 'decided', 'proved']) })

/** Bounds of a histogram end in Infinity, which JSON does not have. */
const infinite = 'Infinity'

/**
 * What is kept of the rollouts at one endpoint, one JSON object a line, each durable before the next thing is done. Several
 * processes may append.
 */
export class Journal {
  readonly #path: string

  /** @param folder the folder of all journals */
  constructor(folder: string, endpoint: string) {
    this.#path = join(folder, `${endpoint}.jsonl`)
  }

  /** The current rollout, as far as it was kept; undefined where there never was one. */
  async read(): Promise<Kept | undefined> {
    const [first, ...rest] = parse(await textOf(this.#path))
    return first?.kind === 'began' ? [first, ...rest] : undefined
  }

  /** Begins a rollout; the journal of the one before is kept beside it. */
  async begin(began: Began): Promise<Kept> {
    const folder = dirname(this.#path)
    await ensureFolder(folder)
    const before = await this.read()
    const text = JSON.stringify(began)
    const temporary = await writeTemporary(folder, (file) => file.writeFile(text))
    if (before !== undefined) await rename(this.#path, this.#path.replace(/\.jsonl$/, `~${before[0].rollout}.jsonl`))
    await rename(temporary, this.#path)
    await syncFolder(folder)
    return [began]
  }

  async append(line: Exclude<Line, Began>): Promise<void> {
    const file = await open(this.#path, 'a')
    try {
      // The line end comes first: what a power cut left of the line before is then a line of its own, which nobody can read.
      await file.appendFile(`\n${JSON.stringify(line, (_, value: unknown) => (value === Infinity ? infinite : value))}`)
      await file.sync()
    } finally {
      await file.close()
    }
  }
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return ''
    throw error
  }
}

function parse(text: string): readonly Line[] {
  return text.split('\n').flatMap((line) => {
    const value = parseLine(line)
    // Whole lines are what `append` and `begin` wrote.
    return lineShape.safeParse(value).success ? [value as Line] : []
  })
}

function parseLine(line: string): unknown {
  if (line === '') return undefined
  try {
    return JSON.parse(line, (_, value: unknown) => (value === infinite ? Infinity : value))
  } catch (error) {
    // The part of a line that was written when the power went.
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
