import type { ObjectPlace } from '../object-place.ts'
import type { Fold } from './ledger.ts'
import type { LedgerStorage } from './storage.ts'
import { StoredLedger } from './stored.ts'

/** A ledger in a bucket: an entry is an object that is created only where none is. */
export class ObjectLedger<Change> extends StoredLedger<Change> {
  readonly #place: ObjectPlace

  constructor(place: ObjectPlace, fold: Fold<Change>) {
    super(new ObjectStorage(place), fold, 500)
    this.#place = place
  }

  override async close(): Promise<void> {
    this.#place.store.close()
    await super.close()
  }
}

class ObjectStorage implements LedgerStorage {
  readonly url: string
  readonly #place: ObjectPlace

  constructor(place: ObjectPlace) {
    this.url = place.store.url
    this.#place = place
  }

  isThere(): Promise<boolean> {
    return this.#place.isThere()
  }

  prepare(): Promise<void> {
    return this.#place.prepare()
  }

  read(path: string): Promise<Buffer | undefined> {
    return this.#place.store.read(path)
  }

  async names(folder: string): Promise<readonly string[]> {
    const names = new Set<string>()
    for await (const { key } of this.#place.store.list(`${folder}/`)) {
      names.add(key.slice(folder.length + 1).replace(/\/.*$/, ''))
    }
    return [...names]
  }

  create(path: string, bytes: Buffer): Promise<'created' | 'exists'> {
    return this.#place.store.create(path, bytes)
  }

  replace(path: string, bytes: Buffer): Promise<void> {
    return this.#place.store.put(path, bytes)
  }

  remove(path: string): Promise<void> {
    return this.#place.store.remove(path)
  }

  async sweep(folder: string, { ageMs, needed }: Parameters<LedgerStorage['sweep']>[1]): Promise<void> {
    const limit = Date.now() - ageMs
    for await (const { key, storedAtMs } of this.#place.store.list(`${folder}/`)) {
      const name = key.slice(key.lastIndexOf('/') + 1)
      if (storedAtMs < limit && !needed.has(name)) await this.remove(key)
    }
  }
}
