import { z } from 'zod'
import { type Digest, shortDigest } from '../../records/digest.ts'
import type { EvidenceRecord } from '../../records/evidence.ts'
import type { Workspace } from '../../workspace/workspace.ts'
import { when } from '../text-table.ts'
import type { Branch } from '../text-tree.ts'

/** A piece of evidence with what it claims. */
export interface Evidence extends EvidenceRecord {
  readonly predicate: unknown
}

/** Everything that is claimed about a digest, newest first, each statement verified. */
export async function evidenceAbout(subject: Digest, workspace: Workspace): Promise<readonly Evidence[]> {
  const records = await workspace.evidence.about(subject)
  return Promise.all(
    records.map(async (record) => ({ ...record, predicate: (await workspace.evidence.read(record.id)).predicate })),
  )
}

/** The parts of any predicate that a person wants to see; other kinds have other parts. */
const shown = z.object({
  candidate: z.string().optional(),
  champion: z.object({ reference: z.string() }).optional(),
  verdict: z.object({ reasons: z.array(z.string()) }).optional(),
  criteria: z.object({ file: z.string() }).optional(),
  data: z.object({ file: z.string(), rows: z.number() }).optional(),
  forced: z.object({ reason: z.string() }).optional(),
})

/** Evidence as a branch of a tree. */
export function evidenceBranch({ id, kind, at, by, verdict, predicate }: Evidence): Branch {
  const { data: part } = shown.safeParse(predicate)
  const against = part?.champion === undefined ? '' : ` against ${part.champion.reference}`
  return {
    text: `${kind}${verdict === undefined ? '' : ` ${verdict}`}${against}, ${when(at)} by ${by.name} (${shortDigest(id)})`,
    below: [
      ...(part?.verdict?.reasons ?? []).map((reason) => ({ text: reason })),
      ...(part?.data === undefined ? [] : [{ text: `data  ${part.data.file}, ${part.data.rows} rows` }]),
      ...(part?.criteria === undefined ? [] : [{ text: `criteria  ${part.criteria.file}` }]),
      ...(part?.forced === undefined ? [] : [{ text: `forced: ${part.forced.reason}` }]),
    ],
  }
}
