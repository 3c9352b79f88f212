import { code, plain, table } from '../main/markdown.ts'
import { endInWords } from '../main/user-command.ts'
import { counted, sized } from '../main/words.ts'
import { shortDigest } from '../records/digest.ts'
import type { Run } from '../records/run.ts'

/** The page about a run: how it ended in one sentence, then its metrics and parameters, then what it was made of. */
export function summaryOf(run: Run): string {
  const { id, model, state, end } = run
  return [
    `### Run ${code(id)} of ${code(model)}: ${state}`,
    '',
    `${code(run.command.join(' '))} ${howItEnded(run)}.`,
    '',
    ...values('metric', end?.metrics ?? {}),
    ...values('parameter', end?.params ?? {}),
    table(['made of', ''], madeOf(run)),
    '',
  ].join('\n')
}

function howItEnded({ state, startedAt, endedAt, end }: Run): string {
  const seconds = endedAt === undefined ? undefined : (Date.parse(endedAt) - Date.parse(startedAt)) / 1000
  const after = seconds === undefined ? '' : ` after ${inUnits(seconds)}`
  if (end === undefined) return `is ${state}`
  if (state === 'cancelled') return `was cancelled${after}`
  if (state === 'failed' && end.exitCode !== 0) return `ended ${endInWords(end)}${after}`
  const { artifacts } = end
  if (state === 'failed') return `ended well${after}, but what it wrote or reported cannot be used`
  return `succeeded${after} and wrote ${sized(artifacts)} (${code(shortDigest(artifacts.digest))})`
}

function inUnits(seconds: number): string {
  if (seconds < 60) return `${Number(seconds.toPrecision(2))} s`
  return seconds < 3600 ? `${Math.round(seconds / 60)} min` : `${Number((seconds / 3600).toPrecision(2))} h`
}

function madeOf({ git, environment, data, datasets, previousAttempt, passEnv }: Run): readonly (readonly string[])[] {
  const { digest, python } = environment
  const commit =
    git.commit === undefined
      ? 'unknown'
      : `${code(git.commit.slice(0, 12))}${git.isDirty === true ? ' with uncommitted changes' : ''}`
  return [
    ['commit', commit],
    ['environment', digest === undefined ? 'what was there' : `Python ${python ?? ''} ${code(shortDigest(digest))}`],
    ['data', data.length === 0 ? 'none declared' : counted(data.length, 'file')],
    ...(datasets === undefined ? [] : [['datasets', datasets.map(code).join(', ')]]),
    ...(passEnv === undefined ? [] : [['variables passed', passEnv.map(code).join(', ')]]),
    ...(previousAttempt === undefined ? [] : [['previous attempt', code(previousAttempt)]]),
  ]
}

function values(heading: string, record: Readonly<Record<string, string | number | boolean>>): readonly string[] {
  const rows = Object.entries(record).map(([name, value]) => [code(name), plain(String(value))])
  return rows.length === 0 ? [] : [table([heading, 'value'], rows), '']
}
