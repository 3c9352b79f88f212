import { Readable } from 'node:stream'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3'
import { type Digest, hexOf } from '../../records/digest.ts'
import { digestOfBytes, type Keys, keysUnder } from './keys.ts'
import { Failures } from './failure.ts'
import { usualPartBytes, wholeOf } from './parts.ts'
import { giveUpUploads, uploadParts } from './s3-parts.ts'
import { road } from './s3-road.ts'
import { isConflict, isMissing, s3Teller } from './s3-said.ts'
import type { ObjectStore, S3Address, StoredObject, StoreOptions, Upload } from './store.ts'

/** Opens a place in S3. Region, endpoint and credentials that the address does not name come from the environment. */
export async function openS3(address: S3Address, { partBytes = usualPartBytes }: StoreOptions): Promise<ObjectStore> {
  // It tells every process on Node 20 of the year in which new releases need 22; our pin is our own care.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'
  const { env } = process
  const endpoint = address.endpoint ?? env['AWS_ENDPOINT_URL_S3'] ?? env['AWS_ENDPOINT_URL']
  const said = address.region ?? env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION']
  const region = said ?? (endpoint === undefined ? undefined : 'us-east-1')
  const config: S3ClientConfig = {
    requestHandler: road,
    maxAttempts: 5,
    followRegionRedirects: true,
    // We name a checksum for all that we send, and verify all that we read.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    ...(region === undefined ? {} : { region }),
  }
  await Promise.resolve()
  return new S3Store(new S3Client(config), address, partBytes)
}

class S3Store implements ObjectStore {
  readonly url: string
  readonly #client: S3Client
  readonly #bucket: string
  readonly #partBytes: number
  readonly #keys: Keys
  readonly #failures: Failures

  constructor(client: S3Client, address: S3Address, partBytes: number) {
    this.url = urlOf(address)
    this.#client = client
    this.#bucket = address.bucket
    this.#partBytes = partBytes
    this.#keys = keysUnder(address.prefix)
    this.#failures = new Failures(s3Teller(this.url))
  }

  create(key: string, bytes: Buffer): Promise<'created' | 'exists'> {
    return this.#tell('write an object', 'PutObject', async () => {
      try {
        await this.#put(key, bytes, { digest: digestOfBytes(bytes), isNew: true })
        return 'created'
      } catch (error) {
        if (isConflict(error)) return 'exists'
        throw error
      }
    })
  }

  async put(key: string, bytes: Buffer): Promise<void> {
    await this.#tell('write an object', 'PutObject', () => this.#put(key, bytes, { digest: digestOfBytes(bytes) }))
  }

  async upload(upload: Upload): Promise<void> {
    await this.#tell('write a file', 'PutObject', async () => {
      const { key, size, digest } = upload
      if (size <= this.#partBytes) return this.#put(key, await wholeOf(upload), { digest })
      const target = { client: this.#client, bucket: this.#bucket, key: this.#keys.full(key) }
      await uploadParts({ ...target, upload, partBytes: this.#partBytes, isThere: () => this.#isThere(upload) })
    })
  }

  async read(key: string): Promise<Buffer | undefined> {
    return this.#tell('read an object', 'GetObject', async () => {
      // An answer that is cut off in its body comes too late for the client's own patience.
      for (let attempt = 1; ; attempt++) {
        const body = await this.#get(key, undefined)
        try {
          return body === undefined ? undefined : Buffer.concat((await body.toArray()) as Buffer[])
        } catch (error) {
          if (attempt === 3) throw error
        }
      }
    })
  }

  stream(key: string, from: number): Promise<Readable | undefined> {
    return this.#tell('read a file', 'GetObject', () => this.#get(key, from === 0 ? undefined : `bytes=${from}-`))
  }

  find(key: string): Promise<StoredObject | undefined> {
    return this.#tell('look for an object', 'GetObject', async () => {
      const where = { Bucket: this.#bucket, Key: this.#keys.full(key) }
      const found = await unlessMissing(this.#client.send(new HeadObjectCommand(where)))
      if (found === undefined) return undefined
      return {
        key,
        size: found.ContentLength ?? 0,
        storedAtMs: found.LastModified?.getTime() ?? 0,
        etag: found.ETag ?? '',
      }
    })
  }

  async *list(prefix: string): AsyncIterable<StoredObject> {
    for (let token: string | undefined, isLast = false; !isLast; ) {
      const page = await this.#tell('list objects', 'ListBucket', () =>
        this.#client.send(
          new ListObjectsV2Command({
            Bucket: this.#bucket,
            Prefix: this.#keys.full(prefix),
            ...(token === undefined ? {} : { ContinuationToken: token }),
          }),
        ),
      )
      for (const { Key = '', Size = 0, LastModified, ETag = '' } of page.Contents ?? []) {
        yield { key: this.#keys.short(Key), size: Size, storedAtMs: LastModified?.getTime() ?? 0, etag: ETag }
      }
      token = page.NextContinuationToken
      isLast = page.IsTruncated !== true
    }
  }

  async remove(key: string): Promise<void> {
    const where = { Bucket: this.#bucket, Key: this.#keys.full(key) }
    await this.#tell('remove an object', 'DeleteObject', () => this.#client.send(new DeleteObjectCommand(where)))
  }

  async giveUp(prefix: string, options: { readonly ageMs: number; readonly isDry: boolean }): Promise<number> {
    const where = { client: this.#client, bucket: this.#bucket, key: this.#keys.full(prefix) }
    return this.#tell('give up old uploads', 'AbortMultipartUpload', () => giveUpUploads(where, options))
  }

  close(): void {
    this.#client.destroy()
  }

  async #get(key: string, range: string | undefined): Promise<Readable | undefined> {
    const where = { Bucket: this.#bucket, Key: this.#keys.full(key), ...(range === undefined ? {} : { Range: range }) }
    const body = (await unlessMissing(this.#client.send(new GetObjectCommand(where))))?.Body
    if (body === undefined) return undefined
    if (!(body instanceof Readable)) throw new TypeError('the body of an answer is no stream')
    return body
  }

  async #put(
    key: string,
    bytes: Buffer,
    { digest, isNew = false }: { readonly digest: Digest; readonly isNew?: boolean },
  ): Promise<void> {
    await this.#client.send(
      new PutObjectCommand({
        Bucket: this.#bucket,
        Key: this.#keys.full(key),
        Body: bytes,
        ChecksumSHA256: Buffer.from(hexOf(digest), 'hex').toString('base64'),
        ...(isNew ? { IfNoneMatch: '*' } : {}),
      }),
    )
  }

  async #isThere({ key, size }: Upload): Promise<boolean> {
    return (await this.find(key))?.size === size
  }

  #tell<T>(operation: string, action: string, work: () => Promise<T>): Promise<T> {
    const resource = action === 'ListBucket' ? this.#bucket : `${this.#bucket}/${this.#keys.full('*')}`
    const right = `s3:${action} on arn:aws:s3:::${resource}${action === 'GetObject' ? ` and s3:ListBucket on arn:aws:s3:::${this.#bucket}` : ''}`
    const isWriting = !['GetObject', 'ListBucket'].includes(action)
    return this.#failures.tell({ operation, isWriting, right }, work)
  }
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
function urlOf({ bucket, prefix, endpoint, region }: S3Address): string {
  const settings = new URLSearchParams({
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
  })
  const path = prefix === '' ? '' : `/${prefix}`
  return `s3://${bucket}${path}${settings.size === 0 ? '' : `?${settings.toString()}`}`
}
