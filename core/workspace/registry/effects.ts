import type { Digest } from '../../records/digest.ts'
import type { Deployment } from '../../records/deployment.ts'
import { tooNew } from '../failures.ts'
import type { Effect, Entry, Fold } from '../ledger/ledger.ts'
import type { Change, ChangeOf, EventClaimed, EvidenceAdded, Origin } from './changes.ts'
import { type DatasetDoc, type EndpointDoc, copyRequest, keys, type ModelDoc, own } from './documents.ts'
import { amend, on, put } from './effect.ts'
import { type StoredVersion, without } from './stored.ts'

/** How the registry's changes become its documents. */
export const registryFold: Fold<Change> = {
  version: 2,
  effects(entry) {
    const remembered = put(keys.request(entry.request), entry.seq, () => entry.seq)
    const changes = entry.changes.flatMap(({ origin, ...change }, index) =>
      effectsOf(change, originally(entry, origin), index),
    )
    return [remembered, ...partsCopied(entry), ...changes]
  },
}

/** An entry as a change sees it: one that was copied keeps its own who and when. */
type Seen = Entry<Change> & { readonly origin?: Origin | undefined }

function originally(entry: Entry<Change>, origin: Origin | undefined): Seen {
  return origin === undefined ? entry : { ...entry, at: origin.at, by: origin.by, origin }
}

/** What was copied is remembered as a request, so that it is not copied again. */
function partsCopied({ seq, changes }: Entry<Change>): readonly Effect[] {
  const names = new Set(changes.flatMap(({ origin }) => (origin === undefined ? [] : [copyRequest(origin)])))
  return [...names].map((name) => put(keys.request(name), seq, () => seq))
}

function effectsOf(change: Change, entry: Seen, index: number): readonly Effect[] {
  switch (change.kind) {
    case 'run.started':
    case 'run.ended':
    case 'run.pruned':
      return runEffects(change, entry)
    case 'version.registered':
      return registered(change, entry)
    case 'version.tagged':
    case 'version.deleted':
    case 'version.archived':
    case 'version.hashed':
      return versionEffects(change, entry)
    case 'version.claimed':
      return [versionClaimed(change, entry)]
    case 'alias.moved':
      return [aliasMoved(change, entry)]
    case 'dataset.registered':
    case 'dataset.tagged':
      return [datasetEffect(change, entry)]
    case 'evidence.added':
      return change.subjects.map((subject) => evidenceAdded(change, subject, entry))
    case 'event.raised':
    case 'event.claimed':
    case 'event.released':
    case 'event.received':
      return outboxEffects(change, entry, index)
    case 'endpoint.set':
    case 'deployment.recorded':
      return deploymentEffects(change, entry)
    case 'files.collected':
      return [on(keys.collections(), () => ({ seq: entry.seq, at: entry.at }))]
    default:
      throw tooNew(`entry ${entry.seq} has a change that this release does not know: ${kindOf(change)}`)
  }
}

function runEffects(
  happened: ChangeOf<'run.started' | 'run.ended' | 'run.pruned'>,
  { at, by, seq }: Entry<Change>,
): readonly Effect[] {
  const key = keys.run(happened.run)
  if (happened.kind === 'run.started') {
    const { start, run: id } = happened
    return [put(key, seq, () => ({ ...start, id, state: 'running' as const, startedAt: at, by, became: [] }))]
  }
  if (happened.kind === 'run.pruned') return amend(key, seq, (run) => ({ ...run, pruned: { at, why: happened.why } }))
  const { end } = happened
  return amend(key, seq, (run) => ({ ...run, state: end.state, end, endedAt: at }))
}

function registered(
  { version, start }: ChangeOf<'version.registered'>,
  { at, by, seq }: Entry<Change>,
): readonly Effect[] {
  const { model, run, files } = start
  const became = { model, version, digest: files.digest }
  return [
    on(keys.model(model), (doc) => ({ ...(doc ?? newModel(model)), last: version, latest: version })),
    on(keys.versions(model, version), (doc = {}) => ({ ...doc, [version]: { ...start, version, createdAt: at, by } })),
    ...(run === undefined
      ? []
      : amend(keys.run(run), seq, (known) => ({ ...known, became: [...known.became, became] }))),
  ]
}

/** A claim; those that are over are forgotten. */
function versionClaimed({ model, key, claimant, expiresAt }: ChangeOf<'version.claimed'>, { at }: Seen): Effect {
  return on(keys.model(model), (doc = newModel(model)) => {
    const live = Object.entries(doc.claims ?? {}).filter(([, claim]) => claim.expiresAt > at)
    return { ...doc, claims: { ...Object.fromEntries(live), [key]: { claimant, expiresAt } } }
  })
}

function newModel(name: string): ModelDoc {
  return { name, last: 0, latest: 0, aliases: {}, history: [], live: {} }
}

