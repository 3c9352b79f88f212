import { rmSync } from 'node:fs'
import { BlobServiceClient } from '@azure/storage-blob'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { type ObjectStore, openObjectStore } from '../../../core/engines/objects/store.ts'
import { type Digest, hexOf } from '../../../core/records/digest.ts'
import { digestOfBytes } from '../../../core/engines/objects/keys.ts'
import { openWorkspace } from '../../../core/workspace/open.ts'
import { parseObjectUrl } from '../../../core/workspace/object-address.ts'
import { emulator, type ObjectServer } from '../../support/object-servers.ts'
import { allKept, openOptions, type PlaceKind, scratch, type Tamper, type TestPlace, type Writable } from '../places.ts'

let count = 0

/** A new bucket of a running server; its URL as a project file would name it. */
export async function newBucket({ url, env }: ObjectServer): Promise<string> {
  const bucket = `models-${process.pid}-${(count += 1)}`
  const credentials = {
    accessKeyId: env['AWS_ACCESS_KEY_ID'] ?? '',
    secretAccessKey: env['AWS_SECRET_ACCESS_KEY'] ?? '',
  }
  const client = new S3Client({ endpoint: url, region: 'us-east-1', forcePathStyle: true, credentials })
  await client.send(new CreateBucketCommand({ Bucket: bucket }))
  client.destroy()
  return `s3://${bucket}/trainyard?${new URLSearchParams({ endpoint: url }).toString()}`
}

/** A new container of a running emulator, found by the connection string of the environment. */
export async function newContainer({ env }: ObjectServer): Promise<string> {
  const container = `models-${process.pid}-${(count += 1)}`
  const connection = env['AZURE_STORAGE_CONNECTION_STRING'] ?? ''
  await BlobServiceClient.fromConnectionString(connection).createContainer(container)
  return `azblob://${emulator.account}/${container}/trainyard`
}

/** Workspaces in S3. `server` is asked when a place is made: it starts before the tests do. */
export function s3Place(server: () => ObjectServer): PlaceKind {
  return objectPlace('S3', () => newBucket(server()))
}

/** Workspaces in Azure Blob Storage. */
export function azurePlace(server: () => ObjectServer): PlaceKind {
  return objectPlace('Azure Blob Storage', () => newContainer(server()))
}

function objectPlace(name: string, newUrl: () => Promise<string>): PlaceKind {
  return {
    name,
    promises: allKept,
    create: async () => placeAt(await newUrl()),
  }
}

/** A place for tests at a URL. */
export async function placeAt(url: string): Promise<TestPlace> {
  const folder = scratch()
  const store = await storeAt(url)
  return {
    url,
    token: undefined,
    folder,
    open: (opening) => openWorkspace(openOptions(url, folder, opening)),
    tamper: objectTamper(store),
    [Symbol.asyncDispose]: async () => {
      await Promise.resolve()
      store.close()
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** The store itself, as somebody with the right to write has it. */
export async function storeAt(url: string): Promise<ObjectStore> {
  const address = parseObjectUrl(url)
  if ('problem' in address) throw new Error(address.problem)
  return openObjectStore(address)
}

function objectTamper(store: ObjectStore): Tamper {
  const entryKey = (seq: number) => `entries/000000/${String(seq).padStart(10, '0')}.json`
  const textOf = async (key: string) => (await store.read(key))?.toString('utf8') ?? ''
  return {
    async entry(seq, change) {
      await store.put(entryKey(seq), Buffer.from(change(await textOf(entryKey(seq)))))
    },
    withoutEntry: (seq) => store.remove(entryKey(seq)),
    async file(digest) {
      const key = `files/${hexOf(digest).slice(0, 2)}/${hexOf(digest)}`
      const bytes = (await store.read(key)) ?? Buffer.alloc(0)
      const middle = bytes.length >> 1
      bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle)
      await store.put(key, bytes)
    },
    withoutFile: (digest) => store.remove(`files/${hexOf(digest).slice(0, 2)}/${hexOf(digest)}`),
    async ledger() {
      for (const folder of ['entries/', 'checkpoints/', 'documents/']) {
        for await (const { key } of store.list(folder)) await store.remove(key)
      }
    },
    async document(key, change) {
      let newest = ''
      for await (const { key: found } of store.list('checkpoints/')) newest = found
      const manifest = JSON.parse(await textOf(newest)) as { tree: Writable }
      const names = key.split(/(?<=\/)/)
      // A small checkpoint has all of its folders in itself.
      const folder = names.slice(0, -1).reduce((at, name) => at[name] as Writable, manifest.tree)
      const name = names.at(-1) ?? ''
      const documentKey = (digest: Digest) => `documents/${hexOf(digest).slice(0, 2)}/${hexOf(digest)}`
      const changed = Buffer.from(change(await textOf(documentKey(folder[name] as Digest))))
      folder[name] = digestOfBytes(changed)
      await store.put(documentKey(digestOfBytes(changed)), changed)
      await store.put(newest, Buffer.from(JSON.stringify(manifest)))
    },
  }
}
