import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { HostContext } from '../../core/host/host.ts'
import { type Digest, hexOf } from '../../core/records/digest.ts'
import { type ModelReference, parseReference } from '../../core/records/reference.ts'
import { type OpenOptions, openWorkspace } from '../../core/workspace/open.ts'
import type { KeyFolder } from '../../core/workspace/ledger/key-tree.ts'
import type { Workspace } from '../../core/workspace/workspace.ts'
import { GitServer } from '../support/git-server.ts'

/** What a test says about one opening of a workspace. */
export interface Opening extends Partial<Omit<OpenOptions, 'host'>> {
  readonly context?: Partial<HostContext>
  /** Added to the environment of the step. */
  readonly env?: Readonly<Record<string, string>>
}

/** A place that can hold a workspace, for one test. */
export interface TestPlace extends AsyncDisposable {
  readonly url: string
  readonly token: string | undefined
  /** A folder for the files of the test. */
  readonly folder: string
  /** Opens the workspace as a step on its own machine would. */
  open(opening?: Opening): Promise<Workspace>
  /** Ways to break it from behind. */
  readonly tamper: Tamper
}

/** What somebody with the right to write could do by hand. */
export interface Tamper {
  /** Replaces a text in an entry, everything else as it was. */
  entry(seq: number, change: (text: string) => string): void | Promise<void>
  /** Takes an entry out of the middle. */
  withoutEntry(seq: number): void | Promise<void>
  /** Changes the bytes of a file that was kept. */
  file(digest: Digest): void | Promise<void>
  /** Takes a file away that was kept. */
  withoutFile(digest: Digest): void | Promise<void>
  /** Takes the whole ledger away, as somebody does who writes another history in its place; files stay. */
  ledger(): void | Promise<void>
  /** Changes a derived document, so that it verifies by itself. */
  document(key: string, change: (text: string) => string): void | Promise<void>
}

/** The seven promises of a workspace. */
export const promiseNumbers = [1, 2, 3, 4, 5, 6, 7] as const
export type PromiseNumber = (typeof promiseNumbers)[number]

/**
 * Whether a kind of place keeps a promise: always; as long as only Trainyard writes there (all tests run all the same, among our
 * clients); or not in a window.
 */
export type Promised = 'kept' | 'among-clients' | Window

/** When a promise is not kept. */
export interface Window {
  /** "while …" */
  readonly window: string
  /** For each test that falls into the window, by its title: what happens there, shown by a test. The others run as they are. */
  readonly instead: Readonly<Record<string, (place: TestPlace) => Promise<unknown>>>
}

/** The declaration of a place over a ledger. */
export const allKept: Readonly<Record<PromiseNumber, Promised>> = {
  1: 'kept',
  2: 'kept',
  3: 'kept',
  4: 'kept',
  5: 'kept',
  6: 'kept',
  7: 'kept',
}

/** A kind of place, and which of the promises it keeps. */
export interface PlaceKind {
  readonly name: string
  readonly promises: Readonly<Record<PromiseNumber, Promised>>
  create(): Promise<TestPlace>
}

let requests = 0

/** A folder that is removed at the end. */
export function scratch(): string {
  return mkdtempSync(join(tmpdir(), 'trainyard-test-'))
}

/** The options of an opening, with what tests need not say. */
export function openOptions(url: string | undefined, folder: string, opening: Opening = {}): OpenOptions {
  const { context, env, ...rest } = opening
  requests += 1
  return {
    url,
    host: {
      id: 'memory',
      env: { PATH: process.env['PATH'], HOME: folder, ...env },
      mask: () => undefined,
      context: {
        isCi: false,
        actor: 'ann',
        folder,
        tempFolder: join(folder, 'temp'),
        isThrowAway: false,
        trust: { kind: 'trusted' },
        attempt: 1,
        ...context,
      },
    },
    request: `request-${process.pid}-${requests}`,
    by: { name: 'ann', host: 'memory' },
    intent: 'write',
    allowPublicFiles: false,
    ...rest,
  }
}

