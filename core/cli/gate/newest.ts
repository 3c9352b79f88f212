import { type Claim, claimsAbout } from '../../main/claims.ts'
import { type GateEvidence, gatePredicateShape } from '../../records/gate-evidence.ts'
import type { ModelVersion } from '../../records/model.ts'
import type { Workspace } from '../../workspace/workspace.ts'

/** The newest gate about a version's very bytes as this model; undefined where there is none that this release can read. */
export async function newestGate(
  { files, model }: Pick<ModelVersion, 'files' | 'model'>,
  workspace: Workspace,
): Promise<Claim<GateEvidence> | undefined> {
  const asked = { digest: files.digest, kind: 'gate', shape: gatePredicateShape } as const
  for await (const found of claimsAbout(asked, workspace)) if (found.claim.model === model) return found
  return undefined
}
