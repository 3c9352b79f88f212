import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { errno } from './failures.ts'
import { bytesOf, parseEntry } from './ledger/entry.ts'
import type { Entry } from './ledger/ledger.ts'

/** What the earlier steps of a job rehearsed, so that the later ones find it: the run that `train` made, and the gate judges. */
export class RehearsalStore<Change> {
  readonly #folder: string

  /** @param folder Lives as long as the job; no longer, or one job would find what another only rehearsed. */
  constructor(folder: string) {
    this.#folder = folder
  }

  /** The entries of earlier steps, in order; where they stand in the ledger is decided anew. */
  async read(): Promise<readonly Entry<Change>[]> {
    const names = await namesIn(this.#folder)
    const placed = names.map(async (name, index) => {
      const bytes = await readFile(join(this.#folder, name))
      return parseEntry<Change>(bytes, { seq: index + 1, url: this.#folder }).entry
    })
    return Promise.all(placed)
  }

  /** Adds one that this step would have written. */
  async add(entry: Entry<Change>): Promise<void> {
    await mkdir(this.#folder, { recursive: true })
    const place = (await namesIn(this.#folder)).length + 1
    await writeFile(join(this.#folder, `${String(place).padStart(6, '0')}.json`), bytesOf(entry), { flag: 'wx' })
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort()
  } catch (error) {
    if (errno(error) === 'ENOENT') return []
    throw error
  }
}
