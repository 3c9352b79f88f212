import type { EvidenceRecord } from '../records/evidence.ts'

/** Whether a promotion may go on: with a gate's evidence, by force, or not, and why not. */
export type Decision =
  | { readonly kind: 'gated'; readonly gate: EvidenceRecord }
  | { readonly kind: 'forced'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reasons: readonly string[] }

/**
 * Decides by the newest gate evidence about the version's bytes: an older pass does not outweigh a newer fail. A forced
 * promotion that has a passing gate anyway is an ordinary one.
 *
 * @param gates All gate evidence about the digest, newest first.
 */
export function decide(
  gates: readonly EvidenceRecord[],
  request: { readonly force: boolean; readonly reason?: string | undefined },
): Decision {
  const newest = gates[0]
  if (newest?.verdict === 'pass') return { kind: 'gated', gate: newest }
  if (request.force && request.reason !== undefined) return { kind: 'forced', reason: request.reason }
  return {
    kind: 'refused',
    reasons: [
      newest === undefined
        ? 'no gate has judged these files'
        : `the newest gate says ${newest.verdict ?? 'nothing'} (${newest.at}, evidence ${newest.id})`,
    ],
  }
}