/** Workspaces in a folder. */
export const directoryPlace: PlaceKind = {
  name: 'a folder',
  promises: allKept,
  async create() {
    const folder = scratch()
    const url = join(folder, 'workspace')
    await Promise.resolve()
    return {
      url,
      token: undefined,
      folder,
      open: (opening) => openWorkspace(openOptions(url, folder, opening)),
      tamper: directoryTamper(url),
      [Symbol.asyncDispose]: async () => {
        await Promise.resolve()
        rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
      },
    }
  },
}

/** Tampers with a workspace in a folder. */
export function directoryTamper(url: string): Tamper {
  const entryPath = (seq: number) =>
    join(url, 'entries', String(Math.floor((seq - 1) / 256)).padStart(6, '0'), `${String(seq).padStart(10, '0')}.json`)
  return {
    entry(seq, change) {
      writeFileSync(entryPath(seq), change(readFileSync(entryPath(seq), 'utf8')))
    },
    withoutEntry(seq) {
      rmSync(entryPath(seq))
    },
    file(digest) {
      flipByte(join(url, 'files', hexOf(digest).slice(0, 2), hexOf(digest)))
    },
    withoutFile(digest) {
      rmSync(join(url, 'files', hexOf(digest).slice(0, 2), hexOf(digest)))
    },
    ledger() {
      for (const part of ['entries', 'checkpoints', 'documents'])
        rmSync(join(url, part), { recursive: true, force: true })
    },
    document(key, change) {
      const manifests = readdirSync(join(url, 'checkpoints')).sort()
      const path = join(url, 'checkpoints', manifests.at(-1) ?? '')
      const manifest = JSON.parse(readFileSync(path, 'utf8')) as { tree: Writable }
      const names = key.split(/(?<=\/)/)
      // A small checkpoint has all of its folders in itself.
      const folder = names.slice(0, -1).reduce((at, name) => at[name] as Writable, manifest.tree)
      const name = names.at(-1) ?? ''
      const documentPath = (digest: Digest) => join(url, 'documents', hexOf(digest).slice(0, 2), hexOf(digest))
      const old = readFileSync(documentPath(folder[name] as Digest), 'utf8')
      const changed = change(old)
      const digest: Digest = `sha256:${sha256Of(changed)}`
      mkdirSync(join(url, 'documents', hexOf(digest).slice(0, 2)), { recursive: true })
      writeFileSync(documentPath(digest), changed)
      folder[name] = digest
      writeFileSync(path, JSON.stringify(manifest))
    },
  }
}

/** A folder of a manifest's keys, to change by hand. */
export type Writable = Record<string, KeyFolder[string]>

function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** Changes one byte in the middle of a file. */
export function flipByte(path: string): void {
  const bytes = readFileSync(path)
  const middle = bytes.length >> 1
  bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle)
  writeFileSync(path, bytes)
}

/** Workspaces on a branch of a repository behind git's own HTTP server. */
export const gitPlace: PlaceKind = {
  name: 'a branch over git http-backend',
  promises: allKept,
  create: createGitPlace,
}

/** A place on a branch, with the server and the repository behind it. */
export interface GitTestPlace extends TestPlace {
  readonly server: GitServer
  /** The folder of the bare repository. */
  readonly bare: string
}

