import { randomUUID } from 'node:crypto'
import type { DatasetStart, DatasetVersion, Tags } from '../../records/model.ts'
import { namePattern } from '../../records/reference.ts'
import type { DatasetFilter, Datasets } from '../workspace.ts'
import { decideDataset, knownDataset } from './decide/datasets.ts'
import { keys, own, prefixes, read, readAll } from './documents.ts'
import { packTree, unpackTree } from './pack.ts'
import { changeIn, type Registry } from './registry.ts'
import { searchDatasets } from './search.ts'
import { type StoredDataset, without } from './stored.ts'

/** The datasets of a workspace. */
export function createDatasets(registry: Registry): Datasets {
  return {
    register: ({ tags = {}, ...start }) => register(registry, { ...start, tags }),
    async get(name, version) {
      const doc = await read(await registry.view(), keys.dataset(name))
      return unpackDataset(knownDataset(doc, name, version), registry)
    },
    list: (filter = {}) => list(registry, filter),
    tag: (name, version, tags) => tag(registry, { name, version, tags }),
    async search(query, options) {
      const found = await searchDatasets(await registry.view(), query, options)
      return Promise.all(found.map((one) => unpackDataset(one, registry)))
    },
  }
}

async function register(registry: Registry, start: DatasetStart): Promise<DatasetVersion> {
  const { name, files, profile } = start
  if (!namePattern.test(name)) throw new RangeError(`not a name of a dataset: ${name}`)
  const profileIn = profile === undefined ? undefined : registry.files.placeOf(profile)
  const stored = {
    ...start,
    files: await packTree(files, registry.files),
    ...(profileIn === undefined ? {} : { profileIn }),
  }
  const { result } = await registry.transact<StoredDataset>({
    request: `${registry.request}/dataset/${name}/${files.digest}`,
    decide: async (view) => decideDataset(await read(view, keys.dataset(name)), stored),
    result: async (view, { changes }) => {
      const { version } = changeIn(changes, 'dataset.registered')
      return knownDataset(await read(view, keys.dataset(name)), name, version)
    },
  })
  return unpackDataset(result, registry)
}

async function list(
  registry: Registry,
  { name, tags = {}, files, newest = Number.POSITIVE_INFINITY }: DatasetFilter,
): Promise<readonly DatasetVersion[]> {
  const view = await registry.view()
  const docs =
    name === undefined
      ? await readAll(view, prefixes.datasets)
      : [{ versions: (await read(view, keys.dataset(name)))?.versions ?? [] }]
  const found = docs
    .flatMap(({ versions }) => versions.slice(Math.max(0, versions.length - newest)))
    .filter((one) => files === undefined || one.files.digest === files)
    .filter((one) => hasTags(one, tags))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.version - b.version))
  return Promise.all(found.map((one) => unpackDataset(one, registry)))
}

function hasTags({ tags }: StoredDataset, wanted: Tags): boolean {
  return Object.entries(wanted).every(([name, value]) => own(tags, name) === value)
}

interface TagRequest {
  readonly name: string
  readonly version: number
  readonly tags: Tags
}

async function tag(registry: Registry, { name, version, tags }: TagRequest): Promise<DatasetVersion> {
  const { result } = await registry.transact<StoredDataset>({
    // Tags that are there already are found by looking: every call is a request of its own.
    request: `${registry.request}/dataset-tag/${randomUUID()}`,
    async decide(view) {
      const known = knownDataset(await read(view, keys.dataset(name)), name, version)
      if (hasTags(known, tags)) return { result: known }
      return { changes: [{ kind: 'dataset.tagged', name, version, tags }] }
    },
    result: async (view) => knownDataset(await read(view, keys.dataset(name)), name, version),
  })
  return unpackDataset(result, registry)
}

async function unpackDataset(stored: StoredDataset, { files }: Registry): Promise<DatasetVersion> {
  if (stored.profile !== undefined) files.learn(stored.profile, stored.profileIn)
  return { ...without(stored, 'profileIn'), files: await unpackTree(stored.files, files) }
}
