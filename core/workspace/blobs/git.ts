import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Digest, hexOf } from '../../records/digest.ts'
import { damaged } from '../failures.ts'
import { type GitPlace, pushRefused, remoteFailed } from '../git-place.ts'
import type { BlobSource, Blobs, Kept } from './blobs.ts'
import { verified } from './verify.ts'

/** Where files are, on the host and in the private repository: no normal clone fetches it. */
const refs = 'refs/trainyard/files/'

/** A file this large has a commit of its own, so that its bytes are sent once, whatever it is registered with. */
const ownCommitBytes = 8 * 1024 * 1024

const pushAttempts = 3

/**
 * Blobs as parentless commits under refs of their own. What is put is written into the private repository, and pushed in one
 * go by `flush`. A place is the name of a ref; a blob that is alone in its commit is found by its digest.
 */
export class GitBlobs implements Blobs {
  readonly #place: GitPlace
  readonly #fetched = new Map<string, Promise<ReadonlyMap<string, string>>>()
  readonly #unpushed = new Map<string, { readonly commit: string; readonly kept: readonly Kept[] }>()

  constructor(place: GitPlace) {
    this.#place = place
  }

  async put(sources: readonly BlobSource[]): Promise<readonly Kept[]> {
    if (sources.length === 0) return []
    const importing = new Import(sources)
    const commits = await this.#place.repository.import(importing.commands())
    importing.groups.forEach(({ place, kept }, index) => {
      const commit = commits[index]
      if (commit !== undefined) this.#unpushed.set(place, { commit, kept })
      this.#fetched.delete(place)
    })
    return importing.kept
  }

  async flush(): Promise<void> {
    const refspecs = [...this.#unpushed].map(([place, { commit }]) => `${commit}:${refs}${place}`)
    if (refspecs.length === 0) return
    for (let attempt = 1; ; attempt++) {
      const result = await this.#place.repository.push(refspecs)
      if (result.exitCode === 0) break
      await this.#demandReachable()
      if (attempt === pushAttempts) throw pushRefused(this.#place, `files under ${refs}`, result)
      await sleep(Math.random() * 1000)
    }
    this.#unpushed.clear()
  }

  unflushed(): readonly Kept[] {
    return [...this.#unpushed.values()].flatMap(({ kept }) => kept)
  }

  async get(digest: Digest, place = alonePlace(digest)): Promise<Readable> {
    const name = (await this.#files(place)).get(hexOf(digest))
    if (name === undefined) throw damaged(`the file ${digest} is missing`, this.#place.url)
    const bytes = whole(() => this.#place.repository.git.start(['cat-file', 'blob', name]))
    return verified(Readable.from(bytes, { objectMode: false }), digest, this.#place.url)
  }

  async close(): Promise<void> {
    await Promise.resolve()
  }

  /** The files in a place, by the hexadecimal part of their digest; none when there is no such place. */
  #files(place: string): Promise<ReadonlyMap<string, string>> {
    const known = this.#fetched.get(place) ?? this.#fetch(refs + place)
    this.#fetched.set(place, known)
    known.catch(() => this.#fetched.delete(place))
    return known
  }

  async #fetch(ref: string): Promise<ReadonlyMap<string, string>> {
    const { repository } = this.#place
    if ((await repository.resolve(ref)) === undefined) {
      // As a pattern: that nothing matches is no failure to git, so what fails is the connection.
      const result = await repository.fetch([`+${ref}*:${ref}*`])
      if (result.exitCode !== 0) throw remoteFailed(this.#place, 'fetch a file', result)
    }
    return (await repository.resolve(ref)) === undefined ? new Map() : repository.tree(ref)
  }

  /** @throws ExternalError when it is the connection, and not the push, that fails. */
  async #demandReachable(): Promise<void> {
    const result = await this.#place.repository.fetch([`+${refs}none/*:${refs}none/*`])
    if (result.exitCode !== 0) throw remoteFailed(this.#place, 'push files', result)
  }
}

interface Group {
  readonly place: string
  readonly kept: readonly Kept[]
  readonly marks: readonly number[]
}

/** Writes blobs and their commits in one run of fast-import; digests are known when their bytes have passed. */
class Import {
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
    for (const [index, group] of this.groups.entries()) yield* commit(group, this.#sources.length + 1 + index)
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

/** The same files make the same commit, so that putting them again sends nothing. */
function* commit({ place, kept, marks }: Group, mark: number): Generator<Buffer> {
  const files = kept.map(({ digest }, index) => `M 100644 :${marks[index] ?? 0} ${hexOf(digest)}\n`)
  const head = `commit ${refs}${place}\nmark :${mark}\ncommitter Trainyard <trainyard@localhost> 0 +0000\ndata 6\nfiles\n\n`
  yield Buffer.from(`${head}deleteall\n${files.join('')}\nget-mark :${mark}\n`)
}

function alonePlace(digest: Digest): string {
  return hexOf(digest).slice(0, 32)
}

function togetherPlace(digests: readonly Digest[]): string {
  return `g${createHash('sha256')
    .update([...digests].sort().join('\n'))
    .digest('hex')
    .slice(0, 23)}`
}

/** Starts git when somebody reads: Node throws away what a child printed that ended before anybody listened. */
async function* whole(start: () => ReturnType<GitPlace['repository']['git']['start']>): AsyncGenerator<Buffer> {
  const { stdin, stdout, ended } = start()
  stdin.end()
  for await (const chunk of stdout) yield chunk as Buffer
  await ended
}
