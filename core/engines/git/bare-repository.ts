import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Setting } from './environment.ts'
import { failed, Git, type GitResult } from './git.ts'

/** Where a private repository gets its objects from and sends them to. */
export interface RemoteOptions {
  /** Without credentials. */
  readonly url: string
  readonly settings: readonly Setting[]
  readonly env: Readonly<Record<string, string | undefined>>
  /** The folder in which the private repository is made. */
  readonly tempFolder: string
}

/** What more a fetch is told. */
export interface FetchOptions {
  readonly depth?: number
  /** Leaves objects out, where the server knows how: for a repository that is not read as a whole. */
  readonly filter?: 'blob:none'
  /** Removes refs here, where the refspecs lead, that the remote has no more. */
  readonly isPruned?: boolean
}

/** A ref of a remote and the value that it is believed to have. */
export type Lease = readonly [ref: string, value: string]

/** An object of a repository. */
export interface GitObject {
  readonly id: string
  readonly bytes: Buffer
}

/**
 * A private bare repository, one per process and removed with it: whatever a fetch writes into its configuration stays out
 * of the user's own repository.
 */
export class BareRepository {
  readonly url: string
  readonly git: Git
  readonly folder: string
  readonly #options: RemoteOptions
  /** The remote on git's command line: its URL, or the name under which the configuration has that. */
  #remote: string
  /** Fetches, pushes and imports lock the repository: one at a time. */
  #busy: Promise<unknown> = Promise.resolve()

  private constructor(options: RemoteOptions, git: Git, folder: string) {
    this.url = options.url
    this.git = git
    this.folder = folder
    this.#options = options
    this.#remote = options.url
  }

  /** Makes the repository. */
  static async create(options: RemoteOptions): Promise<BareRepository> {
    const { settings, env, tempFolder } = options
    const folder = await mkdtemp(join(tempFolder, 'trainyard-git-'))
    const large: readonly Setting[] = [
      ['core.bigFileThreshold', '1m'],
      ['fetch.unpackLimit', '1'],
      ['fastimport.unpackLimit', '1'],
      ['core.compression', '0'],
    ]
    const git = new Git({ folder, env, settings: [...large, ...settings] })
    await git.demand(['init', '--quiet', '--bare', '--template=', '.'])
    rememberToRemove(folder)
    return new BareRepository(options, git, folder)
  }

  /** Another one of the same remote, for what this one should not be mixed with: it may fetch commits without their files. */
  async sibling(): Promise<BareRepository> {
    const made = await BareRepository.create(this.#options)
    // Git asks a remote for what was left out only when that has a name.
    await made.git.demand(['config', 'remote.host.url', this.url])
    made.#remote = 'host'
    return made
  }

  /** Fetches by refspec; never touches tags or other refs. */
  fetch(refspecs: readonly string[], options: FetchOptions = {}): Promise<GitResult> {
    const { depth, filter, isPruned = false } = options
    const more = [
      ...(depth === undefined ? [] : [`--depth=${depth}`]),
      ...(filter === undefined ? [] : [`--filter=${filter}`]),
      ...(isPruned ? ['--prune'] : []),
    ]
    const args = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', ...more, '--', this.#remote, ...refspecs]
    return this.#alone(() => this.git.run(args))
  }

  /**
   * Pushes by refspec, without force but for refs under a lease: each of these is replaced or removed only while the remote
   * still has the value that is given, an empty one for a ref that is not there yet.
   */
  push(refspecs: readonly string[], leases: readonly Lease[] = []): Promise<GitResult> {
    const held = leases.map(([ref, value]) => `--force-with-lease=${ref}:${value}`)
    const args = ['push', '--quiet', '--porcelain', '--no-verify', ...held, '--', this.#remote, ...refspecs]
    return this.#alone(() => this.git.run(args))
  }

  /** What a ref points at; undefined when it is not there. */
  async resolve(ref: string): Promise<string | undefined> {
    const { exitCode, stdout } = await this.git.run(['rev-parse', '--quiet', '--verify', '--end-of-options', ref])
    return exitCode === 0 ? stdout.toString('latin1').trim() : undefined
  }

  /** The objects of a tree by path; of one folder of it when that is given, with a slash at its end. */
  async tree(commit: string, folder = ''): Promise<ReadonlyMap<string, string>> {
    const only = folder === '' ? [] : ['--', folder]
    const listed = await this.git.demand(['ls-tree', '-r', '-z', '--full-tree', commit, ...only])
    const lines = listed.toString('utf8').split('\0').slice(0, -1)
    return new Map(
      lines.map((line) => {
        const [about = '', path = ''] = line.split('\t')
        return [path, about.split(' ')[2] ?? ''] as const
      }),
    )
  }

  /** Objects by any name that git understands, in order; undefined for what is not here. */
  async objects(names: readonly string[]): Promise<readonly (GitObject | undefined)[]> {
    if (names.length === 0) return []
    const all = await this.git.demand(['cat-file', '--batch'], `${names.join('\n')}\n`)
    let at = 0
    return names.map(() => {
      const lineEnd = all.indexOf('\n', at)
      const [id = '', , size = ''] = all.toString('utf8', at, lineEnd).split(' ')
      const from = lineEnd + 1
      at = from
      if (!/^\d+$/.test(size)) return undefined
      at = from + Number(size) + 1
      return { id, bytes: all.subarray(from, at - 1) }
    })
  }

  /**
   * Feeds fast-import, which makes many objects in one process and reads large files once. Gives the names of the marks
   * that the commands asked for by `get-mark`. Text is worth compressing: a host sends it on as it was pushed.
   */
  import(
    commands: AsyncIterable<Buffer | string>,
    options: { readonly isCompressed?: boolean } = {},
  ): Promise<readonly string[]> {
    const settings = options.isCompressed === true ? ['-c', 'pack.compression=6'] : []
    return this.#alone(() => this.#import(commands, settings))
  }

  /** Removes the repository. */
  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true })
    unremoved.delete(this.folder)
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#busy.then(work, work)
    this.#busy = next.catch((error: unknown) => error)
    return next
  }

  async #import(commands: AsyncIterable<Buffer | string>, settings: readonly string[]): Promise<readonly string[]> {
    const args = ['fast-import', '--quiet', '--done', '--force', '--date-format=raw']
    const child = this.git.start([...settings, ...args])
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    try {
      await pipeline(Readable.from(commands, { objectMode: true }), child.stdin)
    } catch (error) {
      child.kill()
      const ended = await child.ended
      throw isBrokenPipe(error) ? failed(args, ended) : error
    }
    const ended = await child.ended
    if (ended.exitCode !== 0) throw failed(args, ended)
    return Buffer.concat(chunks).toString('latin1').split('\n').slice(0, -1)
  }
}

/** The message in a commit's bytes. */
export function messageOf(commit: Buffer): string {
  const text = commit.toString('utf8')
  return text.slice(text.indexOf('\n\n') + 2)
}

const unremoved = new Set<string>()
let isWatchingExit = false

/** A process that ends without closing its workspace leaves nothing behind either. */
function rememberToRemove(folder: string): void {
  if (!isWatchingExit) process.once('exit', removeAll)
  isWatchingExit = true
  unremoved.add(folder)
}

function removeAll(): void {
  for (const folder of unremoved) rmSync(folder, { recursive: true, force: true })
}

/** Git ended before it had read everything: what it said is the error. */
function isBrokenPipe(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'EPIPE' || code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE'
}
