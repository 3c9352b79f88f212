import { randomUUID } from 'node:crypto'
import type { CloudEvent } from '../../records/event.ts'
import type { Model, ModelVersion, Tags, VersionStart } from '../../records/model.ts'
import { type ModelReference, namePattern, parseReference, referenceText } from '../../records/reference.ts'
import { notFound } from '../failures.ts'
import type { View } from '../ledger/ledger.ts'
import type { ModelPage, Models, VersionFilter } from '../workspace.ts'
import { createAliases } from './aliases.ts'
import type { Change } from './changes.ts'
import { knownDataset } from './decide/datasets.ts'
import {
  type DeleteFacts,
  decideArchive,
  decideDelete,
  decideRegister,
  knownModel,
  knownVersion,
  liveVersion,
} from './decide/models.ts'
import { knownRun } from './decide/runs.ts'
import { keys, type ModelDoc, own, prefixes, read } from './documents.ts'
import { packTree, unpackTree } from './pack.ts'
import { changeIn, type Registry } from './registry.ts'
import { isListed, searchVersions } from './search.ts'
import { type StoredVersion, type StoredVersionStart, without } from './stored.ts'
import { versionsDown } from './version-pages.ts'

/** The models of a workspace, with their versions and aliases. */
export function createModels(registry: Registry): Models {
  return {
    register: (start, event) => register(registry, start, event),
    list: (page) => listModels(registry, page),
    async find(name) {
      const doc = await read(await registry.view(), keys.model(name))
      return doc === undefined || doc.latest === 0 ? undefined : modelOf(doc)
    },
    async version(name, version) {
      return unpackVersion(await storedVersion(await registry.view(), name, version), registry)
    },
    async resolve(reference) {
      const found = await resolve(await registry.view(), reference)
      if (found === undefined) throw notFound(`${referenceText(reference)} names no version`)
      return unpackVersion(found, registry)
    },
    async tryResolve(reference) {
      const found = await resolve(await registry.view(), reference)
      return found === undefined ? undefined : unpackVersion(found, registry)
    },
    versions: (name, filter = {}) => listVersions(registry, name, filter),
    async search(query, options) {
      const found = await searchVersions(await registry.view(), query, options)
      return Promise.all(found.map((stored) => unpackVersion(stored, registry)))
    },
    tag: (name, version, tags) => tag(registry, { name, version, tags }),
    hashed: (version) => hashed(registry, version),
    moveAlias: createAliases(registry),
    archive: (name, version, { isArchived, why }) => archive(registry, { name, version, why, isArchived }),
    delete: (name, version, why) => remove(registry, { name, version, why }),
  }
}

async function register(
  registry: Registry,
  start: VersionStart,
  event: (version: ModelVersion) => CloudEvent,
): Promise<{ readonly version: ModelVersion; readonly isNew: boolean }> {
  if (!namePattern.test(start.model)) throw new RangeError(`not a name of a model: ${start.model}`)
  const stored: StoredVersionStart = { ...start, files: await packTree(start.files, registry.files) }
  const { result, isRepeated } = await registry.transact<StoredVersion>({
    request: `${registry.request}/version/${start.model}/${start.files.digest}/${start.run ?? ''}`,
    async decide(view, at) {
      await checkReferences(view, start)
      const decision = decideRegister({
        start: stored,
        model: await read(view, keys.model(start.model)),
        run: start.run === undefined ? undefined : await read(view, keys.run(start.run)),
        event: (version) => event({ ...start, version, createdAt: at, by: registry.by }),
      })
      return 'changes' in decision ? decision : { result: await storedVersion(view, start.model, decision.result) }
    },
    result: (view, { changes }) => storedVersion(view, start.model, changeIn(changes, 'version.registered').version),
  })
  return { version: await unpackVersion(result, registry), isNew: !isRepeated }
}

/** A version refers only to what is there. @throws InputError TY0205 */
export async function checkReferences(view: View<Change>, { parent, datasets }: VersionStart): Promise<void> {
  for (const name of parent === undefined ? [] : [parent]) {
    const reference = parseReference(name)
    if (reference?.kind !== 'version') throw notFound(`the parent ${name} is no version`)
    await storedVersion(view, reference.model, reference.version)
  }
  for (const name of datasets) {
    const reference = parseReference(name)
    if (reference?.kind !== 'version') throw notFound(`the dataset ${name} is no version of a dataset`)
    knownDataset(await read(view, keys.dataset(reference.model)), reference.model, reference.version)
  }
}

/** A version as it is kept. @throws InputError TY0205 */
export async function storedVersion(view: View<Change>, name: string, version: number): Promise<StoredVersion> {
  return knownVersion(await read(view, keys.versions(name, version)), name, version)
}

async function resolve(view: View<Change>, reference: ModelReference): Promise<StoredVersion | undefined> {
  if (reference.kind === 'run') return versionOfRun(view, reference.run)
  const { model } = reference
  const doc = await read(view, keys.model(model))
  if (doc === undefined) return undefined
  const version =
    reference.kind === 'version'
      ? reference.version
      : reference.kind === 'latest'
        ? doc.latest
        : own(doc.aliases, reference.alias)
  if (version === undefined || version === 0) return undefined
  return liveVersion(await read(view, keys.versions(model, version)), model, version)
}

/** The newest version that a run became and that was not deleted. */
async function versionOfRun(view: View<Change>, id: string): Promise<StoredVersion | undefined> {
  for (const { model, version } of [...knownRun(await read(view, keys.run(id)), id).became].reverse()) {
    const found = await storedVersion(view, model, version)
    if (found.deletedAt === undefined) return found
  }
  return undefined
}

