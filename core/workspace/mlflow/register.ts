import { setTimeout as sleep } from 'node:timers/promises'
import { servedUri } from '../../engines/mlflow/artifacts.ts'
import type { NewVersion } from '../../engines/mlflow/models.ts'
import { ExternalError } from '../../errors/errors.ts'
import type { Actor } from '../../records/actor.ts'
import type { CloudEvent } from '../../records/event.ts'
import type { ModelVersion, VersionStart } from '../../records/model.ts'
import { namePattern } from '../../records/reference.ts'
import type { View } from '../ledger/ledger.ts'
import type { Change } from '../registry/changes.ts'
import { knownRun, pruned } from '../registry/decide/runs.ts'
import { findRequest, keys, type ModelDoc, own, read } from '../registry/documents.ts'
import { checkReferences, storedVersion } from '../registry/models.ts'
import { packTree, unpackTree } from '../registry/pack.ts'
import { changeIn } from '../registry/registry.ts'
import type { StoredVersion, StoredVersionStart } from '../registry/stored.ts'
import { type AdoptParts, adoptVersions, appendAs } from './adopt.ts'
import { layMlmodel } from './mlmodel.ts'
import { gitOf, recordTags } from './record.ts'
import { type MlflowService, runIdIn } from './service.ts'
import { learnPlaces, sourceFolder } from './source.ts'

/** For how long one registration keeps others with the same files and run waiting, should its process die. */
const claimMs = 60_000

const longestWaitMs = 500

/** What a registration stands on. */
export interface RegisterParts extends AdoptParts {
  readonly request: string
  readonly by: Actor
}

/** One registration. */
interface Asked {
  readonly start: VersionStart
  readonly stored: StoredVersionStart
  readonly request: string
  readonly event: (version: ModelVersion) => CloudEvent
}

/** What a look at the ledger says. */
type Seen =
  | { readonly kind: 'there'; readonly version: StoredVersion; readonly isOwn: boolean }
  | { readonly kind: 'go' | 'wait' }

/**
 * Registers a version where MLflow gives the number: made there with everything that its record needs, then brought into the ledger
 * as every other version there is. A process that dies in between leaves what the next one brings in. Of several with the same files
 * and run one is made, by a claim in the ledger; should the number's answer be lost, the request in the tags tells.
 *
 * @throws ExternalError TY0206 past the deadline; and as `Models.register`
 */
export async function registerThere(
  parts: RegisterParts,
  start: VersionStart,
  event: Asked['event'],
): Promise<{ readonly version: ModelVersion; readonly isNew: boolean }> {
  if (!namePattern.test(start.model)) throw new RangeError(`not a name of a model: ${start.model}`)
  const request = `${parts.request}/version/${start.model}/${start.files.digest}/${start.run ?? ''}`
  await learnPlaces(start.files, parts.service, parts.files)
  const stored = { ...start, files: await packTree(start.files, parts.files) }
  const asked: Asked = { start, stored, request, event }
  const end = performance.now() + parts.deadlineMs
  let attempts = 0
  for (let isMade = false; ; ) {
    await adoptVersions(parts, start.model)
    const seen = await look(parts, asked)
    if (seen.kind === 'there') {
      const version = { ...seen.version, files: await unpackTree(seen.version.files, parts.files) }
      return { version, isNew: isMade && seen.isOwn }
    }
    if (seen.kind === 'go') {
      attempts += 1
      isMade = (await create(parts, asked)) || isMade
      if (isMade) continue
    }
    const waitMs = Math.random() * longestWaitMs
    if (performance.now() + waitMs > end) {
      const facts = { operation: `register ${start.model}`, address: parts.ledger.url, attempts }
      throw new ExternalError({ code: 'TY0206', facts })
    }
    await sleep(waitMs)
  }
}

async function look(parts: RegisterParts, { start, request, event, stored }: Asked): Promise<Seen> {
  const view = await parts.ledger.view()
  const seq = await findRequest(view, request)
  if (seq !== undefined) {
    const { changes } = await view.entry(seq)
    const { version } = changeIn(changes, 'version.registered')
    return { kind: 'there', version: await storedVersion(view, start.model, version), isOwn: true }
  }
  await checkReferences(view, start)
  const before = await ofRun(view, stored)
  if (before !== undefined) return { kind: 'there', version: before, isOwn: false }
  const doc = await read(view, keys.model(start.model))
  // A registration without an event must fail before its number is given.
  event({ ...start, version: (doc?.last ?? 0) + 1, createdAt: new Date().toISOString(), by: parts.by })
  return start.run === undefined || (await claim(parts, { model: start.model, key: claimKey(stored), request }))
    ? { kind: 'go' }
    : { kind: 'wait' }
}

