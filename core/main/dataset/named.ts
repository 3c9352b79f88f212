import { InputError } from '../../errors/errors.ts'
import type { DatasetVersion } from '../../records/model.ts'
import { namePattern, parseReference } from '../../records/reference.ts'
import type { Workspace } from '../../workspace/workspace.ts'

/**
 * The version of a dataset that a text names: `name@3`, `name@latest`, or a name for its newest.
 *
 * @param subject The input that holds the text.
 * @throws InputError when it is none of these, or TY0205 when there is no such version.
 */
export async function datasetNamed(text: string, workspace: Workspace, subject: string): Promise<DatasetVersion> {
  const reference = parseReference(namePattern.test(text) ? `${text}@latest` : text)
  if (reference?.kind === 'version') return workspace.datasets.get(reference.model, reference.version)
  if (reference?.kind === 'latest') return workspace.datasets.get(reference.model)
  const problem = 'names no version of a dataset'
  throw new InputError({ faults: [{ subject, source: { kind: 'input' }, value: text, problem, example: 'flights@3' }] })
}
