import { Readable } from 'node:stream'
import type { Digest } from '../../records/digest.ts'
import { treeSize, type Tree, type TreeFile } from '../../records/tree.ts'
import type { BlobSource, Wanted } from '../blobs/blobs.ts'
import { isElsewhere } from '../elsewhere/address.ts'
import { damaged } from '../failures.ts'
import type { BlobFiles } from '../files.ts'
import type { Change } from '../registry/changes.ts'
import { packFiles, packTree, unpackFiles, unpackTree } from '../registry/pack.ts'
import { type StoredFile, type StoredTree, without } from '../registry/stored.ts'
import type { History } from './history.ts'

/** Carries bytes from one workspace to another, each once, verified on both sides. */
export class Carrier {
  /** Carried so far. */
  files = 0
  bytes = 0
  readonly #from: History
  readonly #to: BlobFiles
  readonly #isGone: (thing: string) => boolean
  readonly #carried = new Set<Digest>()

  /** `isGone` says of a version (`name@3`) or a run (`run r-1`) whether its bytes may be gone. */
  constructor(from: History, to: BlobFiles, isGone: (thing: string) => boolean) {
    this.#from = from
    this.#to = to
    this.#isGone = isGone
  }

  /** Says what the next changes need. */
  async ahead(changes: readonly Change[]): Promise<void> {
    const wanted = changes.flatMap((change): readonly Wanted[] => {
      if (change.kind === 'evidence.added') return [wantedAt(change.id, change.in)]
      if (change.kind === 'run.started') return wantedIn(change.start.code)
      if (change.kind === 'run.ended') return wantedIn(change.end.artifacts)
      return change.kind === 'version.registered' ? wantedIn(change.start.files) : []
    })
    const inside = wanted.filter(({ digest, place }) => !isElsewhere(place) && !this.#carried.has(digest))
    await this.#from.files.blobs.ahead?.(inside)
  }

  /** A change as the other workspace remembers it, with the bytes that it names brought there. */
  async carry(change: Change): Promise<Change> {
    switch (change.kind) {
      case 'run.started':
        return { ...change, start: await this.#runStart(change.start, this.#isPruned(change.run)) }
      case 'run.ended': {
        const isByReference = this.#isPruned(change.run)
        const artifacts = await this.#tree(change.end.artifacts, { isByReference })
        return { ...change, end: { ...change.end, artifacts } }
      }
      case 'version.registered': {
        const { version, start } = change
        const isGone = this.#isGone(`${start.model}@${version}`)
        return { ...change, start: { ...start, files: await this.#tree(start.files, { isModel: true, isGone }) } }
      }
      case 'dataset.registered':
        return this.#dataset(change)
      case 'evidence.added':
        return { ...without(change, 'in'), ...named('in', await this.#blob(change.id, change.in)) }
      default:
        return change
    }
  }

  /** A run that let its files go: their list is there, their bytes may not be. */
  #isPruned(run: string): boolean {
    return this.#isGone(`run ${run}`)
  }

  async #runStart(start: Extract<Change, { kind: 'run.started' }>['start'], isPruned: boolean) {
    const { lock } = start.environment
    if (lock !== undefined) await this.#blob(lock, undefined)
    return {
      ...start,
      code: await this.#tree(start.code, { isByReference: isPruned }),
      // The bytes of the data are not kept.
      data: await packFiles(await unpackFiles(start.data, this.#from.files), this.#to),
    }
  }

  async #dataset(change: Extract<Change, { kind: 'dataset.registered' }>): Promise<Change> {
    const { files, profile, profileIn, isByReference } = change
    const place = profile === undefined ? undefined : await this.#blob(profile, profileIn)
    return {
      ...without(change, 'profileIn'),
      files: await this.#tree(files, { isByReference: isByReference === true }),
      ...named('profileIn', place),
    }
  }

  async #tree(
    stored: StoredTree,
    { isModel = false, isGone = false, isByReference = false }: TreeOptions = {},
  ): Promise<StoredTree> {
    if (isGone) return placeless(stored)
    const tree = await unpackTree(stored, this.#from.files)
    for (const { digest } of tree.files) {
      const place = this.#from.files.placeOf(digest)
      if (isElsewhere(place)) this.#to.learn(digest, place)
    }
    if (!isByReference) await this.#bring(tree, isModel)
    return packTree(tree, this.#to)
  }

  async #bring(tree: Tree, isModel: boolean): Promise<void> {
    const missing = tree.files.filter(
      ({ digest }) => !this.#carried.has(digest) && !isElsewhere(this.#from.files.placeOf(digest)),
    )
    if (missing.length === 0) return
    const kept = await this.#to.keep(() => missing.map((file) => this.#source(file)), { isModel })
    kept.forEach(({ digest }, index) => {
      const file = missing[index]
      if (file?.digest !== digest)
        throw damaged(`${file?.path ?? 'a file'} became ${digest} on its way`, this.#from.url)
      this.#carried.add(digest)
    })
    this.files += missing.length
    this.bytes += treeSize({ ...tree, files: missing })
  }

  #source({ digest, size }: TreeFile): BlobSource {
    const { files } = this.#from
    const chunks = async function* () {
      yield* await files.open(digest)
    }
    return { size, open: () => Readable.from(chunks(), { objectMode: false }) }
  }

  /** Brings one small blob, and gives its place there. */
  async #blob(digest: Digest, place: string | undefined): Promise<string | undefined> {
    this.#from.files.learn(digest, place)
    if (!this.#carried.has(digest)) {
      const bytes = await this.#from.files.read(digest)
      await this.#to.putBytes(bytes)
      this.#carried.add(digest)
      this.files += 1
      this.bytes += bytes.length
    }
    return this.#to.placeOf(digest)
  }
}

interface TreeOptions {
  readonly isModel?: boolean
  /** Its bytes were deleted, or may be. */
  readonly isGone?: boolean
  /** Its bytes were never in the workspace. */
  readonly isByReference?: boolean
}

function wantedIn(stored: StoredTree): readonly Wanted[] {
  if ('list' in stored) return [wantedAt(stored.list, stored.in)]
  return stored.files.map((file) => wantedAt(file.digest, file.in))
}

function wantedAt(digest: Digest, place: string | undefined): Wanted {
  return place === undefined ? { digest } : { digest, place }
}

/** What is left to say of a tree whose bytes are gone. */
function placeless(stored: StoredTree): StoredTree {
  if ('list' in stored) return without(stored, 'in')
  return { digest: stored.digest, files: stored.files.map((file): StoredFile => without(file, 'in')) }
}

function named<K extends string>(key: K, place: string | undefined): { readonly [P in K]?: string } {
  return place === undefined ? {} : ({ [key]: place } as { readonly [P in K]?: string })
}
