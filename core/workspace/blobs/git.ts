import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf } from '../../engines/git/bare-repository.ts'
import { type Digest, hexOf } from '../../records/digest.ts'
import { damaged, tooLarge } from '../failures.ts'
import { type GitPlace, pushRefused, remoteFailed } from '../git-place.ts'
import type { BlobSource, Blobs, Kept, StoredBlob, Wanted } from './blobs.ts'
import { alonePlace, fileRefs, Import, stamped } from './git-import.ts'
import { mergedIn, mergedRef } from './git-merged.ts'
import { GitRefs } from './git-refs.ts'
import { verified } from './verify.ts'

/** What the remote has under a ref of a place, when that was looked at. */
const remoteRefs = 'refs/trainyard/remote/'

const pushAttempts = 3

/** Hosts refuse files that are a little larger. Bytes. */
const largestBytes = 95_000_000

/** Files that are there already are given a new age when theirs is greater. */
const renewAfterMs = 24 * 3_600_000

/** The depth at which git fetches the whole history, whether it has a part of it or not. */
const everything = 2_147_483_647

interface Put {
  readonly commit: string
  readonly kept: readonly Kept[]
}

/**
 * Blobs as commits under refs of their own. What is put is written into the private repository, and pushed in one go by
 * `flush`. A place is the name of a ref; a blob that is alone in its commit is found by its digest. Where gc has merged many
 * refs into one, places are found through that.
 */
export class GitBlobs implements Blobs {
  readonly #place: GitPlace
  readonly #fetched = new Map<string, Promise<ReadonlyMap<string, string>>>()
  readonly #put = new Map<string, Put>()
  readonly #unpushed = new Map<string, Put>()
  #refs: GitRefs | undefined

  constructor(place: GitPlace) {
    this.#place = place
  }

