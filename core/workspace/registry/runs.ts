import type { CloudEvent } from '../../records/event.ts'
import { type ForeignRun, type Run, type RunEnd, type RunStart, stateAt } from '../../records/run.ts'
import type { View } from '../ledger/ledger.ts'
import type { Decision } from '../ledger/transact.ts'
import { digestOf } from '../ledger/entry.ts'
import type { RunFilter, Runs } from '../workspace.ts'
import type { Change } from './changes.ts'
import { decideFinish, decideStart, knownRun, pruned as prunedError, runIdOf } from './decide/runs.ts'
import { keys, own, prefixes, read, readAll, type RunsDoc } from './documents.ts'
import { packFiles, packTree, unpackFiles, unpackTree } from './pack.ts'
import type { Registry } from './registry.ts'
import { newestFirst, searchRuns } from './search.ts'
import { type StoredRun, type StoredRunStart, type StoredTree, without } from './stored.ts'

/** The runs of a workspace. */
export function createRuns(registry: Registry): Runs {
  return {
    async start(start) {
      const id = runIdOf(registry.request)
      const stored = await packStart(start, registry)
      return writeRun(registry, { id, name: 'run', decide: (doc) => decideStart(doc, id, stored) })
    },
    finish(id, end, event) {
      const pending = { run: id, end, ...(event === undefined ? {} : { event }) }
      return registry.keep(pending, () => finish(registry, pending))
    },
    adopt: (run) => adopt(registry, run),
    async get(id) {
      const doc = await read(await registry.view(), keys.run(id))
      return unpackRun(knownRun(doc, id), registry)
    },
    list: (filter = {}) => listRuns(registry, filter),
    async search(query, options) {
      const runs: Run[] = []
      for (const run of await searchRuns(await registry.view(), query, options))
        runs.push(await unpackRun(run, registry))
      return runs
    },
    ofPreviousAttempt: () => ofPreviousAttempt(registry),
  }
}

interface RunWrite {
  readonly id: string
  readonly name: string
  readonly decide: (doc: RunsDoc | undefined) => Decision<Change, StoredRun>
}

async function writeRun(
  registry: Registry,
  { id, name, decide }: RunWrite,
): Promise<{ readonly run: Run; readonly isNew: boolean }> {
  const readDoc = (view: View<Change>) => read(view, keys.run(id))
  const { result, isRepeated } = await registry.transact<StoredRun>({
    request: `${registry.request}/${name}/${id}`,
    decide: async (view) => decide(await readDoc(view)),
    result: async (view) => knownRun(await readDoc(view), id),
  })
  return { run: await unpackRun(result, registry), isNew: !isRepeated }
}

async function finish(
  registry: Registry,
  { run: id, end, event }: { readonly run: string; readonly end: RunEnd; readonly event?: CloudEvent },
): Promise<Run> {
  const stored = { ...end, artifacts: await packTree(end.artifacts, registry.files) }
  const decide = (doc: RunsDoc | undefined) => decideFinish(doc, id, { end: stored, event })
  return (await writeRun(registry, { id, name: 'run-end', decide })).run
}

/** Both changes keep the times and the person that the other tool tells; the entry says who brought the run here. */
async function adopt(registry: Registry, foreign: ForeignRun): Promise<{ readonly run: Run; readonly isNew: boolean }> {
  const { source, by, startedAt, endedAt, end } = foreign
  const id = runIdOf(source)
  const start = await packStart(foreign.start, registry)
  const stored = { ...end, artifacts: await packTree(end.artifacts, registry.files) }
  // It has no entry there; where it is names it as well as a digest would.
  const origin = { workspace: source, seq: 0, digest: digestOf(Buffer.from(source, 'utf8')), by }
  const changes: readonly Change[] = [
    { kind: 'run.started', run: id, start, origin: { ...origin, part: 'start', at: startedAt } },
    { kind: 'run.ended', run: id, end: stored, origin: { ...origin, part: 'end', at: endedAt } },
  ]
  return writeRun(registry, {
    id,
    name: 'adopt',
    decide(doc) {
      const known = own(doc, id)
      return known === undefined ? { changes } : { result: known }
    },
  })
}

async function listRuns(registry: Registry, filter: RunFilter): Promise<Run[]> {
  const { model, experiment, state, code, limit = 1000 } = filter
  const shards = await readAll(await registry.view(), prefixes.runs)
  const now = Date.now()
  const found = shards
    .flatMap((doc) => Object.values(doc))
    .filter((run) => model === undefined || run.model === model)
    .filter((run) => experiment === undefined || run.experiment === experiment)
    .filter((run) => code === undefined || run.code.digest === code)
    .filter((run) => state === undefined || stateAt(run, now) === state)
    .sort(newestFirst)
  const runs: Run[] = []
  for (const run of found.slice(0, limit)) runs.push(await unpackRun(run, registry))
  return runs
}

async function ofPreviousAttempt(registry: Registry): Promise<Run | undefined> {
  if (registry.previousRequest === undefined) return undefined
  const id = runIdOf(registry.previousRequest)
  const run = own(await read(await registry.view(), keys.run(id)), id)
  return run === undefined ? undefined : unpackRun(run, registry)
}

async function packStart(start: RunStart, { files }: Registry): Promise<StoredRunStart> {
  return { ...start, code: await packTree(start.code, files), data: await packFiles(start.data, files) }
}

async function unpackRun(stored: StoredRun, { files }: Registry): Promise<Run> {
  const { code, data, end, ...rest } = without(stored, 'became')
  const unpack = async (tree: StoredTree) => {
    const unpacked = await unpackTree(tree, files)
    const { id, pruned } = rest
    if (pruned !== undefined)
      for (const { digest } of unpacked.files) files.excuse(digest, () => prunedError(id, pruned))
    return unpacked
  }
  return {
    ...rest,
    state: stateAt(rest, Date.now()),
    code: await unpack(code),
    data: await unpackFiles(data, files),
    ...(end === undefined ? {} : { end: { ...end, artifacts: await unpack(end.artifacts) } }),
  }
}
