import { expect, test } from 'vitest'
import type { CriterionResult } from '../../../core/records/verdict.ts'
import { failureOf, gate } from '../../main/bench.ts'
import { aComparison, byFiles } from '../a-comparison.ts'

/** One way in which real gates fail, and what ours answers to it. */
export interface Defect {
  readonly name: string
  /** Which tool answers wrongly, and how. */
  readonly elsewhere: string
  /** What that tool's rule says to the same numbers, where it can be shown. */
  readonly isPassedElsewhere?: (results: readonly CriterionResult[]) => boolean
  /** Files of the project that differ from those of `aComparison`. */
  readonly files: Readonly<Record<string, string>>
  readonly inputs?: Readonly<Record<string, string>>
  /** `refused`: the inputs alone say that nothing can be asked, so that there is no verdict. */
  readonly verdict: 'pass' | 'fail' | 'inconclusive' | 'error' | 'refused'
  /** Words of the message or failure. */
  readonly says: RegExp
  /** Words of the log's warnings. */
  readonly warns?: RegExp
}

const exitCodes = { pass: 0, fail: 3, inconclusive: 3, error: 2, refused: 2 } as const

/** Runs the step on each defect, and expects its verdict, its exit code and its sentence. */
export function corpus(defects: readonly Defect[]): void {
  test.each(defects)('$name ($elsewhere)', async (defect) => {
    await using bench = await aComparison(defect.files)

    const host = await bench.run(gate, defect.inputs ?? byFiles)

    const results = JSON.parse(host.outputs.get('results') ?? '[]') as readonly CriterionResult[]
    const text = [host.ended?.message, failureOf(host), ...results.map(({ sentence }) => sentence)].join('\n')
    expect(text).toMatch(defect.says)
    expect(host.outputs.get('verdict') ?? 'refused').toBe(defect.verdict)
    expect(host.ended?.exitCode).toBe(exitCodes[defect.verdict])
    expect(host.text).toMatch(defect.warns ?? /^/)
    if (defect.isPassedElsewhere !== undefined) expect(defect.isPassedElsewhere(results)).toBe(true)
  })
}

/** A table as CSV. */
export function csv(head: string, rows: readonly (readonly (string | number)[])[]): string {
  return [head, ...rows.map((row) => row.join(','))].join('\n')
}

/** Places 0 … n - 1. */
export function places(n: number): readonly number[] {
  return Array.from({ length: n }, (_, place) => place)
}

/** The value of both sides as a result tells it; NaN where it has none. */
export function pointsOf(results: readonly CriterionResult[], at = 0) {
  return { candidate: results[at]?.candidate ?? Number.NaN, champion: results[at]?.champion ?? Number.NaN }
}
