import type { Evidence } from '../../show/evidence.ts'

/** Each piece of evidence once, newest first: two versions with the same bytes share all of theirs. */
export function unique(evidence: readonly Evidence[]): readonly Evidence[] {
  const byId = new Map(evidence.map((one) => [one.id, one]))
  return [...byId.values()].sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : a.id < b.id ? -1 : 1))
}
