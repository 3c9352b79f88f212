import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import {
  BlobServiceClient,
  type BlockBlobClient,
  type ContainerClient,
  type StoragePipelineOptions,
} from '@azure/storage-blob'
import { ConfigError, ExternalError } from '../../errors/errors.ts'
import { hexOf } from '../../records/digest.ts'
import { azureTeller, isConflict, isMissing } from './azure-said.ts'
import { type Asking, Failures } from './failure.ts'
import { digestOfBytes, type Keys, keysUnder } from './keys.ts'
import { changed, type Part, partSize, sendParts, usualPartBytes, wholeOf } from './parts.ts'
import type { AzureBlobAddress, ObjectStore, StoredObject, StoreOptions, Upload } from './store.ts'

const pipeline: StoragePipelineOptions = {
  retryOptions: { maxTries: 5, tryTimeoutInMs: 60_000, retryDelayInMs: 200, maxRetryDelayInMs: 8000 },
}

/** Opens a place in Azure Blob Storage. Who we are comes from the environment. */
export async function openAzureBlob(
  address: AzureBlobAddress,
  { partBytes = usualPartBytes }: StoreOptions,
): Promise<ObjectStore> {
  const service = await serviceFor(address)
  return new AzureBlobStore(service.getContainerClient(address.container), address, partBytes)
}

/** A connection string of another account is none for this one: its key must not go there. */
async function serviceFor({ account, endpoint }: AzureBlobAddress): Promise<BlobServiceClient> {
  const connection = process.env['AZURE_STORAGE_CONNECTION_STRING']
  if (connection !== undefined && connection !== '' && endpoint === undefined) {
    const service = serviceIn(connection)
    // The address of a custom domain does not hold the name.
    const named = /(?:^|;)AccountName=([^;]+)/.exec(connection)?.[1] ?? service.accountName
    if (named === account) return service
  }
  const url = endpoint ?? `https://${account}.blob.core.windows.net`
  if (!url.startsWith('https:')) {
    const details = `${url} is not https, where no token is sent to; an emulator is named by AZURE_STORAGE_CONNECTION_STRING`
    throw new ConfigError({ code: 'TY0230', details })
  }
  const { usualCredential } = await import('./azure-identity.ts')
  return new BlobServiceClient(url, usualCredential(), pipeline)
}

/** @throws ConfigError TY0230 when it cannot be read; it is never shown. */
function serviceIn(connection: string): BlobServiceClient {
  try {
    return BlobServiceClient.fromConnectionString(connection, pipeline)
  } catch (cause) {
    throw new ConfigError({ code: 'TY0230', details: 'AZURE_STORAGE_CONNECTION_STRING is no connection string', cause })
  }
}

class AzureBlobStore implements ObjectStore {
  readonly url: string
  readonly #container: ContainerClient
  readonly #partBytes: number
  readonly #keys: Keys
  readonly #failures: Failures

  constructor(container: ContainerClient, address: AzureBlobAddress, partBytes: number) {
    this.url = urlOf(address)
    this.#container = container
    this.#partBytes = partBytes
    this.#keys = keysUnder(address.prefix)
    this.#failures = new Failures(azureTeller(this.url))
  }

