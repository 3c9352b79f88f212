import type { z } from 'zod'
import type { Digest } from '../records/digest.ts'
import type { EvidenceKind, EvidenceRecord } from '../records/evidence.ts'
import type { Workspace } from '../workspace/workspace.ts'

/** A piece of evidence with what it claims. */
export interface Claim<T> {
  readonly record: EvidenceRecord
  readonly claim: T
  /** The claim as it is written, with all that its shape does not know. */
  readonly predicate: unknown
}

/**
 * The claims of one kind about a digest that have a shape, newest first. Each statement is read itself, verified, and only when it
 * is asked for; what has another shape is passed over.
 */
export async function* claimsAbout<T>(
  { digest, kind, shape }: { readonly digest: Digest; readonly kind: EvidenceKind; readonly shape: z.ZodType<T> },
  { evidence }: Pick<Workspace, 'evidence'>,
): AsyncGenerator<Claim<T>> {
  for (const record of await evidence.about(digest, kind)) {
    const { predicate } = await evidence.read(record.id)
    const { data } = shape.safeParse(predicate)
    if (data !== undefined) yield { record, claim: data, predicate }
  }
}
