import type { ModelVersion } from '../../records/model.ts'
import type { Workspace } from '../../workspace/workspace.ts'
import { type Gate, readGate } from '../report/read/gate.ts'
import { type Evidence, evidenceAbout } from '../show/evidence.ts'

/** The newest gate about a version's very bytes as this model; undefined where there is none that this release can read. */
export async function newestGate(
  { files, model }: Pick<ModelVersion, 'files' | 'model'>,
  workspace: Workspace,
): Promise<{ readonly evidence: Evidence; readonly gate: Gate } | undefined> {
  for (const evidence of await evidenceAbout(files.digest, workspace)) {
    const gate = evidence.kind === 'gate' ? readGate(evidence) : undefined
    if (gate?.model === model) return { evidence, gate }
  }
  return undefined
}
