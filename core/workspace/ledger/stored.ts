import { ConfigError } from '../../errors/errors.ts'
import { damaged, isOutOfReach, tooNew } from '../failures.ts'
import { createQueue } from '../queue.ts'
import { checkpointEvery, Checkpoints, type Manifest } from './checkpoint.ts'
import { bytesOf, checkLink, digestOf, parseEntry } from './entry.ts'
import { FoldedView } from './folded-view.ts'
import { brokenOr } from './inspect.ts'
import {
  type Entry,
  type Fold,
  type Inspected,
  type Ledger,
  type Placed,
  start,
  type Token,
  type View,
} from './ledger.ts'
import type { LedgerStorage } from './storage.ts'

/** Entries in one folder. */
const perFolder = 256

/** Entries that are read at once. */
const atOnce = 32

/**
 * A ledger of one file an entry, in a folder or a bucket. A file's second line is the entry's digest, so that the newest
 * entry is protected too.
 */
export class StoredLedger<Change> implements Ledger<Change> {
  readonly url: string
  readonly longestWaitMs: number
  readonly #storage: LedgerStorage
  readonly #fold: Fold<Change>
  readonly #checkpoints: Checkpoints
  readonly #queue = createQueue()
  #base: Manifest | undefined
  #tail: Placed<Change>[] = []
  #isOpened = false
  #isTooNew = false
  /** Checkpoints up to this place turned out to be unusable. */
  #distrusted = 0

  constructor(storage: LedgerStorage, fold: Fold<Change>, longestWaitMs: number) {
    this.url = storage.url
    this.longestWaitMs = longestWaitMs
    this.#storage = storage
    this.#fold = fold
    this.#checkpoints = new Checkpoints(storage)
  }

