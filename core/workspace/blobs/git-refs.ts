import { type BareRepository, type Lease, messageOf } from '../../engines/git/bare-repository.ts'
import type { GitResult } from '../../engines/git/git.ts'
import { type Digest, isDigest } from '../../records/digest.ts'
import { type GitPlace, pushRefused, remoteFailed } from '../git-place.ts'
import type { Kept } from './blobs.ts'
import { fileRefs, keptIn } from './git-import.ts'
import { makeMerged, mergedIn, mergedRef } from './git-merged.ts'

/** Where the remote's refs are kept in the repository that lists them. */
const listed = 'refs/trainyard/listed/'

/** Above so many refs with files they are merged: every push by anybody lists them all. */
const mostRefs = 500

/** Of the refs that are merged so many stay, the newest: they are read most, and from them it is quickest. */
const stayingRefs = 100

/** Refs that one push removes. */
const batch = 100

/** A place with files. */
interface FilePlace {
  readonly place: string
  /** The commit. */
  readonly value: string
  readonly storedAtMs: number
  readonly kept: readonly Kept[]
  /** Under the merged ref, and not under one of its own. */
  readonly isMerged: boolean
}

/**
 * All places of a remote, seen at one time, in a repository of its own that has commits without their files. What it changes
 * it changes only while it is as it was seen.
 */
export class GitRefs {
  readonly #place: GitPlace
  readonly #repository: BareRepository
  readonly #places = new Map<string, FilePlace>()
  /** What the merged ref lists, also of places that have a ref of their own again. */
  #merged: ReadonlyMap<string, string> = new Map()
  #mergedValue = ''

  private constructor(place: GitPlace, repository: BareRepository) {
    this.#place = place
    this.#repository = repository
  }

  static async create(place: GitPlace): Promise<GitRefs> {
    return new GitRefs(place, await place.repository.sibling())
  }

