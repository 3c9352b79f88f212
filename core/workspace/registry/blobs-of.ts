import { type Digest, isDigest } from '../../records/digest.ts'
import type { Change } from './changes.ts'

/** Bytes that a change refers to. Digests that name something else than bytes that are kept do no harm here. */
export interface Referral {
  readonly digest: Digest
  /** What has to go for the bytes to be let go; undefined where they stay for ever. */
  readonly owner?: string
  /** Set where the bytes are a list of files: those files are referred to as well, by the same owner. */
  readonly isList?: boolean
  /** Where a list is, for a driver that needs to be told. */
  readonly in?: string
}

/**
 * Every digest in a change, whatever its kind: what a new kind refers to is never forgotten. The files in the trees of a run
 * or a version belong to that; everything else, the lists of files too, is part of the record and stays.
 */
export function blobsOf(change: Change): readonly Referral[] {
  const found: Referral[] = []
  const owner = ownerOf(change)
  const visit = (value: unknown, isFile: boolean): void => {
    if (typeof value === 'string') {
      if (isDigest(value)) found.push({ digest: value, ...(isFile && owner !== undefined ? { owner } : {}) })
    } else if (Array.isArray(value)) for (const one of value) visit(one, isFile)
    else if (isObject(value)) {
      const { list, in: place } = value
      if (typeof list === 'string' && isDigest(list)) found.push(listIn(list, place, owner))
      for (const [key, one] of Object.entries(value)) visit(one, isFile || key === 'files')
    }
  }
  visit(change, false)
  return found
}

/** What lets its files go with this change. */
export function releasedBy(change: Change): string | undefined {
  if (change.kind === 'run.pruned') return runOwner(change.run)
  if (change.kind === 'version.deleted') return versionOwner(change.model, change.version)
  return undefined
}

/** How a run is called as an owner of files. */
export function runOwner(run: string): string {
  return `run ${run}`
}

function versionOwner(model: string, version: number): string {
  return `${model}@${version}`
}

function ownerOf(change: Change): string | undefined {
  if (change.kind === 'run.started' || change.kind === 'run.ended') return runOwner(change.run)
  if (change.kind === 'version.registered') return versionOwner(change.start.model, change.version)
  return undefined
}

function listIn(digest: Digest, place: unknown, owner: string | undefined): Referral {
  return {
    digest,
    isList: true,
    ...(owner === undefined ? {} : { owner }),
    ...(typeof place === 'string' ? { in: place } : {}),
  }
}

function isObject(value: unknown): value is { readonly list?: unknown; readonly in?: unknown } {
  return typeof value === 'object' && value !== null
}
