import { createHash, randomUUID } from 'node:crypto'
import { type Digest, hexOf } from '../../records/digest.ts'
import type { BlobSource, Kept } from './blobs.ts'

/** Where files are, on the host and in the private repository: no normal clone fetches it. */
export const fileRefs = 'refs/trainyard/files/'

/** A file this large has a commit of its own, so that its bytes are sent once, whatever it is registered with. */
const ownCommitBytes = 8 * 1024 * 1024

/** Files that are kept under one ref. */
interface Group {
  readonly place: string
  readonly kept: readonly Kept[]
  readonly marks: readonly number[]
}

/** Writes blobs and their commits in one run of fast-import; digests are known when their bytes have passed. */
export class Import {
  readonly kept: Kept[] = []
  groups: readonly Group[] = []
  readonly #sources: readonly BlobSource[]

  constructor(sources: readonly BlobSource[]) {
    this.#sources = sources
  }

  async *commands(): AsyncGenerator<Buffer> {
    for (const [index, source] of this.#sources.entries()) {
      yield Buffer.from(`blob\nmark :${index + 1}\ndata ${source.size}\n`)
      const hash = createHash('sha256')
      let size = 0
      for await (const chunk of source.open()) {
        size += (chunk as Buffer).length
        if (size > source.size) break
        hash.update(chunk as Buffer)
        yield chunk as Buffer
      }
      if (size !== source.size) throw new RangeError('a file changed while it was read')
      yield Buffer.from('\n')
      this.kept.push({ digest: `sha256:${hash.digest('hex')}`, size })
    }
    this.groups = groupsOf(this.kept)
    for (const group of this.groups) for (const { digest, place } of group.kept) this.#setPlace(digest, place)
    for (const [index, group] of this.groups.entries()) yield* commits(group, this.#sources.length + 1 + 2 * index)
    yield Buffer.from('done\n')
  }

  #setPlace(digest: Digest, place: string | undefined): void {
    if (place === undefined) return
    this.kept.forEach((one, index) => {
      if (one.digest === digest) this.kept[index] = { ...one, place }
    })
  }
}

/** Large files alone, the rest together. */
function groupsOf(kept: readonly Kept[]): readonly Group[] {
  const marks = new Map<Digest, number>()
  kept.forEach(({ digest }, index) => marks.set(digest, index + 1))
  const unique = [...marks].map(([digest, mark]) => ({ digest, mark, size: kept[mark - 1]?.size ?? 0 }))
  const large = unique.filter(({ size }) => size >= ownCommitBytes).map((one) => [one])
  const small = unique.filter(({ size }) => size < ownCommitBytes)
  return [...large, ...(small.length === 0 ? [] : [small])].map((members) => {
    const [first] = members
    const isAlone = members.length === 1 && first !== undefined
    const place = isAlone ? alonePlace(first.digest) : togetherPlace(members.map(({ digest }) => digest))
    return {
      place,
      marks: members.map(({ mark }) => mark),
      kept: members.map(({ digest, size }) => (isAlone ? { digest, size } : { digest, size, place })),
    }
  })
}

/**
 * The files are in a commit that is the same whoever makes it: a host that has it need not be sent it again. The ref names one
 * after it that says when, and is nobody else's, so that files put again are told from those that were put before.
 */
function* commits({ place, kept, marks }: Group, mark: number): Generator<Buffer> {
  const files = kept.map(({ digest }, index) => `M 100644 :${marks[index] ?? 0} ${hexOf(digest)}\n`)
  const head = `commit ${fileRefs}${place}\nmark :${mark}\ncommitter Trainyard <trainyard@localhost> 0 +0000\ndata 6\nfiles\n\n`
  yield Buffer.from(`${head}deleteall\n${files.join('')}\n`)
  yield* stamped({ ref: fileRefs + place, from: `:${mark}`, kept, mark: mark + 1 })
}

/** What a commit that says when files were put is made of. */
interface Stamped {
  readonly ref: string
  /** The commit before it: its tree is this one's, too. */
  readonly from: string
  readonly kept: readonly Kept[]
  readonly mark: number
}

/** A commit that says when files were put; its name is asked for. */
export function* stamped({ ref, from, kept, mark }: Stamped): Generator<Buffer> {
  const lines = kept.map(({ digest, size }) => `${hexOf(digest)} ${size}\n`)
  const message = Buffer.from(`files\n\n${lines.join('')}${randomUUID()}\n`, 'utf8')
  const seconds = Math.floor(Date.now() / 1000)
  yield Buffer.from(
    `commit ${ref}\nmark :${mark}\ncommitter Trainyard <trainyard@localhost> ${seconds} +0000\ndata ${message.length}\n`,
  )
  yield message
  yield Buffer.from(`from ${from}\n\nget-mark :${mark}\n`)
}

/** The files and their sizes in the message of a commit; none in one of an older release. */
export function keptIn(message: string): readonly Kept[] {
  return [...message.matchAll(/^([0-9a-f]{64}) (\d+)$/gm)].map(([, hex = '', size = '0']) => ({
    digest: `sha256:${hex}` as const,
    size: Number(size),
  }))
}

/** The place of a file that is alone in its commit. */
export function alonePlace(digest: Digest): string {
  return hexOf(digest).slice(0, 32)
}

function togetherPlace(digests: readonly Digest[]): string {
  return `g${createHash('sha256')
    .update([...digests].sort().join('\n'))
    .digest('hex')
    .slice(0, 23)}`
}