  view(): Promise<View<Change>> {
    return this.#queue(async () => {
      if (await this.#storage.isThere()) await this.#advance()
      return this.#snapshot()
    })
  }

  async append(entry: Entry<Change>, on: View<Change>): Promise<'placed' | 'lost'> {
    if (this.#isTooNew) throw tooNew('a newer release has written to it; this one may only read it')
    if (entry.seq !== on.token.seq + 1 || entry.prev !== on.token.digest) throw new RangeError('not the next entry')
    const bytes = bytesOf(entry)
    const placed = { token: { seq: entry.seq, digest: digestOf(bytes) }, entry }
    return this.#queue(async () => {
      const outcome = await this.#create(placed, bytes)
      if (outcome === 'placed') await this.#afterPlacing(placed)
      return outcome
    })
  }

  async *read(after: Token, until: View<Change>): AsyncIterable<Placed<Change>> {
    let previous = after
    for (let seq = after.seq + 1; seq <= until.token.seq; seq++) {
      const placed = await this.#demandEntry(seq)
      checkLink(previous, placed, this.url)
      yield placed
      previous = placed.token
    }
    if (previous.digest !== until.token.digest) throw damaged(`entry ${previous.seq} was changed`, this.url)
  }

  async *inspect(): AsyncIterable<Inspected<Change>> {
    const last = await this.#lastAnywhere()
    for (let from = 1; from <= last; from += atOnce) {
      const seqs = Array.from({ length: Math.min(last - from + 1, atOnce) }, (_, index) => from + index)
      yield* await Promise.all(seqs.map((seq) => brokenOr(seq, () => this.#entryAt(seq))))
    }
  }

  async close(): Promise<void> {
    await Promise.resolve()
  }

  /** The highest place that is taken, by whatever; one folder in a row may be gone, and all up to the checkpoint. */
  async #lastAnywhere(): Promise<number> {
    const manifest = await this.#checkpoints.newest()
    // A forged checkpoint may name any place.
    const isThere = manifest !== undefined && (await this.#storage.read(entryPath(manifest.token.seq))) !== undefined
    let last = isThere ? manifest.token.seq : 0
    for (let folder = 0; folder <= folderOf(last) + 2; folder++) {
      last = Math.max(last, ...placesIn(await this.#storage.names(folderPath(folder))))
    }
    return last
  }

  /** Reads the checkpoint once, and then the entries that are new. */
  async #advance(): Promise<void> {
    if (!this.#isOpened || this.#tail.length >= 2 * checkpointEvery) await this.#loadCheckpoint()
    let last = await this.#lastListed()
    while (last > this.#head().seq) {
      const from = this.#head().seq + 1
      const seqs = Array.from({ length: Math.min(last - from + 1, atOnce) }, (_, index) => from + index)
      for (const next of await Promise.all(seqs.map((seq) => this.#demandEntry(seq)))) {
        checkLink(this.#head(), next, this.url)
        this.#tail.push(next)
      }
      if (this.#head().seq === last && last % perFolder === 0) last = await this.#lastListed()
    }
  }

  /** The place of the newest entry that a list shows. One after a gap counts too: else a writer would begin a second history in it. */
  async #lastListed(): Promise<number> {
    const { seq } = this.#head()
    const folders = [folderOf(seq + 1), folderOf(seq + 1) + 1]
    const names = await Promise.all(folders.map((folder) => this.#storage.names(folderPath(folder))))
    return Math.max(seq, ...placesIn(names.flat()))
  }

  async #loadCheckpoint(): Promise<void> {
    this.#isOpened = true
    const manifest = await this.#checkpoints.newest()
    if (manifest === undefined || manifest.token.seq <= (this.#base?.token.seq ?? this.#distrusted)) return
    this.#isTooNew = manifest.fold > this.#fold.version
    if (manifest.fold !== this.#fold.version) return
    const there = await this.#entryAt(manifest.token.seq)
    if (there?.token.digest !== manifest.token.digest) {
      throw damaged(`entry ${manifest.token.seq} is not the one that the checkpoint was made from`, this.url)
    }
    this.#tail = this.#tail.filter(({ token }) => token.seq > manifest.token.seq)
    this.#base = manifest
  }

  #head(): Token {
    return this.#tail.at(-1)?.token ?? this.#base?.token ?? start
  }

  #snapshot(): FoldedView<Change> {
    const base = this.#base
    return new FoldedView({
      tail: [...this.#tail],
      token: this.#head(),
      fold: this.#fold,
      document: async (key) => (base === undefined ? { doc: undefined } : this.#checkpoints.document(base, key)),
      keys: async (prefix) => (base === undefined ? [] : this.#checkpoints.keys(base, prefix)),
      entry: async (seq) => (await this.#demandEntry(seq)).entry,
      onUnusable: () => {
        this.#distrusted = Math.max(this.#distrusted, this.#base?.token.seq ?? 0)
        this.#base = undefined
        this.#tail = []
      },
    })
  }

  async #demandEntry(seq: number): Promise<Placed<Change>> {
    const placed = await this.#entryAt(seq)
    if (placed === undefined) throw damaged(`entry ${seq} is missing`, this.url)
    return placed
  }

  async #entryAt(seq: number): Promise<Placed<Change> | undefined> {
    const text = await this.#storage.read(entryPath(seq))
    if (text === undefined) return undefined
    const end = text.indexOf('\n')
    const placed = parseEntry<Change>(text.subarray(0, Math.max(end, 0)), { seq, url: this.url })
    if (text.subarray(end + 1).toString('latin1') !== `${placed.token.digest}\n`) {
      throw damaged(`entry ${seq} was changed: it does not have the digest that it was written with`, this.url)
    }
    if (placed.token.seq !== seq) throw damaged(`in the place of entry ${seq} stands ${placed.token.seq}`, this.url)
    return placed
  }

  async #create({ token }: Placed<Change>, bytes: Buffer): Promise<'placed' | 'lost'> {
    await this.#storage.prepare()
    const text = Buffer.concat([bytes, Buffer.from(`\n${token.digest}\n`)])
    if ((await this.#storage.create(entryPath(token.seq), text)) === 'created') return 'placed'
    // The answer to the very writer whose place it is can be lost: only the entry itself says whose it is.
    // The same entry, and not only the same request: two executions of one request have different ones.
    return (await this.#entryAt(token.seq))?.token.digest === token.digest ? 'placed' : 'lost'
  }

  /** Remembers the new entry and makes a checkpoint when one is due; the entry stands whatever becomes of that. */
  async #afterPlacing(placed: Placed<Change>): Promise<void> {
    if (placed.token.seq !== this.#head().seq + 1) return
    this.#tail.push(placed)
    if (!this.#isCheckpointDue()) return
    try {
      await this.#loadCheckpoint()
      if (this.#isCheckpointDue()) await this.#writeCheckpoint()
    } catch (error) {
      // The next writer makes it. A full disk or a lost right will be told by what must be written.
      if (!isOutOfReach(error) && !(error instanceof ConfigError && error.code === 'TY0203')) throw error
    }
  }

  #isCheckpointDue(): boolean {
    return this.#tail.length >= checkpointEvery
  }

  async #writeCheckpoint(): Promise<void> {
    const view = this.#snapshot()
    const changed = new Map<string, unknown>()
    for (const key of view.changedKeys()) changed.set(key, await view.doc(key))
    const base = { token: view.token, fold: this.#fold.version, tree: this.#base?.tree ?? {} }
    this.#base = await this.#checkpoints.write(base, changed)
    this.#tail = []
  }
}

/** The places that the files of a folder take. */
function placesIn(names: readonly string[]): readonly number[] {
  return names.flatMap((name) => /^(\d{10})\.json$/.exec(name)?.[1] ?? []).map(Number)
}

function folderOf(seq: number): number {
  return Math.floor((seq - 1) / perFolder)
}

function folderPath(folder: number): string {
  return `entries/${String(folder).padStart(6, '0')}`
}

function entryPath(seq: number): string {
  return `${folderPath(folderOf(seq))}/${String(seq).padStart(10, '0')}.json`
}
