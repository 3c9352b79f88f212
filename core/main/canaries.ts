import { z } from 'zod'
import { type Digest, isDigest } from '../records/digest.ts'
import type { EvidenceRecord } from '../records/evidence.ts'
import type { ModelVersion } from '../records/model.ts'
import type { Workspace } from '../workspace/workspace.ts'

/** What promote looks at of a canary's evidence. */
export interface CanaryResult extends Pick<EvidenceRecord, 'id' | 'at' | 'verdict'> {
  /** The digest of the package that was tried. */
  readonly package: Digest
}

const predicateShape = z.object({
  model: z.string(),
  endpoint: z.string(),
  package: z.custom<Digest>((text) => isDigest(String(text))),
})

/** The newest canary of a version's very bytes at an endpoint; undefined where there was none. Reads the statement itself, verified. */
export async function canaryOf(
  { files, model }: Pick<ModelVersion, 'files' | 'model'>,
  endpoint: string,
  { evidence }: Workspace,
): Promise<CanaryResult | undefined> {
  for (const { id, at, verdict } of await evidence.about(files.digest, 'canary')) {
    const { data } = predicateShape.safeParse((await evidence.read(id)).predicate)
    if (data?.model !== model || data.endpoint !== endpoint) continue
    return { id, at, ...(verdict === undefined ? {} : { verdict }), package: data.package }
  }
  return undefined
}
