import { code, plain, table } from '../main/markdown.ts'
import { shortDigest } from '../records/digest.ts'
import type { Run } from '../records/run.ts'
import { treeSize } from '../records/tree.ts'

/** The page about a run: how it ended, its metrics and parameters, and what it was made of. */
export function summaryOf(run: Run): string {
  const { id, model, state, git, environment, data, end } = run
  const made = [
    [
      'commit',
      git.commit === undefined
        ? 'unknown'
        : `${code(git.commit.slice(0, 12))}${git.isDirty === true ? ' with uncommitted changes' : ''}`,
    ],
    [
      'environment',
      environment.digest === undefined
        ? environment.kind
        : `${environment.python ?? ''} ${code(shortDigest(environment.digest))}`,
    ],
    ['data', data.length === 0 ? 'none declared' : `${data.length} files`],
    [
      'files',
      end === undefined
        ? 'none'
        : `${end.artifacts.files.length}, ${treeSize(end.artifacts).toLocaleString('en-US')} bytes`,
    ],
    ...(run.previousAttempt === undefined ? [] : [['previous attempt', code(run.previousAttempt)]]),
  ]
  return [
    `### Run ${code(id)} of ${code(model)}: ${state}`,
    '',
    ...values('metric', end?.metrics ?? {}),
    ...values('parameter', end?.params ?? {}),
    table(['made of', ''], made),
    '',
  ].join('\n')
}

function values(heading: string, record: Readonly<Record<string, string | number | boolean>>): readonly string[] {
  const rows = Object.entries(record).map(([name, value]) => [code(name), plain(String(value))])
  return rows.length === 0 ? [] : [table([heading, 'value'], rows), '']
}
