import { parseReference, type ModelReference, namePattern } from '../../records/reference.ts'

/** What a lineage is asked of: a version or run, or something that they were made of. */
export type Target =
  | { readonly kind: 'subject'; readonly reference: ModelReference }
  | { readonly kind: 'dataset'; readonly name: string; readonly version: number | undefined }
  | { readonly kind: 'commit'; readonly commit: string }
  | { readonly kind: 'digest'; readonly digest: string }

/** What `parseTarget` reads, in words. */
export const targetRule =
  'name@version, name@alias, name@latest, run:id, dataset:name, dataset:name@version, commit:hash, or sha256:digest (a beginning of 7 digits is enough)'

/** Reads what a lineage is asked of; undefined for a text that names nothing. */
export function parseTarget(text: string): Target | undefined {
  const [, dataset, version] = /^dataset:([^@]*)(?:@([1-9]\d{0,8}))?$/.exec(text) ?? []
  if (dataset !== undefined) {
    if (!namePattern.test(dataset)) return undefined
    return { kind: 'dataset', name: dataset, version: version === undefined ? undefined : Number(version) }
  }
  const commit = /^commit:([0-9a-f]{7,64})$/i.exec(text)?.[1]
  if (commit !== undefined) return { kind: 'commit', commit: commit.toLowerCase() }
  const digest = /^sha256:([0-9a-f]{7,64})$/i.exec(text)?.[1]
  if (digest !== undefined) return { kind: 'digest', digest: digest.toLowerCase() }
  const reference = parseReference(text)
  return reference === undefined ? undefined : { kind: 'subject', reference }
}
