import { raisedAt } from '../engines/python/raised-at.ts'
import type { Annotation } from '../errors/render.ts'
import type { Context, Ending } from '../main/context.ts'
import { endInWords } from '../main/user-command.ts'
import { counted } from '../main/words.ts'
import type { Run } from '../records/run.ts'
import type { definition } from './definition.ts'
import { summaryOf } from './summary.ts'

/** As many lines as a person reads. */
const shownLines = 20

/** Tells of a run as far as it is known, so that a step that ends by an error has told it too. */
export function announce({ host }: Context<typeof definition>, run: Run): void {
  host.output('run', run.id)
  host.output('candidate', `run:${run.id}`)
  host.output('state', run.state)
  if (run.end !== undefined) host.summary(summaryOf(run))
}

/** What the end of a run means for the step: a run that succeeded ends it well, any other is a rejection. */
export function ending(context: Context<typeof definition>, run: Run): Ending {
  const { host, done, rejected } = context
  const { end } = run
  if (end === undefined) throw new TypeError(`run ${run.id} has not ended`)
  host.summary(summaryOf(run))
  const outputs = {
    run: run.id,
    candidate: `run:${run.id}`,
    state: run.state,
    metrics: JSON.stringify(end.metrics),
    digest: end.artifacts.files.length === 0 ? undefined : end.artifacts.digest,
  }
  if (end.state === 'succeeded')
    return done(outputs, { message: `Run ${run.id} succeeded with ${counted(end.artifacts.files.length, 'file')}` })
  const lines = end.lastLines ?? []
  return rejected(outputs, {
    code: 'TY0401',
    reasons: [
      end.state === 'failed' ? `run ${run.id} ended ${endInWords(end)}` : `run ${run.id} was cancelled`,
      ...lines.slice(-shownLines),
    ],
    annotations: annotation(context, lines),
  })
}

/** The line of the project's Python that raised, when the log ends in a traceback. */
function annotation(
  { project, inputs, host }: Context<typeof definition>,
  lines: readonly string[],
): readonly Annotation[] {
  const raised = raisedAt(lines, { folder: project.folderOf(inputs.model), root: host.context.folder })
  return raised === undefined ? [] : [raised]
}
