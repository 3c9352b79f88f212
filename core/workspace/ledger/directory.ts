import type { Stats } from 'node:fs'
import { link, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { ExternalError } from '../../errors/errors.ts'
import { isDurable, makeFolder, syncNames, writeTemporary } from '../durable.ts'
import { errno, onFiles } from '../failures.ts'
import type { WorkspaceFolder } from '../folder.ts'
import type { Fold } from './ledger.ts'
import type { LedgerStorage } from './storage.ts'
import { StoredLedger } from './stored.ts'

/** A temporary file this old belongs to a writer that died. */
const abandonedMs = 24 * 3_600_000

/** A ledger in a folder. */
export class DirectoryLedger<Change> extends StoredLedger<Change> {
  constructor(place: WorkspaceFolder, fold: Fold<Change>) {
    super(new DirectoryStorage(place), fold, 50)
  }
}

/**
 * A folder as a ledger's storage. An entry is placed by link(2), which fails when the name is there; it is whole and synced
 * before it gets its name, so that no reader ever sees half of it.
 */
export class DirectoryStorage implements LedgerStorage {
  readonly url: string
  readonly #place: WorkspaceFolder
  readonly #temporary: string

  constructor(place: WorkspaceFolder) {
    this.url = place.path
    this.#place = place
    this.#temporary = join(place.path, 'temporary')
  }

  isThere(): Promise<boolean> {
    return onFiles('read the ledger', this.url, () => this.#place.isThere())
  }

  prepare(): Promise<void> {
    return onFiles('append to the ledger', this.url, () => this.#place.prepare())
  }

  read(path: string): Promise<Buffer | undefined> {
    return onFiles('read the ledger', this.url, () => unlessAbsent(readFile(this.#path(path))))
  }

  names(folder: string): Promise<readonly string[]> {
    return onFiles('read the ledger', this.url, () => namesIn(this.#path(folder)))
  }

  create(path: string, bytes: Buffer): Promise<'created' | 'exists'> {
    return onFiles('append to the ledger', this.url, async () => {
      const target = this.#path(path)
      const folder = dirname(target)
      const isKnown = isDurable(folder)
      await makeFolder(folder)
      // The last entry before may be there without its writer having lived to sync its name.
      const before = isKnown ? undefined : await folderBefore(folder)
      const temporary = await writeTemporary(this.#temporary, (file) => file.writeFile(bytes))
      try {
        await link(temporary, target)
      } catch (error) {
        if (errno(error) === 'EEXIST') return 'exists'
        throw isRefusedLink(error) ? noLinks(this.url, error) : error
      } finally {
        await rm(temporary, { force: true })
      }
      // A name that is lost in a power cut would take an entry with it of which its writer said that it is placed.
      await syncNames(before === undefined ? [folder] : [before, folder], this.url)
      return 'created'
    })
  }

  /** Not synced. */
  replace(path: string, bytes: Buffer): Promise<void> {
    return onFiles('write a checkpoint', this.url, async () => {
      const target = this.#path(path)
      await mkdir(dirname(target), { recursive: true })
      await rename(await writeTemporary(this.#temporary, (file) => file.writeFile(bytes), { isSynced: false }), target)
    })
  }

  remove(path: string): Promise<void> {
    return onFiles('write a checkpoint', this.url, () => rm(this.#path(path), { force: true }))
  }

  sweep(folder: string, { ageMs, needed }: Parameters<LedgerStorage['sweep']>[1]): Promise<void> {
    return onFiles('write a checkpoint', this.url, async () => {
      const top = this.#path(folder)
      for (const shard of await namesIn(top)) await sweepOld(join(top, shard), ageMs, needed)
      await sweepOld(this.#temporary, abandonedMs, new Set())
    })
  }

  #path(path: string): string {
    return join(this.url, ...path.split('/'))
  }
}

/** The folder of entries before one. */
async function folderBefore(folder: string): Promise<string | undefined> {
  const before = (await namesIn(dirname(folder))).filter((name) => name < basename(folder)).sort()
  const last = before.at(-1)
  return last === undefined ? undefined : join(dirname(folder), last)
}

async function sweepOld(folder: string, ageMs: number, needed: ReadonlySet<string>): Promise<void> {
  for (const name of await namesIn(folder)) {
    if (needed.has(name)) continue
    const path = join(folder, name)
    const found: Stats | undefined = await unlessAbsent(stat(path))
    if (found !== undefined && Date.now() - found.mtimeMs > ageMs) await rm(path, { force: true })
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return (await unlessAbsent(readdir(folder))) ?? []
}

async function unlessAbsent<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading
  } catch (error) {
    if (errno(error) === 'ENOENT') return undefined
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
