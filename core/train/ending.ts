import { raisedAt } from '../engines/python/raised-at.ts'
import type { Annotation } from '../errors/render.ts'
import type { Context, Ending } from '../main/context.ts'
import type { Run } from '../records/run.ts'
import type { definition } from './definition.ts'
import { summaryOf } from './summary.ts'

/** As many lines as a person reads. */
const shownLines = 20

/** What the end of a run means for the step: a run that succeeded ends it well, any other is a rejection. */
export function ending(context: Context<typeof definition>, run: Run): Ending {
  const { host, done, rejected } = context
  host.summary(summaryOf(run))
  const candidate = `run:${run.id}`
  const { end } = run
  if (end === undefined) throw new TypeError(`run ${run.id} has not ended`)
  const outputs = {
    run: run.id,
    candidate,
    state: run.state,
    metrics: JSON.stringify(end.metrics),
    digest: end.artifacts.digest,
  }
  if (end.state === 'succeeded')
    return done(outputs, { message: `Run ${run.id} succeeded with ${end.artifacts.files.length} files` })
  const lines = (end.lastLines ?? []).slice(-shownLines)
  return rejected(outputs, {
    code: 'TY0401',
    reasons: [
      `run ${run.id} ${end.state}${end.exitCode === undefined ? '' : ` with exit code ${end.exitCode}`}`,
      ...lines,
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
