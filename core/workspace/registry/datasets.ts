import type { DatasetVersion } from '../../records/model.ts'
import { namePattern } from '../../records/reference.ts'
import type { Datasets } from '../workspace.ts'
import { decideDataset, knownDataset } from './decide/datasets.ts'
import { keys, prefixes, read, readAll, type StoredDataset } from './documents.ts'
import { packTree, unpackTree } from './pack.ts'
import { changeIn, type Registry } from './registry.ts'

/** The datasets of a workspace. */
export function createDatasets(registry: Registry): Datasets {
  return {
    async register({ name, files, tags = {}, description }) {
      if (!namePattern.test(name)) throw new RangeError(`not a name of a dataset: ${name}`)
      const tree = await packTree(files, registry.files)
      const start = { name, files: tree, tags, ...(description === undefined ? {} : { description }) }
      const { result } = await registry.transact<StoredDataset>({
        request: `${registry.request}/dataset/${name}/${files.digest}`,
        decide: async (view) => decideDataset(await read(view, keys.dataset(name)), start),
        result: async (view, { changes }) => {
          const { version } = changeIn(changes, 'dataset.registered')
          return knownDataset(await read(view, keys.dataset(name)), name, version)
        },
      })
      return unpackDataset(result, registry)
    },
    async get(name, version) {
      const doc = await read(await registry.view(), keys.dataset(name))
      return unpackDataset(knownDataset(doc, name, version), registry)
    },
    async list() {
      const docs = await readAll(await registry.view(), prefixes.datasets)
      return Promise.all(docs.flatMap(({ versions }) => versions).map((one) => unpackDataset(one, registry)))
    },
  }
}

async function unpackDataset(stored: StoredDataset, { files }: Registry): Promise<DatasetVersion> {
  return { ...stored, files: await unpackTree(stored.files, files) }
}
