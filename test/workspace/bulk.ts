import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { BareRepository } from '../../core/engines/git/bare-repository.ts'
import type { Actor } from '../../core/records/actor.ts'
import type { Digest } from '../../core/records/digest.ts'
import { runEvent, versionEvent } from '../../core/records/event.ts'
import { treeOf } from '../../core/records/tree.ts'
import { Checkpoints } from '../../core/workspace/ledger/checkpoint.ts'
import { DirectoryStorage } from '../../core/workspace/ledger/directory.ts'
import { bytesOf, digestOf } from '../../core/workspace/ledger/entry.ts'
import { stateFormat } from '../../core/workspace/ledger/git-commit.ts'
import { type Entry, start, type Token } from '../../core/workspace/ledger/ledger.ts'
import { State } from '../../core/workspace/ledger/state.ts'
import { WorkspaceFolder } from '../../core/workspace/folder.ts'
import type { Change } from '../../core/workspace/registry/changes.ts'
import { registryFold } from '../../core/workspace/registry/effects.ts'
import { runEnd, runStart } from './records.ts'

/** How much happened in a large workspace. */
export interface BulkOptions {
  /** Versions of the model `flights`, one entry each. */
  readonly versions: number
  /** Other models, with one version each: `model-0001` and so on. */
  readonly models: number
  /** Every so many versions of `flights` come from a run and have a gate's evidence: three more entries. */
  readonly runEvery: number
}

const by: Actor = { name: 'ann', host: 'github', url: 'https://github.com/acme/models/actions/runs/1' }
const at = '2026-01-01T00:00:00.000Z'
const git = { repository: 'acme/models', commit: 'c0ffee0c0ffee0c0ffee0c0ffee0c0ffee0c0ffe', ref: 'refs/heads/main' }

/** Entries that come after the newest checkpoint of a folder. */
const tailLength = 16

/** The entries of a large workspace, as steps would have written them; the alias `champion` names the middle version of `flights`. */
export function* bulkEntries({ versions, models, runEvery }: BulkOptions): Generator<Entry<Change>> {
  let token: Token = start
  const next = (request: string, changes: readonly Change[]): Entry<Change> => {
    const entry: Entry<Change> = { v: 1, seq: token.seq + 1, prev: token.digest, request, at, by, changes }
    token = { seq: entry.seq, digest: digestOf(bytesOf(entry)) }
    return entry
  }
  for (let n = 1; n <= models; n++) {
    const model = `model-${String(n).padStart(4, '0')}`
    yield next(`bulk/${model}`, registration(model, 1))
  }
  for (let version = 1; version <= versions; version++) {
    const run = version % runEvery === 0 ? `r-${digestOf(Buffer.from(`run ${version}`)).slice(7, 23)}` : undefined
    if (run !== undefined) yield* lifeOf(run, next)
    yield next(`bulk/flights/${version}`, registration('flights', version, run))
    if (run !== undefined) yield next(`bulk/gate/${version}`, [gateOf(version)])
  }
  const to = Math.ceil(versions / 2)
  yield next('champion', [{ kind: 'alias.moved', model: 'flights', alias: 'champion', to, why: 'the middle one' }])
}

function* lifeOf(
  run: string,
  next: (request: string, changes: readonly Change[]) => Entry<Change>,
): Generator<Entry<Change>> {
  const files = { ...treeOf([]), files: [] }
  const begun = { ...runStart(), code: files, data: { files: [] } }
  yield next(`bulk/start/${run}`, [{ kind: 'run.started', run, start: begun }])
  const event = runEvent({ id: run, model: 'flights', git }, { at, digest: files.digest })
  const end = { ...runEnd(), artifacts: files }
  yield next(`bulk/end/${run}`, [
    { kind: 'run.ended', run, end },
    { kind: 'event.raised', event },
  ])
}