  create(key: string, bytes: Buffer): Promise<'created' | 'exists'> {
    return this.#tell('write an object', true, async () => {
      try {
        await this.#put(key, bytes, { isNew: true })
        return 'created'
      } catch (error) {
        if (isConflict(error)) return 'exists'
        throw error
      }
    })
  }

  async put(key: string, bytes: Buffer): Promise<void> {
    await this.#tell('write an object', true, () => this.#put(key, bytes))
  }

  async upload(upload: Upload): Promise<void> {
    await this.#tell('write a file', true, async () => {
      const { key, size } = upload
      if (size <= this.#partBytes) return this.#put(key, await wholeOf(upload))
      await this.#uploadParts(upload)
    })
  }

  async read(key: string): Promise<Buffer | undefined> {
    return this.#tell('read an object', false, async () => {
      const body = await this.#body(key, 0)
      return body === undefined ? undefined : Buffer.concat((await body.toArray()) as Buffer[])
    })
  }

  stream(key: string, from: number): Promise<Readable | undefined> {
    return this.#tell('read a file', false, () => this.#body(key, from))
  }

  find(key: string): Promise<StoredObject | undefined> {
    return this.#tell('look for an object', false, async () => {
      const found = await unlessMissing(this.#blob(key).getProperties())
      if (found === undefined) return undefined
      return {
        key,
        size: found.contentLength ?? 0,
        storedAtMs: found.lastModified?.getTime() ?? 0,
        etag: found.etag ?? '',
      }
    })
  }

  async *list(prefix: string): AsyncIterable<StoredObject> {
    const pages = this.#container.listBlobsFlat({ prefix: this.#keys.full(prefix) }).byPage()
    for (;;) {
      const next = await this.#tell('list objects', false, () => pages.next())
      if (next.done === true) return
      for (const { name, properties } of next.value.segment.blobItems) {
        const { contentLength = 0, lastModified, etag } = properties
        yield { key: this.#keys.short(name), size: contentLength, storedAtMs: lastModified.getTime(), etag }
      }
    }
  }

  async remove(key: string): Promise<void> {
    await this.#tell('remove an object', true, () => this.#blob(key).deleteIfExists())
  }

  /** The service does that by itself after a week. */
  giveUp(): Promise<number> {
    return Promise.resolve(0)
  }

  close(): void {
    // Its connections end by themselves.
  }

  /**
   * Blocks wait at the service for a week, under the names that we give them: place and digest. So an interrupted upload goes on
   * with those that are there, and what nobody completes is removed by the service itself.
   */
  async #uploadParts(upload: Upload): Promise<void> {
    const blob = this.#blob(upload.key)
    const waiting = await unlessMissing(blob.getBlockList('uncommitted'))
    const there = new Map((waiting?.uncommittedBlocks ?? []).map(({ name, size }) => [name, size]))
    const size = partSize(upload.size, this.#partBytes)
    const { sent, isWhole } = await sendParts(upload, size, async ({ number, bytes }) => {
      const name = blockName({ number, bytes })
      const options = { transactionalContentMD5: md5Of(bytes) }
      if (there.get(name) !== bytes.length) await blob.stageBlock(name, bytes, bytes.length, options)
      return name
    })
    if (!isWhole) throw changed()
    try {
      await blob.commitBlockList([...sent], { conditions: { ifNoneMatch: '*' } })
    } catch (error) {
      // Another writer of the same bytes was first, and with its completion our blocks are gone.
      if (isConflict(error) || (await this.find(upload.key))?.size === upload.size) return
      throw error
    }
  }

  /** One small blob. The service answers with the checksum of what it got. */
  async #put(key: string, bytes: Buffer, { isNew = false } = {}): Promise<void> {
    const checksum = md5Of(bytes)
    const { contentMD5 } = await this.#blob(key).upload(bytes, bytes.length, {
      blobHTTPHeaders: { blobContentMD5: checksum, blobContentType: 'application/octet-stream' },
      ...(isNew ? { conditions: { ifNoneMatch: '*' } } : {}),
    })
    if (contentMD5 !== undefined && Buffer.compare(checksum, contentMD5) !== 0) {
      const facts = { operation: 'write an object', address: this.url }
      throw new ExternalError({ details: `${key} arrived with other bytes than were sent`, facts })
    }
  }

  async #body(key: string, from: number): Promise<Readable | undefined> {
    // An answer that is cut off in its body goes on where it was cut.
    const answer = await unlessMissing(this.#blob(key).download(from, undefined, { maxRetryRequests: 3 }))
    const body = answer?.readableStreamBody
    return body === undefined ? undefined : Readable.from(body, { objectMode: false })
  }

  #blob(key: string): BlockBlobClient {
    return this.#container.getBlockBlobClient(this.#keys.full(key))
  }

  #tell<T>(operation: string, isWriting: boolean, work: () => Promise<T>): Promise<T> {
    const role = isWriting ? 'Storage Blob Data Contributor' : 'Storage Blob Data Reader'
    const right = `the role ${role} on the container ${this.#container.containerName} (a role on the subscription is not enough to see data)`
    const asking: Asking = { operation, isWriting, right }
    return this.#failures.tell(asking, work)
  }
}

function blockName({ number, bytes }: Part): string {
  const name = `${String(number).padStart(6, '0')}-${hexOf(digestOfBytes(bytes)).slice(0, 32)}`
  return Buffer.from(name).toString('base64')
}

function md5Of(bytes: Buffer): Uint8Array {
  return createHash('md5').update(bytes).digest()
}

async function unlessMissing<T>(asking: Promise<T>): Promise<T | undefined> {
  try {
    return await asking
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

/** The address again, as the project file may hold it. */
function urlOf({ account, container, prefix, endpoint }: AzureBlobAddress): string {
  const settings = endpoint === undefined ? '' : `?${new URLSearchParams({ endpoint }).toString()}`
  return `azblob://${account}/${container}${prefix === '' ? '' : `/${prefix}`}${settings}`
}
