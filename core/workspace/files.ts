import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { Readable } from 'node:stream'
import { InputError } from '../errors/errors.ts'
import type { Digest } from '../records/digest.ts'
import { isSafePath, type Tree, type TreeFile, treeOf } from '../records/tree.ts'
import type { BlobSource, Blobs, Kept } from './blobs/blobs.ts'
import { fileSource } from './blobs/directory.ts'
import { chunkSize, measure } from './blobs/verify.ts'
import { isElsewhere } from './elsewhere/address.ts'
import type { ElsewhereFiles } from './elsewhere/files.ts'
import { errno, isDamage, onFiles } from './failures.ts'
import type { Files, Referred, SourceFile } from './workspace.ts'

/** Files over a store of blobs. Remembers the places of blobs from every record that it hands out. */
export class BlobFiles implements Files {
  readonly blobs: Blobs
  readonly #allowModelFiles: () => void
  readonly #elsewhere: ElsewhereFiles
  readonly #places = new Map<Digest, string>()
  readonly #excuses = new Map<Digest, () => Error>()
  /** How often something was put. */
  puts = 0

  /** `allowModelFiles` throws where model files may not go; `elsewhere` reads the files that versions only refer to. */
  constructor(blobs: Blobs, allowModelFiles: () => void, elsewhere: ElsewhereFiles) {
    this.blobs = blobs
    this.#allowModelFiles = allowModelFiles
    this.#elsewhere = elsewhere
  }

  async put(files: readonly SourceFile[], options: { readonly isModel?: boolean } = {}): Promise<Tree> {
    const kept = await this.keep(
      () => Promise.all(files.map(async ({ path, from }) => ({ ...(await fileSource(from)), path }))),
      options,
    )
    return treeOf(kept.map(({ digest, size }, index) => ({ path: files[index]?.path ?? '', digest, size })))
  }

  /** Keeps bytes from anywhere. `isModel` as for `put`: asked before a source is touched. */
  async keep(
    sources: () => Promise<readonly BlobSource[]> | readonly BlobSource[],
    options: { readonly isModel?: boolean } = {},
  ): Promise<readonly Kept[]> {
    if (options.isModel === true) this.#allowModelFiles()
    this.puts += 1
    const kept = await this.blobs.put(await sources())
    for (const { digest, place } of kept) this.learn(digest, place)
    return kept
  }

  async putBytes(bytes: Uint8Array): Promise<Digest> {
    const source = { size: bytes.length, open: () => Readable.from([Buffer.from(bytes)]) }
    const [kept] = await this.keep(() => [source])
    if (kept === undefined) throw new RangeError('nothing was kept')
    return kept.digest
  }

  async read(digest: Digest): Promise<Uint8Array> {
    const chunks: Buffer[] = []
    for await (const chunk of await this.open(digest)) chunks.push(chunk as Buffer)
    return Buffer.concat(chunks)
  }

  /** A verified stream of a blob, wherever it is. */
  async open(digest: Digest): Promise<Readable> {
    const place = this.#places.get(digest)
    if (isElsewhere(place)) return this.#elsewhere.get(digest, place)
    try {
      return await this.blobs.get(digest, place)
    } catch (error) {
      const excuse = this.#excuses.get(digest)
      throw excuse === undefined || !isDamage(error) ? error : excuse()
    }
  }

  async refer(address: string): Promise<Referred> {
    const { source, files } = await this.#elsewhere.find(address)
    for (const { digest, place } of files) this.learn(digest, place)
    return { source, files: treeOf(files.map(({ path, digest, size }) => ({ path, digest, size }))) }
  }

  /** Whether every file of a tree that is outside the workspace was read by this process, and was what it should be. */
  isVerified(tree: Tree): boolean {
    return tree.files.every(({ digest }) => !isElsewhere(this.#places.get(digest)) || this.#elsewhere.hasSeen(digest))
  }

  async fetch(tree: Tree, folder: string): Promise<void> {
    for (const file of tree.files) {
      if (!isSafePath(file.path)) throw new InputError({ details: `${file.path} would leave ${folder}` })
    }
    const top = resolve(folder)
    for (const file of tree.files) await onFiles('write a file', folder, () => this.#fetchFile(file, top))
  }

  /** The place of a blob, for the records that name it. */
  placeOf(digest: Digest): string | undefined {
    return this.#places.get(digest)
  }

  /** Remembers where a blob is, from a record that names it. */
  learn(digest: Digest, place: string | undefined): void {
    if (place !== undefined) this.#places.set(digest, place)
  }

  /** Remembers why a blob may not be there, so that who misses it is told that instead of a damage. */
  excuse(digest: Digest, why: () => Error): void {
    this.#excuses.set(digest, why)
  }

  async #fetchFile(file: TreeFile, top: string): Promise<void> {
    const path = join(top, ...file.path.split('/'))
    if (await hasBytes(path, file)) return
    await makeFolders(dirname(path), top)
    const temporary = `${path}.${randomUUID()}.part`
    const handle = await open(temporary, 'wx')
    try {
      const source = await this.open(file.digest)
      for await (const chunk of source) await handle.writeFile(chunk as Buffer)
      await handle.close()
      await rename(temporary, path)
    } catch (error) {
      await handle.close()
      await rm(temporary, { force: true })
      throw error
    }
  }
}

async function hasBytes(path: string, { digest, size }: TreeFile): Promise<boolean> {
  const found = await lstatIfThere(path)
  if (found?.isFile() !== true || found.size !== size) return false
  const measured = await measure(createReadStream(path, { highWaterMark: chunkSize }), () => Promise.resolve())
  return measured.digest === digest
}

/** Makes the folders down to one, and refuses to go through a link that somebody laid there to lead us elsewhere. */
async function makeFolders(folder: string, top: string): Promise<void> {
  await mkdir(top, { recursive: true })
  let at = top
  for (const name of relative(top, folder).split(sep)) {
    if (name === '') continue
    at = join(at, name)
    const found = await lstatIfThere(at)
    if (found?.isSymbolicLink() === true)
      throw new InputError({ details: `${at} is a link: no file is written through it` })
    if (found === undefined) await mkdir(at, { recursive: true })
  }
}

async function lstatIfThere(path: string) {
  try {
    return await lstat(path)
  } catch (error) {
    if (errno(error) === 'ENOENT') return undefined
    throw error
  }
}
