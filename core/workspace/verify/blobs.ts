import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Blobs } from '../blobs/blobs.ts'
import { isElsewhere } from '../elsewhere/address.ts'
import { isDamage } from '../failures.ts'
import { type NeededBlob, neededBlobs } from '../registry/needed-blobs.ts'
import type { StoredFile } from '../registry/stored.ts'
import { type Finding, finding } from './finding.ts'

/** What reading every file came to. */
export interface BlobsRead {
  readonly findings: readonly Finding[]
  readonly count: number
  readonly bytes: number
}

/** Called after each file: how many were read, of how many that are known to be needed. */
export type OnFile = (done: number, of: number) => void

/** Reads every byte of every file that the documents refer to, once, and names each that is missing or was changed. */
export async function readBlobs(docs: ReadonlyMap<string, unknown>, blobs: Blobs, onFile: OnFile): Promise<BlobsRead> {
  const needed = new Map<string, { readonly reference: NeededBlob; readonly by: string[] }>()
  const findings: Finding[] = []
  const readList = async (list: NeededBlob) => parsed(await contentOf(list, blobs))
  for await (const reference of neededBlobs(docs, readList)) {
    // The workspace keeps digests of these alone; they are verified whenever they are used.
    if (isElsewhere(reference.place)) continue
    const key = `${reference.digest} ${reference.place ?? ''}`
    const known = needed.get(key)
    if (known === undefined) needed.set(key, { reference, by: [reference.what] })
    else known.by.push(reference.what)
  }
  let [count, bytes] = [0, 0]
  for (const { reference, by } of needed.values()) {
    const read = await drain(reference, blobs)
    if (typeof read === 'number') bytes += read
    else findings.push(finding('blob', `${read.problem}; needed by ${wordsFor(by)}`, { digest: reference.digest }))
    onFile(++count, needed.size)
  }
  return { findings, count, bytes }
}

/** Reads a blob to its end without keeping it: its size, or what is wrong with it. */
async function drain({ digest, place }: NeededBlob, blobs: Blobs): Promise<number | { readonly problem: string }> {
  let size = 0
  const count = new Writable({
    write(chunk: Buffer, _, next) {
      size += chunk.length
      next()
    },
  })
  try {
    await pipeline(await blobs.get(digest, place), count)
    return size
  } catch (error) {
    if (!isDamage(error)) throw error
    return { problem: error.details }
  }
}

/** Undefined where it is missing or was changed, which is found again when every file is read. */
async function contentOf({ digest, place }: NeededBlob, blobs: Blobs): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of await blobs.get(digest, place)) chunks.push(chunk as Buffer)
  } catch (error) {
    if (!isDamage(error)) throw error
    return undefined
  }
  return Buffer.concat(chunks)
}

/** The bytes have the digest under which a list was kept: it is what we wrote. */
function parsed(bytes: Buffer | undefined): readonly StoredFile[] | undefined {
  return bytes === undefined ? undefined : (JSON.parse(bytes.toString('utf8')) as readonly StoredFile[])
}

const most = 3

function wordsFor(needs: readonly string[]): string {
  const more = needs.length - most
  return `${needs.slice(0, most).join(', ')}${more > 0 ? `, and ${more} more` : ''}`
}
