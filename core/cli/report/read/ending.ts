import type { AliasMove, Model, ModelVersion } from '../../../records/model.ts'
import type { VerdictKind } from '../../../records/verdict.ts'
import type { VersionFacts } from '../facts.ts'
import { readCanary } from './canary.ts'
import { readGate } from './gate.ts'

/** What has become of a version so far. */
export type Ending =
  | { readonly kind: 'champion'; readonly since: string }
  | { readonly kind: 'was champion'; readonly until: string }
  | { readonly kind: 'rolled back' | 'refused' | 'undecided' | 'passed' | 'not judged' }

/** What has become of a version, from the moves of the alias `champion` and the newest evidence about it. */
export function endingOf(facts: VersionFacts, model: Model): Ending {
  const { version } = facts.version
  const moves = model.history.filter(({ alias }) => alias === 'champion')
  const last = moves.at(-1)
  if (model.aliases['champion'] === version && last !== undefined)
    return { kind: 'champion', since: (championMove(model) ?? last).at }
  const left = moves.findLast(({ from }) => from === version)
  const canary = facts.evidence.find(({ kind }) => kind === 'canary')
  const isNewerThan = (at: string | undefined) => canary !== undefined && (at === undefined || canary.at > at)
  if (canary !== undefined && isNewerThan(left?.at) && readCanary(canary)?.decision === 'rollback')
    return { kind: 'rolled back' }
  if (left !== undefined) return { kind: 'was champion', until: left.at }
  const verdict = gateVerdict(facts)
  if (verdict === 'pass') return { kind: 'passed' }
  if (verdict === 'fail') return { kind: 'refused' }
  return { kind: verdict === 'inconclusive' ? 'undecided' : 'not judged' }
}

/** The move that made the champion what it is. */
export function championMove({ aliases, history }: Model): AliasMove | undefined {
  const { champion } = aliases
  return champion === undefined
    ? undefined
    : history.findLast(({ alias, to }) => alias === 'champion' && to === champion)
}

/** What the newest gate says that judged these bytes as this model. */
export function gateVerdict({ version, evidence }: VersionFacts): VerdictKind | undefined {
  return evidence.find((one) => one.kind === 'gate' && isAbout(version, readGate(one)))?.verdict
}

function isAbout({ model }: ModelVersion, gate: { readonly model: string } | undefined): boolean {
  return gate === undefined || gate.model === model
}
