import { link, readdir, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ExternalError } from '../../errors/errors.ts'
import { ensureFolder, syncFolder, writeTemporary } from '../durable.ts'
import { damaged, errno, onFiles, tooNew } from '../failures.ts'
import { checkpointEvery, Checkpoints, type Manifest } from './checkpoint.ts'
import type { WorkspaceFolder } from '../folder.ts'
import { createQueue } from '../queue.ts'
import { bytesOf, checkLink, digestOf, parseEntry } from './entry.ts'
import { FoldedView } from './folded-view.ts'
import { type Entry, type Fold, type Ledger, type Placed, start, type Token, type View } from './ledger.ts'

/** Entries in one folder. */
const perFolder = 256

/**
 * A ledger in a folder: one file an entry, placed by link(2), which fails when the name is there. The file is whole and
 * synced before it gets its name, so that no reader ever sees half of it. Its second line is its digest, so that the newest
 * entry is protected too.
 */
export class DirectoryLedger<Change> implements Ledger<Change> {
  readonly url: string
  readonly longestWaitMs = 50
  readonly #place: WorkspaceFolder
  readonly #folder: string
  readonly #fold: Fold<Change>
  readonly #checkpoints: Checkpoints
  readonly #queue = createQueue()
  #base: Manifest | undefined
  #tail: Placed<Change>[] = []
  #isOpened = false
  #isTooNew = false
  /** Checkpoints up to this place turned out to be unusable. */
  #distrusted = 0

  constructor(place: WorkspaceFolder, fold: Fold<Change>) {
    this.url = place.path
    this.#place = place
    this.#folder = place.path
    this.#fold = fold
    this.#checkpoints = new Checkpoints(place.path)
  }

