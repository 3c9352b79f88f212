import { createHash } from 'node:crypto'
import type { Digest } from '../../records/digest.ts'
import type { TreeFile } from '../../records/tree.ts'

/** A file and the address of its bytes. */
export interface PlacedFile extends TreeFile {
  readonly place: string
}

/** Files at an address that means the same bytes for ever. */
export interface Found {
  readonly source: string
  readonly files: readonly PlacedFile[]
}

/** The digest and the size of bytes that are read and not kept. */
export async function measured(
  bytes: AsyncIterable<Buffer>,
): Promise<{ readonly digest: Digest; readonly size: number }> {
  const hash = createHash('sha256')
  let size = 0
  for await (const chunk of bytes) {
    hash.update(chunk)
    size += chunk.length
  }
  return { digest: `sha256:${hash.digest('hex')}`, size }
}
