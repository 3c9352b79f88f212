import type { Readable } from 'node:stream'
import type { Digest } from '../../records/digest.ts'

/** Bytes to keep; their digest is found while they are copied, so that they are read once. */
export interface BlobSource {
  readonly size: number
  /** May be called again after a failure. */
  open(): Readable
}

/** Bytes that are kept. */
export interface Kept {
  readonly digest: Digest
  readonly size: number
  /** Where they are, for a driver that cannot tell by the digest alone: part of every record that names them. */
  readonly place?: string
}

/** Bytes named by their sha256 digest. The same bytes are kept once. */
export interface Blobs {
  /**
   * Takes bytes in: they can be read from this object at once, and are durable after `flush`. In the order of the sources.
   *
   * @throws RangeError when a source has not the size that it announced: somebody wrote to the file meanwhile.
   */
  put(sources: readonly BlobSource[]): Promise<readonly Kept[]>
  /** Makes everything durable that was put. Called before any entry that refers to it is appended. */
  flush(): Promise<void>
  /** What was put and is not durable yet. */
  unflushed(): readonly Kept[]
  /** A verified stream: it fails at its end when the bytes do not have the digest (ExternalError TY0207). */
  get(digest: Digest, place?: string): Promise<Readable>
  close(): Promise<void>
}