function registration(model: string, version: number, run?: string): readonly Change[] {
  const digest: Digest = digestOf(Buffer.from(`${model} ${version}`))
  const files = treeOf([{ path: 'model.onnx', digest, size: 1000 + version }])
  const tags = { Team: version % 2 === 0 ? 'ops' : 'research', Batch: String(version % 10) }
  const origin = run === undefined ? {} : { run }
  const event = versionEvent({ type: 'model.registered', version: { model, version, files, ...origin }, git, at })
  return [
    { kind: 'version.registered', version, start: { model, files, tags, datasets: [], ...origin } },
    { kind: 'event.raised', event },
  ]
}

function gateOf(version: number): Change {
  const subject = treeOf([
    { path: 'model.onnx', digest: digestOf(Buffer.from(`flights ${version}`)), size: 1000 + version },
  ])
  const id = digestOf(Buffer.from(`gate ${version}`))
  return { kind: 'evidence.added', id, evidence: 'gate', subjects: [subject.digest], verdict: 'pass' }
}

/** Writes a workspace into a folder: what `DirectoryLedger` would have left, without waiting for the disk at each entry. */
export async function writeBulkFolder(folder: string, options: BulkOptions): Promise<Token> {
  const place = new WorkspaceFolder(folder)
  await place.prepare()
  const state = new State(registryFold)
  const entries = [...bulkEntries(options)]
  let token = start
  for (const entry of entries) {
    const bytes = bytesOf(entry)
    token = { seq: entry.seq, digest: digestOf(bytes) }
    const shard = String(Math.floor((entry.seq - 1) / 256)).padStart(6, '0')
    const path = join(folder, 'entries', shard, `${String(entry.seq).padStart(10, '0')}.json`)
    if (entry.seq % 256 === 1) mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, `${bytes.toString('utf8')}\n${token.digest}\n`)
    if (entry.seq > entries.length - tailLength) continue
    state.add(entry)
    if (entry.seq < entries.length - tailLength) continue
    const { version: fold } = registryFold
    await new Checkpoints(new DirectoryStorage(place)).write({ token, fold, tree: {} }, state.docs)
  }
  return token
}

/** Writes a workspace onto the branch `trainyard` of a bare repository: what `GitLedger` would have left, but for the trees of old commits. */
export async function writeBulkBranch(
  bare: string,
  options: BulkOptions & { readonly tempFolder: string },
): Promise<void> {
  const { PATH, HOME } = process.env
  const repository = await BareRepository.create({
    url: bare,
    settings: [],
    env: { PATH, HOME },
    tempFolder: options.tempFolder,
  })
  const [commit = ''] = await repository.import(branchCommands(options), { isCompressed: true })
  const pushed = await repository.push([`${commit}:refs/heads/trainyard`])
  await repository.remove()
  if (pushed.exitCode !== 0) throw new Error(pushed.stderr)
}

async function* branchCommands(options: BulkOptions): AsyncGenerator<Buffer> {
  const state = new State(registryFold)
  let waiting: Entry<Change> | undefined
  for (const entry of bulkEntries(options)) {
    if (waiting !== undefined) yield commitOf(waiting)
    state.add(entry)
    waiting = entry
  }
  await Promise.resolve()
  if (waiting === undefined) return
  yield commitOf(waiting)
  for (const [path, content] of stateFormat(registryFold.version)) yield file(path, content)
  for (const [key, doc] of state.docs) yield file(key, JSON.stringify(doc))
  yield Buffer.from('\nget-mark :1\ndone\n')
}

function commitOf(entry: Entry<Change>): Buffer {
  const message = Buffer.from(`entry ${entry.seq}\n\n${bytesOf(entry).toString('utf8')}\n\n[skip ci]\n`)
  const head = `commit refs/trainyard/next\nmark :1\ncommitter Trainyard <trainyard@localhost> 1767225600 +0000\n`
  return Buffer.concat([Buffer.from(`${head}data ${message.length}\n`), message, Buffer.from('\n')])
}

function file(path: string, content: string): Buffer {
  const bytes = Buffer.from(content)
  return Buffer.concat([
    Buffer.from(`M 100644 inline ${JSON.stringify(path)}\ndata ${bytes.length}\n`),
    bytes,
    Buffer.from('\n'),
  ])
}
