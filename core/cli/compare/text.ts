import { shortDigest, isDigest } from '../../records/digest.ts'
import { took } from '../show/runs.ts'
import { harmless, textTable, when } from '../text-table.ts'
import type { WholeComparison } from './command.ts'
import type { Compared } from './comparison.ts'
import { codeSentence, differenceText, leftOutText, patchLines, sameText, valueText } from './words.ts'

/** Runs side by side, for a terminal. */
export function comparisonText(comparison: WholeComparison): string {
  const { params, circumstances, packages, data, code } = comparison
  const heads = comparison.runs.map((_, at) => String(at + 1))
  const blocks: readonly (readonly string[])[] = [
    [runsText(comparison)],
    metricsText(comparison, heads),
    differing('parameter', params, heads),
    differing('circumstance', circumstances, heads),
    differing('package', packages, heads),
    differing('data file', data, heads),
    ...code.map((one, at) => [
      `${code.length === 1 ? '' : `1 → ${at + 2}: `}${codeSentence(one)}`,
      ...one.files.flatMap(patchLines).map(plainLine),
      ...leftOutText(one),
    ]),
  ]
  return blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')
}

function runsText({ runs }: WholeComparison): string {
  return textTable(
    ['', 'run', 'model', 'experiment', 'state', 'started', 'took', 'by'],
    runs.map((run, at) => [
      String(at + 1),
      run.id,
      run.model,
      run.experiment,
      run.state,
      when(run.startedAt),
      took(run),
      run.by.name,
    ]),
  )
}

function metricsText({ metrics }: WholeComparison, heads: readonly string[]): readonly string[] {
  if (metrics.length === 0) return []
  const rows = metrics.map(({ name, values, differences }) => [
    name,
    ...values.map((value, at) => cell(value) + differenceText(differences[at])),
  ])
  return [textTable(['metric', ...heads], rows)]
}

/** What differs as a table, and how much is the same. */
function differing(
  what: string,
  all: readonly Compared<string | number | boolean>[],
  heads: readonly string[],
): readonly string[] {
  const rows = all.filter(({ isSame }) => !isSame).map(({ name, values }) => [name, ...values.map(cell)])
  return [
    ...(rows.length === 0 ? [] : [textTable([what, ...heads], rows)]),
    ...sameText(all.length - rows.length, what),
  ]
}

function cell(value: string | number | boolean | undefined): string {
  return typeof value === 'string' && isDigest(value) ? shortDigest(value) : valueText(value)
}

/** Code is shown with its indentation; what a terminal would obey is not. */
function plainLine(line: string): string {
  return line.split('\t').map(harmless).join('  ')
}
