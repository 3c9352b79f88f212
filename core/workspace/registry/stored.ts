import type { Digest } from '../../records/digest.ts'
import type { DatasetVersion, ModelVersion, VersionStart } from '../../records/model.ts'
import type { Run, RunEnd, RunStart } from '../../records/run.ts'
import type { TreeFile } from '../../records/tree.ts'

/** A file as it is remembered. `in` is the place of its bytes, where a driver needs one. */
export interface StoredFile extends TreeFile {
  readonly in?: string
}

/** A list of files: in the entry itself, or in a blob when it is long. */
export type StoredFiles = { readonly files: readonly StoredFile[] } | { readonly list: Digest; readonly in?: string }

/** A tree with its list of files. */
export type StoredTree = { readonly digest: Digest } & StoredFiles

/** Records as entries and documents hold them: as steps see them, but for their lists of files. */
export type StoredRunStart = Omit<RunStart, 'code' | 'data'> & {
  readonly code: StoredTree
  readonly data: StoredFiles
}
export type StoredRunEnd = Omit<RunEnd, 'artifacts'> & { readonly artifacts: StoredTree }
export type StoredRun = Omit<Run, 'code' | 'data' | 'end'> &
  Pick<StoredRunStart, 'code' | 'data'> & {
    readonly end?: StoredRunEnd
    /** The versions that it became, oldest first. */
    readonly became: readonly { readonly model: string; readonly version: number; readonly digest: Digest }[]
  }
export type StoredVersionStart = Omit<VersionStart, 'files'> & { readonly files: StoredTree }
export type StoredVersion = Omit<ModelVersion, 'files'> & { readonly files: StoredTree }
export type StoredDataset = Omit<DatasetVersion, 'files'> & {
  readonly files: StoredTree
  /** The place of its profile, where a driver needs one. */
  readonly profileIn?: string
}

/** The parts of an object but for some keys. */
export function without<T extends object, K extends keyof T>(value: T, ...keys: readonly K[]): Omit<T, K> {
  const copy = { ...value }
  for (const key of keys) delete copy[key]
  return copy
}