function versionEffects(
  change: ChangeOf<'version.tagged' | 'version.deleted' | 'version.archived' | 'version.hashed'>,
  entry: Entry<Change>,
): readonly Effect[] {
  const { model, version } = change
  const page = on(keys.versions(model, version), (doc = {}) => {
    const known = own(doc, String(version))
    return known === undefined ? doc : { ...doc, [version]: versionAfter(known, change, entry) }
  })
  if (change.kind === 'version.tagged' || change.kind === 'version.hashed') return [page]
  return [page, on(keys.model(model), (doc) => modelAfter(doc ?? newModel(model), change))]
}

function versionAfter(
  known: StoredVersion,
  change: ChangeOf<'version.tagged' | 'version.deleted' | 'version.archived' | 'version.hashed'>,
  { at, by }: Entry<Change>,
): StoredVersion {
  if (change.kind === 'version.tagged') return { ...known, tags: { ...known.tags, ...change.tags } }
  if (change.kind === 'version.hashed') return { ...known, hashedAt: at }
  if (change.kind === 'version.deleted') return { ...known, deletedAt: at }
  const rest = without(known, 'archived')
  return change.isArchived ? { ...rest, archived: { at, by, why: change.why } } : rest
}

function modelAfter(doc: ModelDoc, change: ChangeOf<'version.deleted' | 'version.archived'>): ModelDoc {
  const { version, latest } = change
  const others = (doc.archived ?? []).filter((one) => one !== version)
  const isArchived = change.kind === 'version.archived' && change.isArchived
  const archived = isArchived ? [...others, version].sort((a, b) => a - b) : others
  return { ...without(doc, 'archived'), latest, ...(archived.length === 0 ? {} : { archived }) }
}

function aliasMoved(change: ChangeOf<'alias.moved'>, { at, by }: Entry<Change>): Effect {
  const { model, alias, to } = change
  return on(keys.model(model), (doc = newModel(model)) => ({
    ...doc,
    aliases: to === undefined ? without(doc.aliases, alias) : { ...doc.aliases, [alias]: to },
    history: [...doc.history, { ...without(change, 'kind', 'model'), at, by }],
  }))
}

function datasetEffect(change: ChangeOf<'dataset.registered' | 'dataset.tagged'>, { at, by }: Entry<Change>): Effect {
  return on<DatasetDoc>(keys.dataset(change.name), (doc) => {
    const versions = doc?.versions ?? []
    if (change.kind === 'dataset.registered')
      return { versions: [...versions, { ...without(change, 'kind'), createdAt: at, by }] }
    const { version, tags } = change
    return {
      versions: versions.map((one) => (one.version === version ? { ...one, tags: { ...one.tags, ...tags } } : one)),
    }
  })
}

function evidenceAdded(added: EvidenceAdded, subject: Digest, { at, by, seq }: Entry<Change>): Effect {
  const { evidence, ...rest } = without(added, 'kind', 'subjects')
  return put(keys.evidence(subject), seq, (known = []) => [...known, { ...rest, kind: evidence, subject, at, by }])
}

function outboxEffects(
  happened: ChangeOf<'event.raised' | 'event.claimed' | 'event.released' | 'event.received'>,
  { at, seq, origin }: Seen,
  index: number,
): readonly Effect[] {
  if (happened.kind === 'event.raised') {
    const { event } = happened
    // Within one entry there are never a thousand events: the order of the ledger as one number.
    const item = {
      event,
      order: seq * 1000 + index,
      claims: {},
      receipts: {},
      ...(origin === undefined ? {} : { isCopied: true }),
    }
    return [put(keys.event(event.id), seq, (known = item) => known)]
  }
  const { event: id, target } = happened
  return amend(keys.event(id), seq, (item) => {
    const claims = without(item.claims, target)
    if (happened.kind === 'event.released') return { ...item, claims }
    if (happened.kind === 'event.claimed') return { ...item, claims: { ...claims, [target]: claimOf(happened, at) } }
    const receipt = { ...without(happened, 'kind'), at }
    return { ...item, claims, receipts: { ...item.receipts, [target]: receipt } }
  })
}

function claimOf({ event, target, claimant, expiresAt }: EventClaimed, at: string) {
  return { event, target, by: claimant, at, expiresAt }
}

function deploymentEffects(
  change: ChangeOf<'endpoint.set' | 'deployment.recorded'>,
  { at, by, origin }: Seen,
): readonly Effect[] {
  if (change.kind === 'endpoint.set') {
    const { endpoint } = change
    return [on<EndpointDoc>(keys.endpoint(endpoint.name), (doc) => ({ deployments: {}, ...doc, endpoint }))]
  }
  const copied = origin === undefined ? {} : { copiedFrom: origin.workspace }
  const deployment: Deployment = { ...change.deployment, at, by, ...copied }
  const { endpoint, name, model, version, state } = deployment
  const slot = `${endpoint}/${name}`
  return [
    on<EndpointDoc>(keys.endpoint(endpoint), (doc) => ({
      ...doc,
      deployments: { ...doc?.deployments, [name]: deployment },
    })),
    on(keys.model(model), (doc = newModel(model)) => ({
      ...doc,
      live: state === 'live' ? { ...doc.live, [slot]: version } : without(doc.live, slot),
    })),
  ]
}

function kindOf(change: never): string {
  const value: unknown = change
  return typeof value === 'object' && value !== null && 'kind' in value ? String(value.kind) : typeof value
}
