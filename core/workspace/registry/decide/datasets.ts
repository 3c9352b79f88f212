import { notFound } from '../../failures.ts'
import type { Decision } from '../../ledger/transact.ts'
import type { Change, DatasetRegistered } from '../changes.ts'
import type { DatasetDoc } from '../documents.ts'
import type { StoredDataset } from '../stored.ts'

/** The version of a dataset, or its newest. @throws InputError TY0205 */
export function knownDataset(doc: DatasetDoc | undefined, name: string, version?: number): StoredDataset {
  if (doc === undefined) throw notFound(`no dataset is called ${name}`)
  const found = version === undefined ? doc.versions.at(-1) : doc.versions[version - 1]
  if (found === undefined) throw notFound(`the dataset ${name} has no version ${version}`)
  return found
}

/** The same files under the same name are one version. */
export function decideDataset(
  doc: DatasetDoc | undefined,
  start: Omit<DatasetRegistered, 'kind' | 'version'>,
): Decision<Change, StoredDataset> {
  const known = doc?.versions.find(({ files }) => files.digest === start.files.digest)
  if (known !== undefined) return { result: known }
  return { changes: [{ kind: 'dataset.registered', ...start, version: (doc?.versions.length ?? 0) + 1 }] }
}
