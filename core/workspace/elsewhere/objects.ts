import { type ObjectStore, openObjectStore } from '../../engines/objects/store.ts'
import { ExternalError } from '../../errors/errors.ts'
import type { Elsewhere } from './address.ts'
import { type Found, measured, type PlacedFile } from './found.ts'

type Objects = Extract<Elsewhere, { kind: 'objects' }>

/** The object with the key, or else those below it. A store does not tell the sha256 of what others put there: each is read once. */
export function inStore(address: Objects): Promise<Found> {
  const { prefix: key } = address.store
  return within(address, async (store) => {
    const isOne = (await store.find(key)) !== undefined
    const keys = isOne ? [key] : await keysBelow(store, `${key}/`)
    const start = isOne ? key.lastIndexOf('/') + 1 : key.length + 1
    const files: PlacedFile[] = []
    for (const full of keys) {
      const url = urlOf(address, full)
      files.push({ path: full.slice(start), ...(await measured(bytesOf(store, full, url))), place: url })
    }
    return { source: address.url, files }
  })
}

/** The bytes of one object, not verified. */
export async function* openObject(address: Objects): AsyncGenerator<Buffer> {
  const store = await rootOf(address)
  try {
    yield* bytesOf(store, address.store.prefix, address.url)
  } finally {
    store.close()
  }
}

/** Where keys are whole. */
function rootOf({ store }: Objects): Promise<ObjectStore> {
  return openObjectStore({ ...store, prefix: '' })
}

async function within<T>(address: Objects, work: (store: ObjectStore) => Promise<T>): Promise<T> {
  const store = await rootOf(address)
  try {
    return await work(store)
  } finally {
    store.close()
  }
}

async function keysBelow(store: ObjectStore, prefix: string): Promise<readonly string[]> {
  const keys: string[] = []
  // Consoles make empty objects that stand for folders.
  for await (const { key } of store.list(prefix)) if (!key.endsWith('/')) keys.push(key)
  return keys
}

async function* bytesOf(store: ObjectStore, key: string, url: string): AsyncGenerator<Buffer> {
  const stream = await store.stream(key, 0)
  if (stream === undefined) {
    const facts = { operation: 'read a file that a version refers to', address: url }
    throw new ExternalError({ code: 'TY0223', facts, details: `${url} is not there any more` })
  }
  for await (const chunk of stream) yield chunk as Buffer
}

function urlOf({ url, store }: Objects, key: string): string {
  const place = new URL(url)
  const path = key.split('/').map(encodeURIComponent).join('/')
  place.pathname = store.kind === 's3' ? `/${path}` : `/${store.container}/${path}`
  return place.href
}
