import { z } from 'zod'
import { type Digest, hexOf } from '../records/digest.ts'
import type { EvidenceRecord, Statement } from '../records/evidence.ts'
import { gateGistShape } from '../records/gate-evidence.ts'
import type { ModelVersion } from '../records/model.ts'
import type { Workspace } from '../workspace/workspace.ts'

/** What promote and deploy-canary look at of a gate's evidence. */
export interface Gate extends Pick<EvidenceRecord, 'id' | 'at' | 'verdict'> {
  /** What it compared with; undefined where it compared with nothing. */
  readonly champion?: { readonly reference: string; readonly digest?: Digest | undefined } | undefined
  /** Why the candidate was let through although it did not pass. */
  readonly forced?: string | undefined
  /** What it judged by. */
  readonly criteria?: { readonly file: string; readonly digest?: Digest | undefined } | undefined
  /** Why its verdict does not count, after "its evidence …". */
  readonly problem?: string | undefined
}

const ofModel = z.looseObject({ model: z.string() })

/**
 * The newest gate that judged a version's very bytes as this model; none when there is none. Another model's criteria say
 * nothing about this one, even of the same bytes. Reads the statement itself, verified: one that is not about these bytes, that has
 * another verdict than the workspace remembers, or that cannot be read has none.
 */
export async function gatesOf(
  { files, model }: Pick<ModelVersion, 'files' | 'model'>,
  { evidence }: Workspace,
): Promise<readonly Gate[]> {
  for (const { id, at, verdict } of await evidence.about(files.digest, 'gate')) {
    const statement = await evidence.read(id)
    const about = ofModel.safeParse(statement.predicate)
    if (about.success && about.data.model !== model) continue
    return [{ id, at, ...toldBy(statement, { subject: files.digest, verdict }) }]
  }
  return []
}

/** What a statement tells, where it is about these bytes and says what the workspace remembers of it. */
function toldBy(
  { subject: subjects, predicate }: Statement,
  { subject, verdict }: { readonly subject: Digest; readonly verdict: EvidenceRecord['verdict'] | undefined },
): Omit<Gate, 'id' | 'at'> {
  const read = gateGistShape.safeParse(predicate)
  if (!read.success) return { problem: 'has a form that this release does not read' }
  if (!subjects.some(({ digest }) => digest.sha256 === hexOf(subject))) return { problem: 'is about other files' }
  const { champion, forced, criteria, verdict: told } = read.data
  if (told.kind !== verdict)
    return { problem: `says ${told.kind}, and the workspace remembers ${verdict ?? 'nothing'}` }
  return { verdict, champion, forced: forced?.reason, criteria }
}
