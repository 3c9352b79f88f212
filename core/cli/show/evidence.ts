import { z } from 'zod'
import { type Digest, shortDigest } from '../../records/digest.ts'
import type { EvidenceKind, EvidenceRecord } from '../../records/evidence.ts'
import type { Workspace } from '../../workspace/workspace.ts'
import { highestHeld, readProfile } from '../report/read/profile.ts'
import { milliseconds } from '../report/words.ts'
import { when } from '../text-table.ts'
import type { Branch } from '../text-tree.ts'
import { who } from '../who.ts'

/** A piece of evidence with what it claims. */
export interface Evidence extends EvidenceRecord {
  readonly kind: Exclude<EvidenceKind, 'predictions'>
  readonly predicate: unknown
}

/**
 * Everything that is claimed about a digest, newest first, each statement verified; but not which predictions a gate kept to use
 * them again: that says nothing about a model.
 */
export async function evidenceAbout(subject: Digest, workspace: Workspace): Promise<readonly Evidence[]> {
  const records = await workspace.evidence.about(subject)
  const read = records.map(async ({ kind, ...record }) => {
    if (kind === 'predictions') return []
    return [{ ...record, kind, predicate: (await workspace.evidence.read(record.id)).predicate }]
  })
  return (await Promise.all(read)).flat()
}

/** The parts of any predicate that a person wants to see; other kinds have other parts. */
const shown = z.object({
  candidate: z.string().optional(),
  champion: z.object({ reference: z.string() }).optional(),
  verdict: z.object({ reasons: z.array(z.string()) }).optional(),
  criteria: z.object({ file: z.string() }).optional(),
  data: z.object({ file: z.string(), rows: z.number() }).optional(),
  forced: z.object({ reason: z.string() }).optional(),
  package: z.object({ digest: z.string() }).optional().catch(undefined),
  image: z.object({ name: z.string() }).optional().catch(undefined),
})

/** Evidence as a branch of a tree. */
export function evidenceBranch(evidence: Evidence): Branch {
  const { id, kind, at, by, verdict, predicate } = evidence
  const { data: part } = shown.safeParse(predicate)
  const against = part?.champion === undefined ? '' : ` against ${part.champion.reference}`
  return {
    text: `${kind}${verdict === undefined ? '' : ` ${verdict}`}${against}, ${when(at)} by ${who(by)} (${shortDigest(id)})`,
    below: [
      ...(part?.verdict?.reasons ?? []).map((reason) => ({ text: reason })),
      ...(part?.package === undefined ? [] : [{ text: `package  ${part.package.digest}` }]),
      ...(part?.image === undefined ? [] : [{ text: `image  ${part.image.name}` }]),
      ...(kind === 'profile' ? heldBranch(evidence) : []),
      ...(part?.data === undefined ? [] : [{ text: `data  ${part.data.file}, ${part.data.rows} rows` }]),
      ...(part?.criteria === undefined ? [] : [{ text: `criteria  ${part.criteria.file}` }]),
      ...(part?.forced === undefined ? [] : [{ text: `forced: ${part.forced.reason}` }]),
    ],
  }
}

/** What a profile is read for: the highest rate that held, and its tail. */
function heldBranch(evidence: Evidence): readonly Branch[] {
  const profile = readProfile(evidence)
  if (profile === undefined) return []
  const best = highestHeld(profile.rates)
  if (best === undefined) return [{ text: 'held  none of its rates' }]
  const tail = best.latencyMs === undefined ? '' : `, p99 ${milliseconds(best.latencyMs.p99)}`
  return [{ text: `held  ${best.rate} requests/s${tail}` }]
}
