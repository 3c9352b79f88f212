import { shortDigest } from '../../records/digest.ts'
import type { AuditEntry } from '../workspace.ts'
import type { Entry, Placed } from '../ledger/ledger.ts'
import type { Change, ChangeOf } from './changes.ts'

/** An entry in the words of an audit. */
export function auditEntry({ token, entry }: Placed<Change>): AuditEntry {
  const { at, by, changes } = entry
  return {
    ...token,
    at,
    by: by.name,
    ...(by.identity === undefined ? {} : { identity: by.identity }),
    ...(by.url === undefined ? {} : { url: by.url }),
    changes: changes.map(whole),
  }
}

/** The first line of a commit that holds an entry. */
export function subject({ changes }: Pick<Entry<Change>, 'changes'>): string {
  const [origin] = changes.flatMap((change) => change.origin ?? [])
  return origin === undefined
    ? changes.map(sentence).join('; ')
    : `${changes.length} changes copied, the first of ${origin.workspace}`
}

function whole(change: Change): string {
  const { origin } = change
  if (origin === undefined) return sentence(change)
  const { workspace, seq, at, by } = origin
  return `${sentence(change)} (at ${at} by ${by.name}${by.url === undefined ? '' : `, ${by.url}`}; copied from ${seq === 0 ? workspace : `entry ${seq} of ${workspace}`})`
}

/** One change in one sentence. */
function sentence(change: Change): string {
  switch (change.kind) {
    case 'run.started':
      return `run ${change.run} of ${change.start.model} started`
    case 'run.ended':
      return `run ${change.run} ${change.end.state}`
    case 'run.pruned':
      return `run ${change.run} pruned, its files are let go: ${change.why}`
    case 'version.registered':
      return `${change.start.model}@${change.version} registered${change.start.run === undefined ? '' : ` from run ${change.start.run}`}`
    case 'version.claimed':
      return `a version of ${change.model} claimed by ${change.claimant}`
    case 'version.tagged':
      return `${change.model}@${change.version} tagged ${tagWords(change.tags)}`
    case 'version.hashed':
      return `the files of ${change.model}@${change.version} were read where they are, and have the digest ${shortDigest(change.digest)}`
    case 'version.deleted':
      return `${change.model}@${change.version} deleted: ${change.why}`
    case 'version.archived':
      return `${change.model}@${change.version} ${change.isArchived ? 'archived' : 'taken out of the archive'}: ${change.why}`
    case 'alias.moved':
      return `${change.model}: ${change.alias} moved from ${versionWord(change.from)} to ${versionWord(change.to)}${change.isForced === true ? ' by force' : ''}: ${change.why}`
    case 'dataset.registered':
      return `dataset ${change.name}@${change.version} registered`
    case 'dataset.tagged':
      return `dataset ${change.name}@${change.version} tagged ${tagWords(change.tags)}`
    case 'evidence.added':
      return evidenceSentence(change)
    case 'files.collected':
      return `${change.files} files that nothing refers to collected (${change.bytes} bytes)`
    default:
      return deliverySentence(change)
  }
}

function evidenceSentence({ evidence, verdict, subjects, judgement }: ChangeOf<'evidence.added'>): string {
  const data = judgement?.data
  const about = subjects.filter((subject) => subject !== data).map(shortDigest)
  const said = verdict === undefined ? '' : ` (${verdict})`
  return `evidence of ${evidence}${said} about ${about.join(', ')}${data === undefined ? '' : `, judged on ${shortDigest(data)}`}`
}

type Delivery = Extract<Change, { kind: `event.${string}` | 'endpoint.set' | 'deployment.recorded' }>

function deliverySentence(change: Delivery): string {
  switch (change.kind) {
    case 'event.raised':
      return `event ${change.event.id}`
    case 'event.claimed':
      return `event ${change.event} claimed for ${change.target}`
    case 'event.released':
      return `event ${change.event} released for ${change.target}`
    case 'event.received':
      return `event ${change.event} received by ${change.target}${change.reference === undefined ? '' : ` as ${change.reference}`}`
    case 'endpoint.set':
      return `endpoint ${change.endpoint.name} set`
    case 'deployment.recorded': {
      const { endpoint, name, model, version, share, state, role } = change.deployment
      const what = role === 'canary' ? 'canary' : 'deployment'
      return `${what} ${endpoint}/${name} of ${model}@${version} ${state} with ${share} % of the traffic`
    }
  }
}

function tagWords(tags: Readonly<Record<string, string>>): string {
  return Object.entries(tags)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ')
}

function versionWord(version: number | undefined): string {
  return version === undefined ? 'none' : String(version)
}