async function listModels(registry: Registry, page: ModelPage = {}): Promise<Model[]> {
  const { after = '', limit = Infinity, withArchived = false } = page
  const view = await registry.view()
  const names = (await view.keys(prefixes.models.key)).map((key) => key.slice(key.lastIndexOf('/') + 1))
  const left = names.filter((name) => name > after).sort()
  const found: Model[] = []
  // A name whose versions were all deleted stays known, and is not listed.
  while (left.length > 0 && found.length < limit) {
    const next = left.splice(0, Math.min(limit - found.length, left.length))
    const docs = await Promise.all(next.map((name) => read(view, keys.model(name))))
    found.push(...docs.flatMap((doc) => (doc !== undefined && isListed(doc, withArchived) ? [modelOf(doc)] : [])))
  }
  return found
}

async function listVersions(
  registry: Registry,
  name: string,
  { tags = {}, before = Infinity, limit = 1000, withArchived = false }: VersionFilter,
): Promise<readonly ModelVersion[]> {
  const view = await registry.view()
  const { last } = knownModel(await read(view, keys.model(name)), name)
  const found: ModelVersion[] = []
  for await (const stored of versionsDown(view, name, { from: Math.min(last, before - 1) })) {
    if (found.length >= limit) break
    const isShown = stored.deletedAt === undefined && (withArchived || stored.archived === undefined)
    if (isShown && hasTags(stored, tags)) found.push(await unpackVersion(stored, registry))
  }
  return found
}

function hasTags({ tags }: StoredVersion, wanted: Tags): boolean {
  return Object.entries(wanted).every(([name, value]) => own(tags, name) === value)
}

interface TagRequest {
  readonly name: string
  readonly version: number
  readonly tags: Tags
}

async function tag(registry: Registry, { name, version, tags }: TagRequest): Promise<ModelVersion> {
  const { result } = await registry.transact<StoredVersion>({
    // Tags that are there already are found by looking: every call is a request of its own.
    request: `${registry.request}/tag/${randomUUID()}`,
    async decide(view) {
      const known = liveVersion(await read(view, keys.versions(name, version)), name, version)
      if (hasTags(known, tags)) return { result: known }
      return { changes: [{ kind: 'version.tagged', model: name, version, tags }] }
    },
    result: (view) => storedVersion(view, name, version),
  })
  return unpackVersion(result, registry)
}

async function hashed(registry: Registry, { model, version, source, files }: ModelVersion): Promise<void> {
  if (source === undefined || !registry.files.isVerified(files)) return
  await registry.transact<undefined>({
    request: `${registry.request}/hashed/${model}/${version}`,
    async decide(view) {
      const { hashedAt } = knownVersion(await read(view, keys.versions(model, version)), model, version)
      if (hashedAt !== undefined) return { result: undefined }
      return { changes: [{ kind: 'version.hashed', model, version, digest: files.digest }] }
    },
    result: () => undefined,
  })
}

interface Removal {
  readonly name: string
  readonly version: number
  readonly why: string
}

async function remove(registry: Registry, removal: Removal): Promise<void> {
  const { name, version } = removal
  await registry.transact<undefined>({
    request: `${registry.request}/delete/${name}/${version}`,
    decide: async (view) => decideDelete(await removalFacts(view, removal)),
    result: () => undefined,
  })
}

async function archive(registry: Registry, removal: Removal & { readonly isArchived: boolean }): Promise<ModelVersion> {
  const { name, version, isArchived } = removal
  const { result } = await registry.transact<StoredVersion>({
    // In and out and in again: every call is a request of its own.
    request: `${registry.request}/archive/${randomUUID()}`,
    async decide(view) {
      const facts = await removalFacts(view, removal)
      return decideArchive(
        isArchived ? facts : { ...facts, latest: Math.max(facts.doc?.latest ?? 0, version) },
        isArchived,
      )
    },
    result: (view) => storedVersion(view, name, version),
  })
  return unpackVersion(result, registry)
}

async function removalFacts(view: View<Change>, { name, version, why }: Removal): Promise<DeleteFacts> {
  const doc = await read(view, keys.model(name))
  const page = await read(view, keys.versions(name, version))
  const latest = doc?.latest === version ? await newestBelow(view, name, version) : (doc?.latest ?? 0)
  return { doc, page, model: name, version, why, latest }
}

/** The newest version below a number that was neither deleted nor archived; 0 when there is none. */
async function newestBelow(view: View<Change>, name: string, version: number): Promise<number> {
  for (let at = version - 1; at >= 1; at--) {
    const found = own(await read(view, keys.versions(name, at)), String(at))
    // Where a service outside gives the numbers, some are missing.
    if (found !== undefined && found.deletedAt === undefined && found.archived === undefined) return at
  }
  return 0
}

function modelOf(doc: ModelDoc): Model {
  return without(doc, 'last', 'live', 'claims')
}

async function unpackVersion(stored: StoredVersion, { files }: Registry): Promise<ModelVersion> {
  const unpacked = { ...stored, files: await unpackTree(stored.files, files) }
  const { model, version, deletedAt } = stored
  if (deletedAt !== undefined) {
    const why = () => notFound(`${model}@${version} was deleted at ${deletedAt}, and its files with it`)
    for (const { digest } of unpacked.files.files) files.excuse(digest, why)
  }
  return unpacked
}
