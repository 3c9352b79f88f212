import { damaged, tooNew } from '../failures.ts'
import { type GitPlace, pushRefused, remoteFailed } from '../git-place.ts'
import { checkLink } from './entry.ts'
import { createQueue } from '../queue.ts'
import { commitCommands, formatFile, type StateFiles, stateFormat } from './git-commit.ts'
import { GitView } from './git-view.ts'
import { inspectBranch } from './git-inspect.ts'
import type { Entry, Fold, Inspected, Ledger, Placed, Token, View } from './ledger.ts'
import { applyAll, effectsByKey, State } from './state.ts'

/** Where the branch's commits are kept in the private repository. */
const head = 'refs/trainyard/head'

/** A refused push whose place is still empty is tried this often: another push may hold the branch's lock just now. */
const pushAttempts = 4

/**
 * A ledger on a branch: an entry is a commit's message, its place is taken by a push without force, and the commit's tree
 * holds the documents, so that a fresh runner reads the whole state from the newest commit alone.
 */
export class GitLedger<Change> implements Ledger<Change> {
  readonly url: string
  readonly longestWaitMs = 3000
  readonly #place: GitPlace
  readonly #fold: Fold<Change>
  readonly #subject: (entry: Entry<Change>) => string
  readonly #queue = createQueue()
  /** Whether a part of the branch is here. */
  #isShallow = false
  /** Where a push was refused last, and how often in a row: the branch has not moved, so nobody else is the reason. */
  #refused: { readonly on: string | undefined; readonly times: number } | undefined
  #current: GitView<Change> | undefined

  /** `subject` makes the first line of a commit's message, for people who look at the branch. */
  constructor(place: GitPlace, fold: Fold<Change>, subject: (entry: Entry<Change>) => string) {
    this.url = place.url
    this.#place = place
    this.#fold = fold
    this.#subject = subject
  }

  view(): Promise<View<Change>> {
    return this.#queue(() => this.#fetch())
  }

  append(entry: Entry<Change>, on: View<Change>): Promise<'placed' | 'lost'> {
    return this.#queue(async () => {
      if (!(on instanceof GitView)) throw new RangeError('a view of another ledger')
      if (entry.seq !== on.token.seq + 1 || entry.prev !== on.token.digest) throw new RangeError('not the next entry')
      if (on.isTooNew) throw tooNew('a newer release has written to it; this one may only read it')
      const commit = await this.#make(entry, on as GitView<Change>)
      return this.#push(commit, on.head)
    })
  }

  async *read(after: Token, until: View<Change>): AsyncIterable<Placed<Change>> {
    if (!(until instanceof GitView)) throw new RangeError('a view of another ledger')
    let previous = after
    for await (const placed of (until as GitView<Change>).entriesAfter(after.seq)) {
      checkLink(previous, placed, this.url)
      yield placed
      previous = placed.token
    }
    if (previous.digest !== until.token.digest) throw damaged(`entry ${previous.seq} was changed`, this.url)
  }

  inspect(): AsyncIterable<Inspected<Change>> {
    return inspectBranch(this.#place)
  }

  close(): Promise<void> {
    return this.#place.repository.remove()
  }

  /** Brings the branch here: its newest commit alone the first time, what is new later. */
  async #fetch(): Promise<GitView<Change>> {
    const { repository } = this.#place
    if (!(await this.#fetchBranch())) return GitView.empty(this.#place, this.#fold)
    const [commit, format] = await repository.objects([head, `${head}:${formatFile}`])
    if (commit === undefined) throw damaged(`the branch ${this.#place.branch} has no commit`, this.url)
    this.#isShallow = true
    if (this.#current?.head !== commit.id) {
      this.#current = GitView.at(this.#place, this.#fold, { commit, format })
    }
    return this.#current
  }

  /** False when there is no branch yet. */
  async #fetchBranch(): Promise<boolean> {
    const { repository, branch } = this.#place
    // Without a plus sign: git refuses what does not follow the commit that was seen before.
    const refspec = `refs/heads/${branch}:${head}`
    const fetch = () => repository.fetch([refspec], this.#isShallow ? {} : { depth: 1 })
    let result = await fetch()
    if (result.exitCode !== 0 && !this.#isShallow) {
      if (await this.#isAbsent()) return false
      // Somebody has made the branch between the two.
      result = await fetch()
    }
    if (result.exitCode === 0) return true
    const again = await repository.fetch([`+refs/heads/${branch}:refs/trainyard/probe/${branch}`])
    if (again.exitCode === 0) throw damaged(`the branch ${branch} was rewritten: entries are gone`, this.url)
    throw remoteFailed(this.#place, 'fetch the branch of the workspace', result)
  }

  /** Whether the repository can be reached and has no such branch: a pattern that matches nothing is no failure to git. */
  async #isAbsent(): Promise<boolean> {
    const { repository, branch } = this.#place
    const result = await repository.fetch([`+refs/heads/${branch}*:refs/trainyard/probe/${branch}*`])
    if (result.exitCode !== 0) throw remoteFailed(this.#place, 'fetch the branch of the workspace', result)
    return (await repository.resolve(`refs/trainyard/probe/${branch}`)) === undefined
  }

  /** Writes the commit here, with the documents that the entry changes. */
  async #make(entry: Entry<Change>, on: GitView<Change>): Promise<string> {
    const files: StateFiles = new Map()
    if (on.isStateOurs) {
      const changed = [...effectsByKey([entry], this.#fold)]
      const before = await Promise.all(changed.map(([key]) => on.doc(key)))
      changed.forEach(([key, effects], index) => {
        const doc = applyAll(before[index], effects)
        if (doc !== before[index]) files.set(key, doc)
      })
    } else {
      const state = new State(this.#fold)
      for await (const placed of on.entriesAfter(0)) state.add(placed.entry)
      state.add(entry)
      for (const [key, doc] of state.docs) files.set(key, doc)
    }
    const isFirst = !on.isStateOurs
    const commands = commitCommands({
      entry,
      subject: this.#subject(entry),
      parent: on.head,
      files,
      format: isFirst ? stateFormat(this.#fold.version) : undefined,
    })
    const [commit] = await this.#place.repository.import(commands, { isCompressed: true })
    if (commit === undefined) throw new TypeError('fast-import gave no commit')
    return commit
  }

  /** There are many texts of refusals: only the branch itself says what happened, so the caller looks again. */
  async #push(commit: string, on: string | undefined): Promise<'placed' | 'lost'> {
    const { repository, branch } = this.#place
    const result = await repository.push([`${commit}:refs/heads/${branch}`])
    if (result.exitCode === 0) return 'placed'
    const times = this.#refused?.on === on ? (this.#refused?.times ?? 0) + 1 : 1
    this.#refused = { on, times }
    if (times >= pushAttempts) throw pushRefused(this.#place, 'a new entry', result)
    return 'lost'
  }
}
