import { type GitObject, messageOf } from '../../engines/git/bare-repository.ts'
import { damaged } from '../failures.ts'
import { type GitPlace, remoteFailed } from '../git-place.ts'
import { entryIn, foldOf } from './git-commit.ts'
import { type Entry, type Fold, type Placed, start, type Token, type View } from './ledger.ts'
import { docsUnder, State, withPrefix } from './state.ts'

/** Commits read in one go. */
const batch = 500

/** The depth at which git fetches the whole history, whether it has a part of it or not. */
const everything = 2_147_483_647

/** Documents that are read together. */
interface Batch {
  readonly keys: string[]
  readonly docs: Promise<readonly unknown[]>
}

/** A snapshot of the branch at one commit. */
export class GitView<Change> implements View<Change> {
  readonly token: Token
  /** The commit; undefined before the first entry. */
  readonly head: string | undefined
  /** Whether the documents in the tree were made by this release's fold. */
  readonly isStateOurs: boolean
  readonly isTooNew: boolean
  readonly #place: GitPlace
  readonly #fold: Fold<Change>
  readonly #docs = new Map<string, Promise<unknown>>()
  #batch: Batch | undefined
  #state: Promise<State<Change>> | undefined

  private constructor(parts: {
    readonly token: Token
    readonly head: string | undefined
    readonly place: GitPlace
    readonly fold: Fold<Change>
    readonly madeBy: number
  }) {
    this.token = parts.token
    this.head = parts.head
    this.isStateOurs = parts.madeBy === parts.fold.version
    this.isTooNew = parts.madeBy > parts.fold.version
    this.#place = parts.place
    this.#fold = parts.fold
  }

  /** The view of a branch that does not exist yet. */
  static empty<Change>(place: GitPlace, fold: Fold<Change>): GitView<Change> {
    return new GitView({ token: start, head: undefined, place, fold, madeBy: 0 })
  }

  /** The view at a commit that is here; `format` is the file of its tree that says which fold made the documents. */
  static at<Change>(
    place: GitPlace,
    fold: Fold<Change>,
    found: { readonly commit: GitObject; readonly format: GitObject | undefined },
  ): GitView<Change> {
    const { commit, format } = found
    if (format === undefined) throw damaged(`the branch ${place.branch} holds no workspace`, place.url)
    const { token } = entryIn<Change>(messageOf(commit.bytes), { seq: 0, url: place.url })
    return new GitView({ token, head: commit.id, place, fold, madeBy: foldOf(format.bytes) })
  }

  async doc(key: string): Promise<unknown> {
    if (this.head === undefined) return undefined
    if (!this.isStateOurs) return (await this.#folded()).docs.get(key)
    const reading = this.#docs.get(key) ?? this.#read(key)
    this.#docs.set(key, reading)
    reading.catch(() => this.#docs.delete(key))
    return reading
  }

  async keys(prefix: string): Promise<readonly string[]> {
    if (this.head === undefined) return []
    if (!this.isStateOurs) return withPrefix((await this.#folded()).docs.keys(), prefix)
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1)
    const found = (await this.#place.repository.tree(this.head, folder)).keys()
    return withPrefix(found, prefix).filter((path) => path.includes('/'))
  }

  docs(prefix: string): Promise<ReadonlyMap<string, unknown>> {
    return docsUnder(this, prefix)
  }

  async entry(seq: number): Promise<Entry<Change>> {
    if (seq < 1 || seq > this.token.seq) throw new RangeError(`no entry ${seq} in a view at ${this.token.seq}`)
    const [commit] = await this.#history(seq, seq)
    const [found] = await this.#entries(commit === undefined ? [] : [commit], seq)
    if (found === undefined) throw damaged(`entry ${seq} is missing`, this.#place.url)
    return found.entry
  }

  /** The entries after a place, oldest first. */
  async *entriesAfter(seq: number): AsyncGenerator<Placed<Change>> {
    if (seq >= this.token.seq) return
    const commits = await this.#history(seq + 1, this.token.seq)
    for (let at = 0; at < commits.length; at += batch) {
      yield* await this.#entries(commits.slice(at, at + batch), seq + 1 + at)
    }
  }

  async #entries(commits: readonly string[], firstSeq: number): Promise<readonly Placed<Change>[]> {
    const read = await this.#place.repository.objects(commits)
    return read.map((commit, index) => {
      const seq = firstSeq + index
      if (commit === undefined) throw damaged(`entry ${seq} is missing`, this.#place.url)
      const placed = entryIn<Change>(messageOf(commit.bytes), { seq, url: this.#place.url })
      if (placed.token.seq !== seq) {
        throw damaged(`in the place of entry ${seq} stands entry ${placed.token.seq}`, this.#place.url)
      }
      return placed
    })
  }

  /** The commits from one place to another, oldest first; fetched when they are not here yet. */
  async #history(from: number, to: number): Promise<readonly string[]> {
    const { repository, branch } = this.#place
    const wanted = this.token.seq - from + 1
    const args = ['rev-list', '--first-parent', `--max-count=${wanted}`, this.head ?? '', '--']
    const list = async () => (await repository.git.demand(args)).toString('latin1').split('\n').slice(0, -1)
    let commits = await list()
    // From the branch's head of now, since others append meanwhile; if they were many, all of it.
    for (const depth of [wanted + batch, everything]) {
      if (commits.length >= wanted) break
      const result = await repository.fetch([`+refs/heads/${branch}:refs/trainyard/deep`], { depth })
      if (result.exitCode !== 0) throw remoteFailed(this.#place, 'fetch the history of the workspace', result)
      commits = await list()
    }
    if (commits.length < wanted) throw damaged(`entry ${this.token.seq - commits.length} is missing`, this.#place.url)
    return commits.reverse().slice(0, to - from + 1)
  }

  /** Documents that are asked for at once are read at once: starting git takes longer than reading. */
  async #read(key: string): Promise<unknown> {
    const { keys, docs } = (this.#batch ??= this.#nextBatch())
    const at = keys.push(key) - 1
    return (await docs)[at]
  }

  #nextBatch(): Batch {
    const keys: string[] = []
    const docs = Promise.resolve().then(async () => {
      this.#batch = undefined
      const names = keys.map((key) => `${this.head ?? ''}:${key}`)
      const found = await this.#place.repository.objects(names)
      return found.map((one) => (one === undefined ? undefined : (JSON.parse(one.bytes.toString('utf8')) as unknown)))
    })
    return { keys, docs }
  }

  #folded(): Promise<State<Change>> {
    this.#state ??= (async () => {
      const state = new State(this.#fold)
      for await (const { entry } of this.entriesAfter(0)) state.add(entry)
      return state
    })()
    return this.#state
  }
}
