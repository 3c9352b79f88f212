import type { Readable } from 'node:stream'
import type { Digest } from '../../records/digest.ts'

/** Bytes to keep; their digest is found while they are copied, so that they are read once. */
export interface BlobSource {
  readonly size: number
  /** The path that it has in its tree, for drivers that keep files under their names. */
  readonly path?: string
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

/** Bytes that a store holds, whether an entry refers to them or not. */
export interface StoredBlob {
  readonly digest: Digest
  /** 0 where the driver cannot tell without reading the bytes. */
  readonly size: number
  /** Blobs with the same place can only go together. */
  readonly place?: string
  /** When they were put last. Milliseconds since 1970. */
  readonly storedAtMs: number
}

/** A blob that somebody wants to read. */
export type Wanted = Pick<Kept, 'digest' | 'place'>

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
  /** Says which blobs will be read soon, for a place that brings many in the time of one. What is not there is found by `get`. */
  ahead?(blobs: readonly Wanted[]): Promise<void>
  /** A verified stream: it fails at its end when the bytes do not have the digest (ExternalError TY0207). */
  get(digest: Digest, place?: string): Promise<Readable>
  /**
   * Makes sure that everything that was put through this object is there, and puts it again where it is not; each blob has
   * another `storedAtMs` (or whatever `remove` looks at) afterwards. Called before an entry is appended when files were
   * collected since they were put, so that what a collector found before is not what it finds now.
   */
  renew(): Promise<void>
  /** Everything that is kept, in any order. Called only by gc. */
  list(): AsyncIterable<StoredBlob>
  /**
   * Removes blobs that `list` of this object gave, but for those that were put again since, by whomever: the look and the
   * removal are one step, as far as the place can do that. Gives those that are gone. Called only by gc.
   */
  remove(blobs: readonly StoredBlob[]): Promise<readonly StoredBlob[]>
  /** What the driver tidies up beside blobs, in one sentence each; a dry one only tells. Called only by gc. */
  tidy(options: { readonly isDry: boolean }): Promise<readonly string[]>
  close(): Promise<void>
}
