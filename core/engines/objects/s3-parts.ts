import { createHash } from 'node:crypto'
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  type Part as ListedPart,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { changed, partSize, type Part, sendParts } from './parts.ts'
import { isNoUpload, isRefused } from './s3-said.ts'
import type { Upload } from './store.ts'

/** An object of a bucket, or all below a prefix. */
export interface Where {
  readonly client: S3Client
  readonly bucket: string
  readonly key: string
}

/** An object that is sent in parts. */
export interface PartedUpload extends Where {
  readonly upload: Upload
  readonly partBytes: number
  /** Whether the object is there, whole. */
  isThere(): Promise<boolean>
}

/**
 * Sends an object in parts, each with its checksum. An upload of the same object that was interrupted goes on: its key is made
 * from its digest, so the parts that are there are parts of it, and each is compared by its checksum.
 */
export async function uploadParts(parted: PartedUpload): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await once(parted)
      return
    } catch (error) {
      if (!isNoUpload(error)) throw error
      // Another writer of the same bytes has completed the upload that both went on with.
      if (await parted.isThere()) return
      if (attempt === 3) throw error
    }
  }
}

/** Gives up uploads that were begun so long ago; gives how many. */
export async function giveUpUploads(
  { client, bucket, key }: Where,
  { ageMs, isDry }: { readonly ageMs: number; readonly isDry: boolean },
): Promise<number> {
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: key }))
  const old = Uploads.filter(({ Initiated }) => Initiated !== undefined && Date.now() - Initiated.getTime() > ageMs)
  for (const { Key, UploadId } of isDry ? [] : old) {
    await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }))
  }
  return old.length
}

async function once(parted: PartedUpload): Promise<void> {
  const { client, bucket, key, upload } = parted
  const { id, there } = (await unfinished(parted)) ?? { id: await begin(parted), there: new Map<number, ListedPart>() }
  const where = { Bucket: bucket, Key: key, UploadId: id }
  const send = async ({ number, bytes }: Part): Promise<CompletedPart> => {
    const checksum = createHash('sha256').update(bytes).digest('base64')
    const known = there.get(number)
    if (known?.ChecksumSHA256 === checksum && known.Size === bytes.length && known.ETag !== undefined) {
      return { PartNumber: number, ETag: known.ETag, ChecksumSHA256: checksum }
    }
    const { ETag = '' } = await client.send(
      new UploadPartCommand({ ...where, PartNumber: number, Body: bytes, ChecksumSHA256: checksum }),
    )
    return { PartNumber: number, ETag, ChecksumSHA256: checksum }
  }
  const { sent, isWhole } = await sendParts(upload, partSize(upload.size, parted.partBytes), send)
  // The parts stay: they may be another writer's, who has the bytes. The bucket's rule for old uploads removes them.
  if (!isWhole) throw changed()
  await client.send(new CompleteMultipartUploadCommand({ ...where, MultipartUpload: { Parts: [...sent] } }))
}

async function begin({ client, bucket, key }: PartedUpload): Promise<string> {
  const begun = await client.send(
    new CreateMultipartUploadCommand({ Bucket: bucket, Key: key, ChecksumAlgorithm: 'SHA256' }),
  )
  if (begun.UploadId === undefined) throw new TypeError('an upload without a name')
  return begun.UploadId
}

/** The newest upload of this object that was begun and not completed; none where the identity may not look. */
async function unfinished(parted: PartedUpload) {
  const { client, bucket, key } = parted
  try {
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: key }))
    const own = Uploads.filter((one) => one.Key === key)
    const newest = own.sort((a, b) => (b.Initiated?.getTime() ?? 0) - (a.Initiated?.getTime() ?? 0))[0]?.UploadId
    return newest === undefined ? undefined : { id: newest, there: await partsOf(parted, newest) }
  } catch (error) {
    if (isRefused(error)) return undefined
    throw error
  }
}

async function partsOf({ client, bucket, key }: PartedUpload, id: string): Promise<ReadonlyMap<number, ListedPart>> {
  const there = new Map<number, ListedPart>()
  for (let marker: string | undefined, isLast = false; !isLast; ) {
    const after = marker === undefined ? {} : { PartNumberMarker: marker }
    const page = await client.send(new ListPartsCommand({ Bucket: bucket, Key: key, UploadId: id, ...after }))
    for (const part of page.Parts ?? []) if (part.PartNumber !== undefined) there.set(part.PartNumber, part)
    marker = page.NextPartNumberMarker
    isLast = page.IsTruncated !== true
  }
  return there
}
