import type { Readable } from 'node:stream'
import type { Digest } from '../../records/digest.ts'

/** An object as lists show it. */
export interface StoredObject {
  readonly key: string
  /** Bytes. */
  readonly size: number
  /** When it was written last, by the server's clock. */
  readonly storedAtMs: number
  /** Another one for other bytes. */
  readonly etag: string
}

/** Bytes to store whose digest is known before they are sent. */
export interface Upload {
  readonly key: string
  /** Bytes. */
  readonly size: number
  readonly digest: Digest
  /** May be called again: what was interrupted goes on with the parts that are there. */
  open(): Readable
}

/**
 * A bucket or container as a workspace needs it. Keys are relative to the prefix that the workspace lives under. Every method
 * tells its failures as ConfigError TY0203 (no right to write), ConfigError TY0230 (no such bucket, no credentials, no right to
 * read), ExternalError TY0501 or TY0502.
 */
export interface ObjectStore {
  /** Where it is, without credentials; opening it again finds the same. */
  readonly url: string
  /** Writes an object only where none is: of many who try at once, one does. The server checks the bytes against a checksum. */
  create(key: string, bytes: Buffer): Promise<'created' | 'exists'>
  /** Writes a small object, whatever was there. */
  put(key: string, bytes: Buffer): Promise<void>
  /**
   * Writes a large object as a stream of parts, each checked by the server. It appears when all are there.
   *
   * @throws RangeError when the bytes do not have the digest: somebody wrote to the file meanwhile.
   */
  upload(upload: Upload): Promise<void>
  /** A small object, whole; undefined when it is not there. */
  read(key: string): Promise<Buffer | undefined>
  /** An object from a byte on; undefined when it is not there. */
  stream(key: string, from: number): Promise<Readable | undefined>
  /** What is known of an object without reading it. */
  find(key: string): Promise<StoredObject | undefined>
  /** The objects whose keys begin with a prefix, in the order of their keys. */
  list(prefix: string): AsyncIterable<StoredObject>
  /** Removes an object; nothing happens where none is. */
  remove(key: string): Promise<void>
  /** Gives up uploads below a prefix that nobody completed for so long; gives how many. A dry one only counts. */
  giveUp(prefix: string, options: { readonly ageMs: number; readonly isDry: boolean }): Promise<number>
  close(): void
}

/** A place in S3, or in a server that speaks its protocol. */
export interface S3Address {
  readonly kind: 's3'
  readonly bucket: string
  /** Without slashes at its ends; may be empty. */
  readonly prefix: string
  /** A compatible server; AWS itself when undefined and no variable names one. */
  readonly endpoint: string | undefined
  readonly region: string | undefined
}

/** A place in Azure Blob Storage. */
export interface AzureBlobAddress {
  readonly kind: 'azblob'
  readonly account: string
  readonly container: string
  /** Without slashes at its ends; may be empty. */
  readonly prefix: string
  /** The account's URL where it is not the usual one. */
  readonly endpoint: string | undefined
}

/** How a store is opened. */
export interface StoreOptions {
  /** Larger objects go in parts of at least this size. Bytes; S3 takes no part under 5 MiB. */
  readonly partBytes?: number
}

/**
 * Opens a store. Nothing is asked of the service yet; its client is loaded here.
 *
 * @throws ConfigError TY0230 when the settings of the environment cannot be read.
 */
export async function openObjectStore(
  address: S3Address | AzureBlobAddress,
  options: StoreOptions = {},
): Promise<ObjectStore> {
  if (address.kind === 's3') return (await import('./s3.ts')).openS3(address, options)
  return (await import('./azure-blob.ts')).openAzureBlob(address, options)
}
