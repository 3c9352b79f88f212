import { z } from 'zod'
import type { Digest } from '../records/digest.ts'
import { digestShape } from '../records/digest-shape.ts'
import type { EvidenceRecord } from '../records/evidence.ts'
import type { ModelVersion } from '../records/model.ts'
import type { Workspace } from '../workspace/workspace.ts'
import { claimsAbout } from './claims.ts'

/** What promote looks at of a canary's evidence. */
export interface CanaryResult extends Pick<EvidenceRecord, 'id' | 'at' | 'verdict'> {
  /** The digest of the package that was tried. */
  readonly package: Digest
}

const predicateShape = z.object({
  model: z.string(),
  endpoint: z.string(),
  package: digestShape,
})

/** The newest canary of a version's very bytes at an endpoint; undefined where there was none. Reads the statement itself, verified. */
export async function canaryOf(
  { files, model }: Pick<ModelVersion, 'files' | 'model'>,
  endpoint: string,
  workspace: Workspace,
): Promise<CanaryResult | undefined> {
  const asked = { digest: files.digest, kind: 'canary', shape: predicateShape } as const
  for await (const { record, claim } of claimsAbout(asked, workspace)) {
    const { id, at, verdict } = record
    if (claim.model !== model || claim.endpoint !== endpoint) continue
    return { id, at, ...(verdict === undefined ? {} : { verdict }), package: claim.package }
  }
  return undefined
}
