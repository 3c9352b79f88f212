import type { CodeDifference, FileDifference } from './code.ts'
import type { Difference } from './comparison.ts'

/** A value of a run in a cell. */
export function valueText(value: string | number | boolean | undefined): string {
  if (value === undefined) return '-'
  return typeof value === 'number' ? String(Number(value.toPrecision(6))) : String(value)
}

/** A difference from the first run, in a bracket: `(+0.0048, +0.54 %, better)`. */
export function differenceText(difference: Difference | undefined): string {
  if (difference === undefined) return ''
  const { absolute, relative, verdict } = difference
  if (absolute === 0) return ' (same)'
  const parts = [signed(absolute), ...(relative === undefined ? [] : [`${signed(relative * 100)} %`])]
  return ` (${[...parts, ...(verdict === undefined ? [] : [verdict])].join(', ')})`
}

function signed(value: number): string {
  const text = String(Number(Math.abs(value).toPrecision(3)))
  return `${value < 0 ? '−' : '+'}${text}`
}

/** What a difference of code is about, in a sentence. */
export function codeSentence({ files }: CodeDifference): string {
  if (files.length === 0) return 'The code is the same.'
  const counts = (['changed', 'added', 'removed'] as const)
    .map((kind) => ({ kind, count: files.filter((file) => file.kind === kind).length }))
    .filter(({ count }) => count > 0)
  return `${files.length === 1 ? '1 file of code differs' : `${files.length} files of code differ`}: ${counts.map(({ kind, count }) => `${count} ${kind}`).join(', ')}.`
}

/** Longer lines are data in the guise of code. */
const longestLine = 300

/** The lines of a file's difference. */
export function patchLines({ path, kind, patch, note }: FileDifference): readonly string[] {
  if (patch === undefined) return [`${path} was ${kind}${note === undefined ? '' : `, and ${note}`}`]
  return patch.split('\n').map((line) => (line.length <= longestLine ? line : `${line.slice(0, longestLine)}…`))
}

/** What a shortened difference says at its end. */
export function leftOutText({ linesLeftOut }: CodeDifference): readonly string[] {
  return linesLeftOut === 0 ? [] : [`… and ${linesLeftOut} more lines; --lines shows more.`]
}

/** How many of something are the same, where some are. */
export function sameText(count: number, one: string): readonly string[] {
  if (count === 0) return []
  return [count === 1 ? `1 more ${one} is the same.` : `${count} more ${one}s are the same.`]
}
