import { type Digest, hexOf } from '../../records/digest.ts'
import type { Deployment } from '../../records/deployment.ts'
import { tooNew } from '../failures.ts'
import type { Effect, Entry, Fold } from '../ledger/ledger.ts'
import type { Change, ChangeOf, EventClaimed, EvidenceAdded, Origin } from './changes.ts'
import {
  type DatasetDoc,
  type EndpointDoc,
  type Key,
  copyRequest,
  keys,
  type ModelDoc,
  own,
  requestName,
} from './documents.ts'
import { without } from './stored.ts'

/** How the registry's changes become its documents. */
export const registryFold: Fold<Change> = {
  version: 2,
  effects(entry) {
    const remembered = on(keys.request(entry.request), (doc = {}) => ({
      ...doc,
      [requestName(entry.request)]: entry.seq,
    }))
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
  return [...names].map((name) => on(keys.request(name), (doc = {}) => ({ ...doc, [requestName(name)]: seq })))
}

/** An effect on a document of a known type. */
function on<T>({ key }: Key<T>, apply: (doc: T | undefined) => T): Effect {
  return { key, apply: (doc) => apply(doc as T | undefined) }
}

function effectsOf(change: Change, entry: Seen, index: number): readonly Effect[] {
  switch (change.kind) {
    case 'run.started':
    case 'run.ended':
      return runEffects(change, entry)
    case 'version.registered':
      return registered(change, entry)
    case 'version.tagged':
    case 'version.deleted':
      return versionEffects(change, entry)
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
      return [outboxEffect(change, entry, index)]
    case 'endpoint.set':
    case 'deployment.recorded':
      return deploymentEffects(change, entry)
    default:
      throw tooNew(`entry ${entry.seq} has a change that this release does not know: ${kindOf(change)}`)
  }
}

function runEffects(change: ChangeOf<'run.started' | 'run.ended'>, { at, by }: Entry<Change>): readonly Effect[] {
  const { run: id } = change
  return [
    on(keys.run(id), (doc = {}) => {
      if (change.kind === 'run.started') {
        return { ...doc, [id]: { ...change.start, id, state: 'running' as const, startedAt: at, by, became: [] } }
      }
      const run = own(doc, id)
      if (run === undefined) return doc
      return { ...doc, [id]: { ...run, state: change.end.state, end: change.end, endedAt: at } }
    }),
  ]
}

function registered({ version, start }: ChangeOf<'version.registered'>, { at, by }: Entry<Change>): readonly Effect[] {
  const { model, run, files } = start
  const became = { model, version, digest: files.digest }
  return [
    on(keys.model(model), (doc) => ({ ...(doc ?? newModel(model)), last: version, latest: version })),
    on(keys.versions(model, version), (doc = {}) => ({ ...doc, [version]: { ...start, version, createdAt: at, by } })),
    ...(run === undefined ? [] : [on(keys.run(run), (doc = {}) => withBecome(doc, run, became))]),
  ]
}

function withBecome<T extends { readonly became: readonly B[] }, B>(
  doc: Readonly<Record<string, T>>,
  id: string,
  became: B,
): Readonly<Record<string, T>> {
  const run = own(doc, id)
  return run === undefined ? doc : { ...doc, [id]: { ...run, became: [...run.became, became] } }
}

function newModel(name: string): ModelDoc {
  return { name, last: 0, latest: 0, aliases: {}, history: [], live: {} }
}

function versionEffects(
  change: ChangeOf<'version.tagged' | 'version.deleted'>,
  { at }: Entry<Change>,
): readonly Effect[] {
  const { model, version } = change
  const page = on(keys.versions(model, version), (doc = {}) => {
    const known = own(doc, String(version))
    if (known === undefined) return doc
    const changed = change.kind === 'version.tagged' ? { tags: { ...known.tags, ...change.tags } } : { deletedAt: at }
    return { ...doc, [version]: { ...known, ...changed } }
  })
  if (change.kind === 'version.tagged') return [page]
  return [page, on(keys.model(model), (doc) => ({ ...(doc ?? newModel(model)), latest: change.latest }))]
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

function evidenceAdded(change: EvidenceAdded, subject: Digest, { at, by }: Entry<Change>): Effect {
  const { evidence, ...rest } = without(change, 'kind', 'subjects')
  const hex = hexOf(subject)
  return on(keys.evidence(subject), (doc = {}) => ({
    ...doc,
    [hex]: [...(own(doc, hex) ?? []), { ...rest, kind: evidence, subject, at, by }],
  }))
}

function outboxEffect(
  change: ChangeOf<'event.raised' | 'event.claimed' | 'event.released' | 'event.received'>,
  { at, seq, origin }: Seen,
  index: number,
): Effect {
  if (change.kind === 'event.raised') {
    const { event } = change
    // Within one entry there are never a thousand events: the order of the ledger as one number.
    const item = {
      event,
      order: seq * 1000 + index,
      claims: {},
      receipts: {},
      ...(origin === undefined ? {} : { isCopied: true }),
    }
    return on(keys.event(event.id), (doc = {}) => ({ ...doc, [event.id]: own(doc, event.id) ?? item }))
  }
  const { event: id, target } = change
  return on(keys.event(id), (doc = {}) => {
    const item = own(doc, id)
    if (item === undefined) return doc
    const claims = without(item.claims, target)
    if (change.kind === 'event.released') return { ...doc, [id]: { ...item, claims } }
    if (change.kind === 'event.claimed')
      return { ...doc, [id]: { ...item, claims: { ...claims, [target]: claimOf(change, at) } } }
    const receipt = { ...without(change, 'kind'), at }
    return { ...doc, [id]: { ...item, claims, receipts: { ...item.receipts, [target]: receipt } } }
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
