import { code as codeSpan, plain, table } from '../../main/markdown.ts'
import { isDigest, shortDigest } from '../../records/digest.ts'
import { took } from '../show/runs.ts'
import { when } from '../text-table.ts'
import type { CodeDifference } from './code.ts'
import type { WholeComparison } from './command.ts'
import type { Compared } from './comparison.ts'
import { codeSentence, differenceText, leftOutText, patchLines, sameText, valueText } from './words.ts'

/** Runs side by side as Markdown, for a comment: what is long is folded. */
export function comparisonMarkdown({
  runs,
  metrics,
  params,
  circumstances,
  packages,
  data,
  code,
}: WholeComparison): string {
  const heads = runs.map((_, at) => String(at + 1))
  const differing = <T extends string | number | boolean>(what: string, all: readonly Compared<T>[]) => {
    const rows = all.filter(({ isSame }) => !isSame).map(({ name, values }) => [codeSpan(name), ...values.map(cell)])
    return [...(rows.length === 0 ? [] : [table([what, ...heads], rows)]), ...sameText(all.length - rows.length, what)]
  }
  const described = runs.map((run, at) => [
    String(at + 1),
    codeSpan(run.id),
    plain(run.model),
    plain(run.experiment),
    run.state,
    when(run.startedAt),
    took(run),
    plain(run.by.name),
  ])
  const blocks: readonly string[] = [
    `### Runs compared with ${codeSpan(runs[0]?.id ?? '')}`,
    table(['', 'run', 'model', 'experiment', 'state', 'started', 'took', 'by'], described),
    ...(metrics.length === 0
      ? []
      : [
          table(
            ['metric', ...heads],
            metrics.map(({ name, values, differences }) => [
              codeSpan(name),
              ...values.map((value, at) => `${cell(value)}${plain(differenceText(differences[at]))}`),
            ]),
          ),
        ]),
    ...differing('parameter', params),
    ...differing('circumstance', circumstances),
    ...differing('package', packages),
    ...differing('data file', data),
    ...code.flatMap((one, at) => folded(one, code.length === 1 ? '' : `1 → ${at + 2}: `)),
  ]
  return `${blocks.join('\n\n')}\n`
}

function cell(value: string | number | boolean | undefined): string {
  if (typeof value === 'string') return codeSpan(isDigest(value) ? shortDigest(value) : value)
  return value === undefined ? valueText(value) : plain(valueText(value))
}

function folded(difference: CodeDifference, head: string): readonly string[] {
  const lines = difference.files.flatMap(patchLines)
  if (lines.length === 0) return [`${head}${codeSentence(difference)}`]
  const longest = Math.max(2, ...lines.flatMap((line) => Array.from(line.matchAll(/`+/g), ([run]) => run.length)))
  const fence = '`'.repeat(longest + 1)
  return [
    `<details><summary>${head}${codeSentence(difference)}</summary>`,
    `${fence}diff\n${lines.join('\n')}\n${fence}`,
    ...leftOutText(difference),
    '</details>',
  ]
}