  async put(sources: readonly BlobSource[]): Promise<readonly Kept[]> {
    if (sources.length === 0) return []
    demandSmall(sources, this.#place.url)
    const importing = new Import(sources)
    const commits = await this.#place.repository.import(importing.commands())
    importing.groups.forEach(({ place, kept }, index) => {
      const commit = commits[index]
      if (commit !== undefined) {
        this.#put.set(place, { commit, kept })
        this.#unpushed.set(place, { commit, kept })
      }
      this.#fetched.delete(place)
    })
    return importing.kept
  }

  async flush(): Promise<void> {
    for (let attempt = 1; this.#unpushed.size > 0; attempt++) {
      const refspecs = [...this.#unpushed].map(([place, { commit }]) => `${commit}:${fileRefs}${place}`)
      const result = await this.#place.repository.push(refspecs)
      if (result.exitCode === 0) this.#unpushed.clear()
      // The refs that are there already are refused, and nothing is sent for them.
      else if (!(await this.#forgetThose())) {
        if (attempt === pushAttempts) throw pushRefused(this.#place, `files under ${fileRefs}`, result)
        await sleep(Math.random() * 1000)
      }
    }
  }

  async renew(): Promise<void> {
    await this.flush()
    await this.#renew([...this.#put.keys()])
  }

  unflushed(): readonly Kept[] {
    return [...this.#unpushed.values()].flatMap(({ kept }) => kept)
  }

  async ahead(blobs: readonly Wanted[]): Promise<void> {
    const places = new Set(blobs.map(({ digest, place }) => place ?? alonePlace(digest)))
    const refs = [...places].filter((place) => !this.#fetched.has(place)).map((place) => fileRefs + place)
    if (refs.length === 0) return
    const result = await this.#place.repository.fetch(refs.map((ref) => `+${ref}*:${ref}*`))
    if (result.exitCode !== 0) throw remoteFailed(this.#place, 'fetch files', result)
  }

  async get(digest: Digest, place = alonePlace(digest)): Promise<Readable> {
    const name = (await this.#files(place)).get(hexOf(digest))
    if (name === undefined) throw damaged(`the file ${digest} is missing`, this.#place.url)
    const bytes = whole(() => this.#place.repository.git.start(['cat-file', 'blob', name]))
    return verified(Readable.from(bytes, { objectMode: false }), digest, this.#place.url)
  }

  async *list(): AsyncGenerator<StoredBlob> {
    this.#refs ??= await GitRefs.create(this.#place)
    for (const { place, storedAtMs, kept } of await this.#refs.look()) {
      for (const { digest, size } of kept) yield { digest, size, place, storedAtMs }
    }
  }

  async remove(blobs: readonly StoredBlob[]): Promise<readonly StoredBlob[]> {
    if (this.#refs === undefined) throw new RangeError('nothing was listed')
    const gone = await this.#refs.remove([...new Set(blobs.map(({ place = '' }) => place))])
    return blobs.filter(({ place = '' }) => gone.has(place))
  }

  async tidy(options: { readonly isDry: boolean }): Promise<readonly string[]> {
    const merged = await this.#refs?.merge(options)
    return merged === undefined ? [] : [`${merged.from} refs with files merged into ${merged.to}`]
  }

  async close(): Promise<void> {
    await this.#refs?.close()
  }

  /** Forgets what need not be pushed because it is there; false when there is nothing such. */
  async #forgetThose(): Promise<boolean> {
    const found = await this.#look([...this.#unpushed.keys()])
    for (const place of found.keys()) this.#unpushed.delete(place)
    const now = Date.now()
    const old = [...found].filter(([, { storedAtMs }]) => now - storedAtMs > renewAfterMs).map(([place]) => place)
    if (old.length > 0) await this.#renew(old)
    return found.size > 0
  }

  /** Gives places a commit that nobody has seen, whether they are there or not. */
  async #renew(places: readonly string[]): Promise<void> {
    let left = places
    for (let attempt = 1; left.length > 0; attempt++) {
      const found = await this.#look(left)
      const made = await this.#place.repository.import(this.#stampCommands(left, found))
      const result = await this.#place.repository.push(left.map((place, n) => `${made[n] ?? ''}:${fileRefs}${place}`))
      if (result.exitCode === 0) return
      if (attempt === pushAttempts) throw pushRefused(this.#place, `files under ${fileRefs}`, result)
      // One that has moved since was given a new commit by somebody else, after this began.
      const now = await this.#look(left)
      left = left.filter((place) => now.get(place)?.value === found.get(place)?.value)
    }
  }

  async *#stampCommands(places: readonly string[], found: ReadonlyMap<string, Remote>): AsyncGenerator<Buffer> {
    for (const [index, place] of places.entries()) {
      const { commit = '', kept = [] } = this.#put.get(place) ?? {}
      const from = found.get(place)?.value ?? commit
      yield* stamped({ ref: `refs/trainyard/renewed/${place}`, from, kept, mark: index + 1 })
    }
    yield Buffer.from('done\n')
    await Promise.resolve()
  }

  /**
   * The places of these that the remote has, without their files: those are here.
   *
   * @throws ExternalError when the remote is out of reach, TY0207 when it has other files there.
   */
  async #look(places: readonly string[]): Promise<ReadonlyMap<string, Remote>> {
    const { repository } = this.#place
    const refspecs = places.map((place) => `+${fileRefs}${place}*:${remoteRefs}${place}*`)
    const result = await repository.fetch(refspecs, { isPruned: true })
    if (result.exitCode !== 0) throw remoteFailed(this.#place, 'push files', result)
    const names = places.flatMap((place) => [remoteRefs, fileRefs].map((refs) => `${refs}${place}`))
    const objects = await repository.objects(names)
    const found = new Map<string, Remote>()
    for (const [index, place] of places.entries()) {
      const [there, here] = [objects[2 * index], objects[2 * index + 1]]
      if (there === undefined) continue
      if (headerIn(there.bytes, 'tree') !== headerIn(here?.bytes, 'tree')) {
        throw damaged(`${fileRefs}${place} does not hold the files that it is named after`, this.#place.url)
      }
      const seconds = / (\d+) [+-]\d{4}$/.exec(headerIn(there.bytes, 'committer'))?.[1] ?? '0'
      found.set(place, { value: there.id, storedAtMs: Number(seconds) * 1000 })
    }
    return found
  }

  /** The files in a place, by the hexadecimal part of their digest; none when there is no such place. */
  #files(place: string): Promise<ReadonlyMap<string, string>> {
    const known = this.#fetched.get(place) ?? this.#fetch(place)
    this.#fetched.set(place, known)
    known.catch(() => this.#fetched.delete(place))
    return known
  }

  async #fetch(place: string): Promise<ReadonlyMap<string, string>> {
    const { repository } = this.#place
    const ref = fileRefs + place
    if ((await repository.resolve(ref)) === undefined) {
      // As a pattern: that nothing matches is no failure to git, so what fails is the connection.
      const result = await repository.fetch([`+${ref}*:${ref}*`])
      if (result.exitCode !== 0) throw remoteFailed(this.#place, 'fetch a file', result)
    }
    const commit = (await repository.resolve(ref)) ?? (await this.#fetchMerged(place))
    return commit === undefined ? new Map() : repository.tree(commit)
  }

  /** Brings the commit of a place here that has no ref of its own any more. */
  async #fetchMerged(place: string): Promise<string | undefined> {
    const { repository } = this.#place
    const refspec = `+${mergedRef}*:${mergedRef}*`
    let looked = await repository.fetch([refspec], { depth: 1 })
    // With a depth, git takes it for a failure that nothing matches.
    if (looked.exitCode !== 0) looked = await repository.fetch([refspec])
    if (looked.exitCode !== 0) throw remoteFailed(this.#place, 'fetch a file', looked)
    const [list] = await repository.objects([mergedRef])
    const commit = list === undefined ? undefined : mergedIn(messageOf(list.bytes)).get(place)
    if (commit === undefined) return undefined
    const one = await repository.fetch([`+${commit}:${fileRefs}${place}`], { depth: 1 })
    if (one.exitCode === 0) return commit
    // Some hosts give no commit by its name: then everything that was merged has to come.
    const all = await repository.fetch([refspec], { depth: everything })
    if (all.exitCode !== 0) throw remoteFailed(this.#place, 'fetch a file', all)
    return commit
  }
}

interface Remote {
  readonly value: string
  readonly storedAtMs: number
}

/** A line of a commit's head. */
function headerIn(commit: Buffer | undefined, name: string): string {
  const lines = commit?.toString('utf8').split('\n') ?? []
  return lines.find((line) => line.startsWith(`${name} `)) ?? ''
}

/** Starts git when somebody reads: Node throws away what a child printed that ended before anybody listened. */
async function* whole(start: () => ReturnType<GitPlace['repository']['git']['start']>): AsyncGenerator<Buffer> {
  const { stdin, stdout, ended } = start()
  stdin.end()
  for await (const chunk of stdout) yield chunk as Buffer
  await ended
}

function demandSmall(sources: readonly BlobSource[], url: string): void {
  const largest = Math.max(...sources.map(({ size }) => size))
  if (largest > largestBytes) throw tooLarge(largest, url)
}
