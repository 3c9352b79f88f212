import type { Fault } from '../../errors/fault.ts'
import type { RunEnd } from '../../records/run.ts'

/** What a training reported, by its own file or by the files of a tracking tool. */
export type Reported = Pick<RunEnd, 'metrics' | 'params' | 'tags'>

/** What was read of a tool's files. */
export interface ToolReport extends Reported {
  /** What was read, in words; undefined where the training wrote nothing of the kind. */
  readonly from?: string
  /** What was left out, and why. */
  readonly warnings: readonly string[]
}

export const nothingReported: ToolReport = { metrics: {}, params: {}, warnings: [] }

/** A fault in a file that a tool wrote. */
export function toolFault(
  source: { readonly file: string; readonly line?: number },
  subject: string,
  problem: string,
): Fault {
  return { subject, source: { kind: 'file', ...source }, problem }
}

/**
 * Brings together what several reported: a name counts once, and the first that says it is believed. Where another says
 * something else, that is told.
 */
export function mergeReports(reports: readonly ToolReport[]): ToolReport {
  const warnings = reports.flatMap((report) => report.warnings)
  const merged = { metrics: {}, params: {}, tags: {} }
  for (const report of reports) {
    for (const part of ['metrics', 'params', 'tags'] as const) {
      const known: Record<string, unknown> = merged[part]
      for (const [name, value] of Object.entries(report[part] ?? {})) {
        if (!Object.hasOwn(known, name)) known[name] = value
        else if (known[name] !== value)
          warnings.push(
            `${name} is ${String(known[name])}, and ${String(value)} in ${report.from ?? 'another report'}: the first is kept`,
          )
      }
    }
  }
  const { tags, ...rest } = merged
  return { ...rest, ...(Object.keys(tags).length === 0 ? {} : { tags }), warnings }
}
