import { InputError } from '../../errors/errors.ts'
import type { Digest } from '../../records/digest.ts'
import { parseReference } from '../../records/reference.ts'
import type { Run } from '../../records/run.ts'
import { defineStep } from '../../step/define-step.ts'
import { flag, integer, list } from '../../step/input.ts'
import type { Workspace } from '../../workspace/workspace.ts'
import type { Look, Seen } from '../lazy-look.ts'
import { type CodeDifference, compareCode } from './code.ts'
import { compareRuns, type Compared, type Comparison } from './comparison.ts'
import { comparisonMarkdown } from './markdown.ts'
import { comparePackages } from './packages.ts'
import { comparisonText } from './text.ts'

export const definition = defineStep({
  id: 'compare',
  title: 'Compare runs',
  doc: 'Puts runs side by side: parameters, metrics with their differences, commit, environment with its packages, data, and the difference of their code. The first run is what the others are compared with.\n\nA difference is called better or worse only for the metrics that the gate knows. It says nothing about chance: that is for `compare-and-gate`.',
  branding: { icon: 'columns', color: 'blue' },
  permissions: { contents: 'read' },
  workspace: 'read',
  inputs: {
    runs: list({
      doc: 'Two runs or more, `run:<id>`; of a version, `name@3` or `name@champion`, the run that trained it.',
      required: true,
    }),
    lines: integer({ doc: 'How many lines of the difference of code are shown at most.', default: 400, min: 0 }),
    markdown: flag({ doc: 'Prints Markdown, for a comment on a pull request.', default: false }),
    json: flag({ doc: 'Prints JSON.', default: false }),
  },
  outputs: {},
})

/** Runs side by side, with what differs in the bytes that they name. */
export interface WholeComparison extends Comparison {
  /** The packages of the environments that differ, where they are locked. */
  readonly packages: readonly Compared<string>[]
  /** For each run but the first. */
  readonly code: readonly CodeDifference[]
}

/** Larger files of code are named and not compared, in bytes. */
const largestFile = 512_000

/** Shows runs side by side. */
export const look: Look<typeof definition> = async ({ inputs, workspace, host }) => {
  const runs = await runsOf(inputs.runs, { workspace, host })
  const comparison = await compareWhole(runs, workspace, inputs.lines)
  if (inputs.json) return JSON.stringify(comparison, undefined, 2)
  return inputs.markdown ? comparisonMarkdown(comparison) : comparisonText(comparison)
}

async function runsOf(
  references: readonly string[],
  { workspace, host }: Pick<Seen<typeof definition>, 'workspace' | 'host'>,
): Promise<readonly Run[]> {
  const source = { kind: 'input' } as const
  const subject = host.inputName('runs')
  const parsed = references.map((text) => ({ text, reference: parseReference(text) }))
  const faults = parsed
    .filter(({ reference }) => reference === undefined)
    .map(({ text }) => ({
      subject,
      source,
      value: text,
      problem: 'is neither a run nor a version',
      rule: 'run:<id>, name@version or name@alias',
    }))
  if (faults.length === 0 && references.length < 2)
    faults.push({
      subject,
      source,
      value: references.join(' '),
      problem: 'names one run alone',
      rule: 'two runs or more',
    })
  if (faults.length > 0) throw new InputError({ faults })
  const runs: Run[] = []
  for (const { text, reference } of parsed) {
    if (reference === undefined) continue
    const id = reference.kind === 'run' ? reference.run : (await workspace.models.resolve(reference)).run
    if (id === undefined) throw new InputError({ code: 'TY0205', details: `${text} was not trained by a run` })
    runs.push(await workspace.runs.get(id))
  }
  return runs
}

async function compareWhole(runs: readonly Run[], { files }: Workspace, lines: number): Promise<WholeComparison> {
  const [first, ...others] = runs
  const code: CodeDifference[] = []
  for (const other of others)
    if (first !== undefined)
      code.push(
        await compareCode([first.code, other.code], { fileBytes: largestFile, lines }, (digest) => files.read(digest)),
      )
  const locks = await Promise.all(runs.map(({ environment }) => lockOf(environment.lock)))
  return { ...compareRuns(runs), packages: locks.includes(undefined) ? [] : comparePackages(locks), code }

  async function lockOf(lock: Digest | undefined): Promise<string | undefined> {
    return lock === undefined ? undefined : Buffer.from(await files.read(lock)).toString('utf8')
  }
}
