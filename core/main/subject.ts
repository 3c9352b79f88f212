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
  readonly files: Tree
  readonly version?: ModelVersion
  /** The run itself, or the one that trained the version. */
  readonly run?: Run
}

/**
 * Finds what a reference names.
 *
 * @throws InputError TY0205 when there is no such thing, or when a run has no files because it did not succeed.
 */
export async function filesOf(reference: ModelReference, workspace: Workspace): Promise<Subject> {
  if (reference.kind !== 'run') return subjectOf(await workspace.models.resolve(reference), workspace)
  const run = await workspace.runs.get(reference.run)
  if (run.end?.state !== 'succeeded')
    throw new InputError({
      code: 'TY0205',
      details: `${referenceText(reference)} is ${run.state}: only a run that succeeded has files`,
    })
  return { reference: referenceText(reference), files: run.end.artifacts, run }
}

/** A version with the run that trained it. */
export async function subjectOf(version: ModelVersion, workspace: Workspace): Promise<Subject> {
  const run = version.run === undefined ? undefined : await workspace.runs.get(version.run)
  return {
    reference: `${version.model}@${version.version}`,
    files: version.files,
    version,
    ...(run === undefined ? {} : { run }),
  }
}
