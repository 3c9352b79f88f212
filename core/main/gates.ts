import { z } from 'zod'
import { type Digest, isDigest } from '../records/digest.ts'
import type { EvidenceRecord } from '../records/evidence.ts'
import type { ModelVersion } from '../records/model.ts'
import type { Workspace } from '../workspace/workspace.ts'

/** What promote and deploy-canary look at of a gate's evidence. */
export interface Gate extends Pick<EvidenceRecord, 'id' | 'at' | 'verdict'> {
  /** What it compared with; undefined where it compared with nothing. */
  readonly champion?: { readonly reference: string; readonly digest: Digest } | undefined
  /** Why the candidate was let through although it did not pass. */
  readonly forced?: string | undefined
}

const predicateShape = z.object({
  model: z.string(),
  champion: z.object({ reference: z.string(), digest: z.custom<Digest>((text) => isDigest(String(text))) }).optional(),
  forced: z.object({ reason: z.string().min(1) }).optional(),
})

/**
 * The newest gate that judged a version's very bytes as this model; none when there is none. Another model's criteria say
 * nothing about this one, even of the same bytes. Reads the statement itself, verified.
 */
export async function gatesOf(
  { files, model }: Pick<ModelVersion, 'files' | 'model'>,
  { evidence }: Workspace,
): Promise<readonly Gate[]> {
  for (const { id, at, verdict } of await evidence.about(files.digest, 'gate')) {
    const predicate = predicateShape.safeParse((await evidence.read(id)).predicate)
    if (!predicate.success || predicate.data.model !== model) continue
    const { champion, forced } = predicate.data
    return [{ id, at, ...(verdict === undefined ? {} : { verdict }), champion, forced: forced?.reason }]
  }
  return []
}
