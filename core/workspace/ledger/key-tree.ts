import type { Digest } from '../../records/digest.ts'

/**
 * The keys below a folder of keys: a name with its document's digest, and a name that ends in a slash with the folder below it,
 * which stands here while it is small and is a document of its own when it is large. So a checkpoint of a few hundred keys is
 * one file, and one of many thousands writes only the folders in which something changed.
 */
export interface KeyFolder {
  readonly [name: string]: Digest | KeyFolder
}

/** What stands in one document; more only where one folder has so many names. Characters of JSON. */
const longestInline = 8192

/** Reads a folder that is a document of its own. */
export type LoadFolder = (digest: Digest) => Promise<KeyFolder>

/** Writes one. */
export type KeepFolder = (folder: KeyFolder) => Promise<Digest>

/** The digest under a key. */
export async function findKey(root: KeyFolder, key: string, load: LoadFolder): Promise<Digest | undefined> {
  const names = namesOf(key)
  let folder = root
  for (const name of names.slice(0, -1)) {
    const below = await folderAt(folder, name, load)
    if (below === undefined) return undefined
    folder = below
  }
  const found = own(folder, names.at(-1) ?? '')
  return typeof found === 'string' ? found : undefined
}

/** The keys that begin with a prefix, in any order. */
export async function keysBelow(root: KeyFolder, prefix: string, load: LoadFolder): Promise<readonly string[]> {
  const keys: string[] = []
  await walk('', root)
  return keys

  async function walk(path: string, folder: KeyFolder): Promise<void> {
    for (const name of Object.keys(folder)) {
      const at = path + name
      if (!at.startsWith(prefix) && !(name.endsWith('/') && prefix.startsWith(at))) continue
      const below = name.endsWith('/') ? await folderAt(folder, name, load) : undefined
      if (below === undefined) keys.push(at)
      else await walk(at, below)
    }
  }
}

/** Every digest of a tree: those of documents, and those of folders. */
export async function digestsOf(root: KeyFolder, load: LoadFolder): Promise<readonly Digest[]> {
  const digests: Digest[] = []
  for (const [name, value] of Object.entries(root)) {
    if (typeof value === 'string') digests.push(value)
    const below = name.endsWith('/') ? await folderAt(root, name, load) : undefined
    if (below !== undefined) digests.push(...(await digestsOf(below, load)))
  }
  return digests
}

/** The tree with some keys changed; folders that became large are kept. */
export async function withKeys(
  root: KeyFolder,
  changed: ReadonlyMap<string, Digest>,
  { load, keep }: { readonly load: LoadFolder; readonly keep: KeepFolder },
): Promise<KeyFolder> {
  const here = new Map<string, Digest | KeyFolder>(Object.entries(root))
  const below = new Map<string, Map<string, Digest>>()
  for (const [key, digest] of changed) {
    const [name = '', ...rest] = namesOf(key)
    if (rest.length === 0) here.set(name, digest)
    else below.set(name, (below.get(name) ?? new Map<string, Digest>()).set(rest.join(''), digest))
  }
  for (const [name, keys] of below) {
    here.set(name, await withKeys((await folderAt(root, name, load)) ?? {}, keys, { load, keep }))
  }
  return fitting(here, keep)
}

/** Keeps the largest folders below elsewhere until the rest is short, or nothing but names. */
async function fitting(folder: Map<string, Digest | KeyFolder>, keep: KeepFolder): Promise<KeyFolder> {
  const below = [...folder].flatMap(([name, value]) =>
    typeof value === 'string' ? [] : [{ name, value, length: lengthOf(value) }],
  )
  let length = lengthOf(Object.fromEntries(folder))
  for (const one of below.sort((a, b) => b.length - a.length)) {
    if (length <= longestInline) break
    const digest = await keep(one.value)
    folder.set(one.name, digest)
    length += digest.length - one.length
  }
  return Object.fromEntries(folder)
}

function lengthOf(folder: KeyFolder): number {
  return JSON.stringify(folder).length
}

/** `a/b/c` as `a/`, `b/`, `c`. */
function namesOf(key: string): readonly string[] {
  return key.split(/(?<=\/)/)
}

async function folderAt(folder: KeyFolder, name: string, load: LoadFolder): Promise<KeyFolder | undefined> {
  const below = own(folder, name)
  return typeof below === 'string' ? load(below) : below
}

function own(folder: KeyFolder, name: string): Digest | KeyFolder | undefined {
  return Object.hasOwn(folder, name) ? folder[name] : undefined
}
