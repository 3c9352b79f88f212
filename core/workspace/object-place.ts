import { type AzureBlobAddress, type ObjectStore, openObjectStore, type S3Address } from '../engines/objects/store.ts'
import type { Host } from '../host/host.ts'
import { tooNew } from './failures.ts'

/** The form in which a bucket holds a workspace: that of a folder. */
const format = 1

const marker = 'trainyard.json'

/** Variables of both vendors' clients that hold a secret. */
const secrets = ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AZURE_CLIENT_SECRET', 'AZURE_STORAGE_CONNECTION_STRING']

/** Opens a place in an object store. Nothing is asked yet. */
export async function openObjectPlace(
  address: S3Address | AzureBlobAddress,
  host: Pick<Host, 'mask'>,
): Promise<ObjectPlace> {
  for (const name of secrets) maskIfSet(process.env[name], host)
  return new ObjectPlace(await openObjectStore(address))
}

function maskIfSet(secret: string | undefined, host: Pick<Host, 'mask'>): void {
  if (secret === undefined || secret === '') return
  host.mask(secret)
  const key = /(?:AccountKey|SharedAccessSignature)=([^;]+)/.exec(secret)?.[1]
  if (key !== undefined) host.mask(key)
}

/** A bucket or container with a workspace, or a part of one, below its prefix; known by a marker. */
export class ObjectPlace {
  readonly store: ObjectStore
  #isSeen = false

  constructor(store: ObjectStore) {
    this.store = store
  }

  /** Whether a workspace is here. @throws ConfigError TY0209 for a newer form. */
  async isThere(): Promise<boolean> {
    if (this.#isSeen) return true
    const text = (await this.store.read(marker))?.toString('utf8')
    if (text === undefined) return false
    const found = Number(/"format": *(\d+)/.exec(text)?.[1] ?? 0)
    if (found > format) throw tooNew(`${this.store.url} has the form ${found}; this release knows ${format}`)
    this.#isSeen = true
    return true
  }

  /** Begins a workspace here when there is none. */
  async prepare(): Promise<void> {
    if (await this.isThere()) return
    const about = 'A Trainyard workspace: change nothing in it by hand.'
    const text = `${JSON.stringify({ format, about }, undefined, 2)}\n`
    // Where somebody else was first, the next look reads what they wrote.
    this.#isSeen = (await this.store.create(marker, Buffer.from(text))) === 'created'
  }
}