/** The version that the same files from the same run have. */
async function ofRun(
  view: View<Change>,
  { model, run, files }: StoredVersionStart,
): Promise<StoredVersion | undefined> {
  if (run === undefined) return undefined
  const known = knownRun(await read(view, keys.run(run)), run)
  const before = known.became.find((one) => one.model === model && one.digest === files.digest)
  if (before === undefined && known.pruned !== undefined) throw pruned(known.id, known.pruned)
  return before === undefined ? undefined : storedVersion(view, model, before.version)
}

function claimKey({ run, files }: StoredVersionStart): string {
  return `${run ?? ''}/${files.digest}`
}

/** Whether it is this request's to register these files of this run. */
async function claim(
  parts: RegisterParts,
  { model, key, request }: { readonly model: string; readonly key: string; readonly request: string },
): Promise<boolean> {
  const expiresAt = new Date(Date.now() + claimMs).toISOString()
  let isOurs = true
  const isHeldBy = (doc: ModelDoc | undefined) => {
    const held = own(doc?.claims, key)
    return held === undefined || Date.parse(held.expiresAt) < Date.now() ? undefined : held.claimant
  }
  await appendAs(parts, parts.by, {
    request: `${request}/claim/${expiresAt}`,
    async decide(view) {
      const holder = isHeldBy(await read(view, keys.model(model)))
      isOurs = holder === undefined || holder === request
      return holder === undefined ? [{ kind: 'version.claimed', model, key, claimant: request, expiresAt }] : []
    },
  })
  return isOurs
}

/** Makes the version there; false where the answer does not say whether it was made. */
async function create(parts: RegisterParts, { start, stored, request, event }: Asked): Promise<boolean> {
  const { service, files, by } = parts
  await files.blobs.flush()
  const folder = await sourceFolder(start.files, service, files)
  await layMlmodel(service, folder, { tree: start.files, signature: start.signature })
  const name = service.nameOf(start.model)
  await service.api.models.create(name)
  const git = gitOf(event({ ...start, version: 1, createdAt: new Date().toISOString(), by }))
  const made = await createOrUnclear(service, {
    name,
    source: servedUri(folder),
    runId: runIdIn(folder),
    description: start.description,
    tags: await recordTags(request, { v: 1, start: stored, by, git }, files),
  })
  return made !== undefined && checkNumber(parts, start.model, made)
}

/** The number; undefined where nobody can tell whether one was given: the next look at the server's versions can. */
async function createOrUnclear({ api }: MlflowService, version: NewVersion): Promise<number | undefined> {
  try {
    const made = await api.models.createVersion(version)
    if (made.ok) return made.value.model_version.version
    // Of many at once the server gives up on some.
    if (made.refusal.status >= 500 || made.refusal.status === 429) return undefined
    throw made.error
  } catch (error) {
    if (!(error instanceof ExternalError) || !isUnclear(error)) throw error
    return undefined
  }
}

function isUnclear({ code, facts }: ExternalError): boolean {
  return code === 'TY0502' || (facts.status ?? 0) >= 500
}

/** @throws ExternalError where the server began to count anew: a number never comes back here */
async function checkNumber({ ledger, service }: RegisterParts, model: string, version: number): Promise<true> {
  const last = (await read(await ledger.view(), keys.model(model)))?.last ?? 0
  const isThere = version > last || (await storedThere(ledger, model, version))
  if (isThere) return true
  throw new ExternalError({
    facts: { operation: `register ${model}`, address: service.api.connection.url },
    details: `MLflow gave the number ${version}, and ${model} has ${last} versions: somebody deleted the registered model there and made it again. Register under another name, or delete it once more and copy the old versions back first.`,
  })
}

/** Whether somebody brought a version in between its making and this look. */
async function storedThere(ledger: RegisterParts['ledger'], model: string, version: number): Promise<boolean> {
  const page = await read(await ledger.view(), keys.versions(model, version))
  const found = own(page, String(version))
  return found !== undefined && Date.now() - Date.parse(found.createdAt) < claimMs
}
