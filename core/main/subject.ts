import { InputError } from '../errors/errors.ts'
import type { ModelReference } from '../records/reference.ts'
import { referenceText } from '../records/reference.ts'
import type { ModelVersion } from '../records/model.ts'
import type { Run } from '../records/run.ts'
import type { Tree } from '../records/tree.ts'
import type { Workspace } from '../workspace/workspace.ts'

/** What a reference names, with its files: a version, or a run that succeeded. */
export interface Subject {
  /** `name@version` or `run:<id>`. */
  readonly reference: string
  /** The model that it is a version of, or that the run trained. */
  readonly model: string
  readonly files: Tree
  readonly version?: ModelVersion
  /** The run itself, or the one that trained the version. */
  readonly run?: Run
}

/**
 * Finds what a reference names.
 *
 * @throws InputError TY0205 when there is no such thing; TY0101 when a run has no files because it did not succeed.
 */
export async function filesOf(reference: ModelReference, workspace: Workspace): Promise<Subject> {
  if (reference.kind !== 'run') return subjectOf(await workspace.models.resolve(reference), workspace)
  const run = await workspace.runs.get(reference.run)
  return { reference: referenceText(reference), model: run.model, files: filesOfRun(run), run }
}

/** A version with the run that trained it. */
export async function subjectOf(version: ModelVersion, workspace: Workspace): Promise<Subject> {
  const run = version.run === undefined ? undefined : await workspace.runs.get(version.run)
  return {
    reference: `${version.model}@${version.version}`,
    model: version.model,
    files: version.files,
    version,
    ...(run === undefined ? {} : { run }),
  }
}

/** What a run wrote. @throws InputError when it did not succeed. */
export function filesOfRun({ id, state, end }: Run): Tree {
  if (end?.state === 'succeeded') return end.artifacts
  throw new InputError({ details: `run:${id} ${stateInWords[state]}: only a run that succeeded has files` })
}

const stateInWords = {
  queued: 'has not begun',
  running: 'is still running',
  succeeded: 'succeeded',
  failed: 'failed',
  cancelled: 'was cancelled',
  lost: 'is lost: it did not end before its deadline',
} as const satisfies Record<Run['state'], string>

/**
 * Demands that something belongs to a model. What was judged by one model's criteria, or trained as another, is not to be
 * taken for this one by a slip in a workflow.
 *
 * @throws InputError naming the input that names it.
 */
export function demandModel(
  { reference, model }: Pick<Subject, 'reference' | 'model'>,
  wanted: string,
  input: string,
): void {
  if (model === wanted) return
  throw new InputError({
    faults: [
      {
        subject: input,
        source: { kind: 'input' },
        value: reference,
        problem: `is of the model ${model}, not ${wanted}`,
      },
    ],
  })
}