/** Makes a repository behind a server of its own. */
export async function createGitPlace(): Promise<GitTestPlace> {
  const folder = scratch()
  const bare = join(folder, 'served', 'acme', 'models.git')
  execFileSync('git', ['init', '--quiet', '--bare', bare])
  const server = await GitServer.start({
    folder: join(folder, 'served'),
    tokens: { writer: 'write', reader: 'read' },
  })
  const url = `git:${server.url}/acme/models.git`
  return {
    url,
    server,
    bare,
    token: 'writer',
    folder,
    open: (opening) => openWorkspace(openOptions(url, folder, { token: 'writer', ...opening })),
    tamper: gitTamper(bare),
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

function gitTamper(bare: string): Tamper {
  const git = (args: readonly string[], input?: string) =>
    execFileSync('git', ['-C', bare, ...args], { encoding: 'utf8', ...(input === undefined ? {} : { input }) }).trim()
  /** Writes the history anew, as `git rebase` and a push with force would. */
  const rewrite = (change: (raw: string, seq: number) => string | undefined) => {
    const commits = git(['rev-list', '--reverse', 'trainyard']).split('\n')
    let parent: string | undefined
    for (const [index, commit] of commits.entries()) {
      const raw = execFileSync('git', ['-C', bare, 'cat-file', 'commit', commit], { encoding: 'utf8' })
      const changed = change(raw, index + 1)
      if (changed === undefined) continue
      const linked = parent === undefined ? changed : changed.replace(/^parent .*$/m, `parent ${parent}`)
      parent = git(['hash-object', '-t', 'commit', '-w', '--stdin'], linked)
    }
    git(['update-ref', 'refs/heads/trainyard', parent ?? ''])
  }
  const refOf = (digest: Digest): string => {
    const refs = git(['for-each-ref', '--format=%(refname)', 'refs/trainyard/files/']).split('\n')
    return refs.find((one) => git(['ls-tree', '--name-only', one]).split('\n').includes(hexOf(digest))) ?? ''
  }
  return {
    entry: (seq, change) => rewrite((raw, at) => (at === seq ? change(raw) : raw)),
    withoutEntry: (seq) => rewrite((raw, at) => (at === seq ? undefined : raw)),
    file(digest) {
      const ref = refOf(digest)
      const other = git(['hash-object', '-w', '--stdin'], 'other bytes')
      const tree = git(['mktree'], `100644 blob ${other}\t${hexOf(digest)}\n`)
      git(['update-ref', ref, git(['-c', 'user.name=x', '-c', 'user.email=x@x', 'commit-tree', '-m', 'files', tree])])
    },
    withoutFile: (digest) => void git(['update-ref', '-d', refOf(digest)]),
    ledger: () => void git(['update-ref', '-d', 'refs/heads/trainyard']),
    document(key, change) {
      const blob = git(['hash-object', '-w', '--stdin'], change(git(['show', `trainyard:${key}`])))
      const index = join(bare, 'tamper-index')
      const env = { ...process.env, GIT_INDEX_FILE: index }
      execFileSync('git', ['-C', bare, 'read-tree', 'trainyard'], { env })
      execFileSync('git', ['-C', bare, 'update-index', '--cacheinfo', `100644,${blob},${key}`], { env })
      const tree = execFileSync('git', ['-C', bare, 'write-tree'], { env, encoding: 'utf8' }).trim()
      const raw = execFileSync('git', ['-C', bare, 'cat-file', 'commit', 'trainyard'], { encoding: 'utf8' })
      const commit = git(['hash-object', '-t', 'commit', '-w', '--stdin'], raw.replace(/^tree .*$/m, `tree ${tree}`))
      git(['update-ref', 'refs/heads/trainyard', commit])
    },
  }
}

/** Makes a place for one test and removes it afterwards. */
export async function inPlace(kind: PlaceKind, work: (place: TestPlace) => Promise<unknown>): Promise<void> {
  await using place = await kind.create()
  await work(place)
}

/** Opens a workspace as one step does, and closes it after the work. */
export async function inside<T>(
  place: TestPlace,
  work: (workspace: Workspace) => Promise<T>,
  opening: Opening = {},
): Promise<T> {
  const workspace = await place.open(opening)
  try {
    return await work(workspace)
  } finally {
    await workspace.close()
  }
}

/** A reference as steps get it. */
export function reference(text: string): ModelReference {
  const parsed = parseReference(text)
  if (parsed === undefined) throw new Error(`not a reference: ${text}`)
  return parsed
}
