import { InputError } from '../errors/errors.ts'
import type { Digest } from '../records/digest.ts'
import type { ModelVersion } from '../records/model.ts'
import { type ModelReference, referenceText } from '../records/reference.ts'
import { packageTree } from '../scoring/client/packaged.ts'
import { provenPackage } from '../targets/package-of.ts'
import type { DeploymentSpec } from '../targets/target.ts'
import type { CanaryContext } from './run.ts'

/** The version that is tried, with the package that runs. */
export interface Candidate {
  readonly version: ModelVersion
  /** `name@version` */
  readonly reference: string
  readonly spec: DeploymentSpec
  readonly package: Digest
}

/** Finds the version and its package. @throws InputError for a run, for what does not exist, and for a package that is not proven. */
export async function candidateOf(context: CanaryContext): Promise<Candidate> {
  const { inputs, workspace, host } = context
  const version = await versionToTry(context)
  // The rules of the definition demand it, except for `abort`.
  const folder = inputs.package ?? ''
  const input = host.inputName('package')
  const { spec, digest } = await provenPackage(folder, { version, workspace, input, treeOf: packageTree })
  return { version, reference: `${version.model}@${version.version}`, spec, package: digest }
}

/** The version that the input names. */
export async function versionToTry({ inputs, workspace, host }: CanaryContext): Promise<ModelVersion> {
  const { candidate } = inputs
  if (candidate.kind !== 'run') return workspace.models.resolve(candidate)
  throw isRun(candidate, host.inputName('candidate'))
}

function isRun(reference: ModelReference, subject: string): InputError {
  const problem = 'is a run: register it, then deploy the version'
  return new InputError({ faults: [{ subject, source: { kind: 'input' }, value: referenceText(reference), problem }] })
}