  /** Looks at the remote. */
  async look(): Promise<readonly FilePlace[]> {
    const refspecs = [`+${fileRefs}*:${listed}files/*`, `+${mergedRef}*:${listed}merged*`]
    const result = await this.#repository.fetch(refspecs, { filter: 'blob:none', isPruned: true })
    if (result.exitCode !== 0) throw remoteFailed(this.#place, 'list files', result)
    const format = '--format=%(refname) %(objectname)'
    const refs = (await this.#repository.git.demand(['for-each-ref', format, listed])).toString('utf8').split('\n')
    const values = new Map(refs.filter((line) => line !== '').map((line) => line.split(' ') as [string, string]))
    this.#mergedValue = values.get(`${listed}merged`) ?? ''
    const [tip] = this.#mergedValue === '' ? [] : await this.#repository.objects([this.#mergedValue])
    this.#merged = tip === undefined ? new Map() : mergedIn(messageOf(tip.bytes))
    this.#places.clear()
    const own = [...values].filter(([ref]) => ref.startsWith(`${listed}files/`))
    await this.#learn(new Map(own.map(([ref, value]) => [ref.slice(`${listed}files/`.length), value])), false)
    await this.#learn(new Map([...this.#merged].filter(([place]) => !this.#places.has(place))), true)
    return [...this.#places.values()]
  }

  /** Removes places that are as they were seen; gives those that are gone. */
  async remove(places: readonly string[]): Promise<ReadonlySet<string>> {
    const wanted = places.flatMap((place) => this.#places.get(place) ?? [])
    const gone = new Set(await this.#removeRefs(wanted.filter(({ isMerged }) => !isMerged)))
    const merged = wanted.filter(({ isMerged }) => isMerged).map(({ place }) => place)
    const left = new Map([...this.#merged].filter(([place]) => !merged.includes(place) && !gone.has(place)))
    if (left.size < this.#merged.size && (await this.#setMerged(left))) for (const place of merged) gone.add(place)
    for (const place of gone) this.#places.delete(place)
    return gone
  }

  /** Merges the oldest refs into one when there are many; how many refs there were and are, or would be. */
  async merge({
    isDry,
  }: {
    readonly isDry: boolean
  }): Promise<{ readonly from: number; readonly to: number } | undefined> {
    const own = [...this.#places.values()].filter(({ isMerged }) => !isMerged)
    if (own.length <= mostRefs) return undefined
    const oldest = own.sort((a, b) => a.storedAtMs - b.storedAtMs).slice(0, own.length - stayingRefs)
    const extra = this.#mergedValue === '' ? 0 : 1
    const numbers = { from: own.length + extra, to: stayingRefs + 1 }
    if (isDry) return numbers
    const merged = new Map([...this.#merged, ...oldest.map(({ place, value }) => [place, value] as const)])
    // First they are kept by the one, and then their own refs go: at no time is a file without a ref.
    if (!(await this.#setMerged(merged))) return undefined
    const gone = await this.#removeRefs(oldest)
    for (const one of oldest) if (gone.includes(one.place)) this.#places.set(one.place, { ...one, isMerged: true })
    return { ...numbers, to: own.length - gone.length + 1 }
  }

  async close(): Promise<void> {
    await this.#repository.remove()
  }

  async #learn(values: ReadonlyMap<string, string>, isMerged: boolean): Promise<void> {
    const all = [...values]
    const commits = await this.#repository.objects(all.map(([, value]) => value))
    for (const [index, [place, value]] of all.entries()) {
      const bytes = commits[index]?.bytes ?? Buffer.alloc(0)
      const [, seconds = '0'] = /^committer .* (\d+) [+-]\d{4}$/m.exec(bytes.toString('utf8')) ?? []
      const said = keptIn(messageOf(bytes))
      const kept = said.length === 0 ? await this.#filesOf(value) : said
      this.#places.set(place, { place, value, storedAtMs: Number(seconds) * 1000, kept, isMerged })
    }
  }

  /** The files of a commit that an older release made: it does not say their sizes. */
  async #filesOf(commit: string): Promise<readonly Kept[]> {
    const names = [...(await this.#repository.tree(commit)).keys()].map((name): string => `sha256:${name}`)
    return names.filter((name): name is Digest => isDigest(name)).map((digest) => ({ digest, size: 0 }))
  }

  /** False when somebody else has changed it meanwhile. */
  async #setMerged(commits: ReadonlyMap<string, string>): Promise<boolean> {
    const made = await makeMerged(this.#repository, commits)
    const result = await this.#repository.push([`${made}:${mergedRef}`], [[mergedRef, this.#mergedValue]])
    if (result.exitCode !== 0) {
      this.#demandOnlyStale(result)
      return false
    }
    this.#merged = commits
    this.#mergedValue = made
    return true
  }

  async #removeRefs(places: readonly FilePlace[]): Promise<readonly string[]> {
    const gone: string[] = []
    for (let at = 0; at < places.length; at += batch) {
      const some = places.slice(at, at + batch)
      const leases = some.map(({ place, value }): Lease => [fileRefs + place, value])
      const result = await this.#repository.push(
        leases.map(([ref]) => `:${ref}`),
        leases,
      )
      if (result.exitCode === 0) gone.push(...some.map(({ place }) => place))
      else gone.push(...this.#removedIn(result))
    }
    return gone
  }

  #removedIn(result: GitResult): readonly string[] {
    this.#demandOnlyStale(result)
    const lines = result.stdout.toString('utf8').split('\n')
    return lines.flatMap((line) =>
      line.startsWith(`-\t:${fileRefs}`) ? (line.split('\t')[1] ?? '').slice(1 + fileRefs.length) : [],
    )
  }

  /** A ref that has moved is somebody's who put its files again; everything else is a refusal. */
  #demandOnlyStale(result: GitResult): void {
    const lines = result.stdout.toString('utf8').split('\n')
    const refused = lines.filter((line) => line.startsWith('!'))
    const isStale = (line: string) => line.includes('(stale info)') || line.includes('cannot lock ref')
    if (refused.length > 0 && refused.every(isStale)) return
    throw pushRefused(this.#place, 'to remove refs with files', result)
  }
}