  view(): Promise<View<Change>> {
    return this.#queue(async () => {
      await onFiles('read the ledger', this.#folder, async () => {
        if (await this.#place.isThere()) await this.#advance()
      })
      return this.#snapshot()
    })
  }

  async append(entry: Entry<Change>, on: View<Change>): Promise<'placed' | 'lost'> {
    if (this.#isTooNew) throw tooNew('a newer release has written to it; this one may only read it')
    if (entry.seq !== on.token.seq + 1 || entry.prev !== on.token.digest) throw new RangeError('not the next entry')
    const bytes = bytesOf(entry)
    const placed = { token: { seq: entry.seq, digest: digestOf(bytes) }, entry }
    return this.#queue(async () => {
      const outcome = await onFiles('append to the ledger', this.#folder, () => this.#link(placed, bytes))
      if (outcome === 'placed') await this.#afterPlacing(placed)
      return outcome
    })
  }

  async *read(after: Token, until: View<Change>): AsyncIterable<Placed<Change>> {
    let previous = after
    for (let seq = after.seq + 1; seq <= until.token.seq; seq++) {
      const placed = await this.#entryAt(seq)
      if (placed === undefined) throw damaged(`entry ${seq} is missing`, this.url)
      checkLink(previous, placed, this.url)
      yield placed
      previous = placed.token
    }
    if (previous.digest !== until.token.digest) throw damaged(`entry ${previous.seq} was changed`, this.url)
  }

  async close(): Promise<void> {
    await Promise.resolve()
  }

  /** Reads the checkpoint once, and then the entries that are new. */
  async #advance(): Promise<void> {
    if (!this.#isOpened || this.#tail.length >= 2 * checkpointEvery) await this.#loadCheckpoint()
    for (;;) {
      const next = await this.#entryAt(this.#head().seq + 1)
      if (next === undefined) {
        if (await this.#isLast(this.#head().seq)) return
        continue
      }
      checkLink(this.#head(), next, this.url)
      this.#tail.push(next)
    }
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
    return new FoldedView({
      base: this.#base,
      tail: [...this.#tail],
      token: this.#head(),
      fold: this.#fold,
      document: (digest) => this.#checkpoints.document(digest),
      entry: async (seq) => {
        const placed = await this.#entryAt(seq)
        if (placed === undefined) throw damaged(`entry ${seq} is missing`, this.url)
        return placed.entry
      },
      onUnusable: () => {
        this.#distrusted = Math.max(this.#distrusted, this.#base?.token.seq ?? 0)
        this.#base = undefined
        this.#tail = []
      },
    })
  }

  async #entryAt(seq: number): Promise<Placed<Change> | undefined> {
    const path = this.#entryPath(seq)
    let text: Buffer
    try {
      text = await readFile(path)
    } catch (error) {
      if (errno(error) === 'ENOENT') return undefined
      throw error
    }
    const end = text.indexOf('\n')
    const placed = parseEntry<Change>(text.subarray(0, Math.max(end, 0)), { seq, url: this.url })
    if (text.subarray(end + 1).toString('latin1') !== `${placed.token.digest}\n`) {
      throw damaged(`entry ${seq} was changed: it does not have the digest that it was written with`, this.url)
    }
    if (placed.token.seq !== seq) throw damaged(`in the place of entry ${seq} stands ${placed.token.seq}`, this.url)
    return placed
  }

  /** Whether no later entry is there: a gap would let a writer begin a second history. */
  async #isLast(seq: number): Promise<boolean> {
    for (const folder of [this.#entryPath(seq + 1), this.#entryPath(seq + 1 + perFolder)].map(dirname)) {
      const later = (await namesIn(folder)).map(Number.parseFloat).filter((other) => other > seq)
      if (later.length === 0) continue
      if ((await this.#entryAt(seq + 1)) === undefined) throw damaged(`entry ${seq + 1} is missing`, this.url)
      return false
    }
    return true
  }

  async #link({ token, entry }: Placed<Change>, bytes: Buffer): Promise<'placed' | 'lost'> {
    const path = this.#entryPath(token.seq)
    await this.#ensureFolders(token.seq)
    const text = Buffer.concat([bytes, Buffer.from(`\n${token.digest}\n`)])
    const temporary = await writeTemporary(join(this.#folder, 'temporary'), (file) => file.writeFile(text))
    try {
      await link(temporary, path)
    } catch (error) {
      // NFS can answer EEXIST to the very writer whose link was made: only the file itself says whose it is.
      if (errno(error) === 'EEXIST') return (await this.#isOwn(token.seq, entry)) ? 'placed' : 'lost'
      throw isRefusedLink(error) ? noLinks(this.#folder, error) : error
    } finally {
      await rm(temporary, { force: true })
    }
    await syncFolder(dirname(path))
    return 'placed'
  }

  async #isOwn(seq: number, entry: Entry<Change>): Promise<boolean> {
    const there = await this.#entryAt(seq)
    return there?.entry.request === entry.request
  }

  async #ensureFolders(seq: number): Promise<void> {
    await this.#place.prepare()
    const isNew = await ensureFolder(dirname(this.#entryPath(seq)))
    // The last entry of the folder before may be there without its writer having lived to sync its name.
    if (isNew && seq > 1) await syncFolder(dirname(this.#entryPath(seq - 1)))
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
      if (errno(error) === undefined) throw error
    }
  }

  #isCheckpointDue(): boolean {
    return this.#tail.length >= checkpointEvery
  }

  async #writeCheckpoint(): Promise<void> {
    const view = this.#snapshot()
    const changed = new Map<string, unknown>()
    for (const key of view.changedKeys()) changed.set(key, await view.doc(key))
    const base = { token: view.token, fold: this.#fold.version, keys: this.#base?.keys ?? new Map() }
    this.#base = await this.#checkpoints.write(base, changed)
    this.#tail = []
  }

  #entryPath(seq: number): string {
    const folder = String(Math.floor((seq - 1) / perFolder)).padStart(6, '0')
    return join(this.#folder, 'entries', folder, `${String(seq).padStart(10, '0')}.json`)
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (errno(error) === 'ENOENT') return []
    throw error
  }
}

function isRefusedLink(error: unknown): boolean {
  return ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV'].includes(errno(error) ?? '')
}

function noLinks(folder: string, cause: unknown): ExternalError {
  return new ExternalError({
    details: `the file system of ${folder} refuses hard links, by which entries get their place; keep the workspace on another disk, or in a branch of a repository (workspace: "git:")`,
    facts: { operation: 'append to the ledger', address: folder },
    cause,
  })
}
