import { stateAt } from '../../records/run.ts'
import type { View } from '../ledger/ledger.ts'
import { judge } from '../search/judge.ts'
import { type Query, requiredText } from '../search/query.ts'
import { datasetRecord, runRecord, type SearchableRun, versionRecord, withRun } from '../search/records.ts'
import type { SearchOptions } from '../workspace.ts'
import type { Change } from './changes.ts'
import { keys, type ModelDoc, own, prefixes, read, readAll } from './documents.ts'
import type { StoredDataset, StoredRun, StoredVersion } from './stored.ts'
import { versionsDown } from './version-pages.ts'

/** As many as a search gives where nobody says how many. */
const usualLimit = 1000

/**
 * Versions that match, by model, then newest first. Page after page is read, and no more when there are enough; a run only
 * where its version hangs on it.
 */
export async function searchVersions(
  view: View<Change>,
  query: Query,
  { limit = usualLimit, withArchived = false }: SearchOptions = {},
): Promise<readonly StoredVersion[]> {
  const nowMs = Date.now()
  const found: StoredVersion[] = []
  for (const doc of await modelDocs(view, query, withArchived)) {
    for await (const version of versionsOf(view, doc, query)) {
      if (found.length >= limit) return found
      const isShown = version.deletedAt === undefined && (withArchived || version.archived === undefined)
      if (isShown && (await matches(version, doc))) found.push(version)
    }
  }
  return found

  async function matches(version: StoredVersion, doc: ModelDoc): Promise<boolean> {
    const aliases = Object.keys(doc.aliases).filter((alias) => doc.aliases[alias] === version.version)
    const record = versionRecord(version, aliases)
    const early = judge(query, record, nowMs)
    if (early !== undefined || version.run === undefined) return early === true
    const run = own(await read(view, keys.run(version.run)), version.run)
    return judge(query, withRun(record, run === undefined ? undefined : seenAt(run, nowMs)), nowMs) === true
  }
}

/** Runs that match, newest first. */
export async function searchRuns(
  view: View<Change>,
  query: Query,
  { limit = usualLimit }: SearchOptions = {},
): Promise<readonly StoredRun[]> {
  const nowMs = Date.now()
  const only = requiredText(query, 'run')
  const shards = only === undefined ? await readAll(view, prefixes.runs) : [(await read(view, keys.run(only))) ?? {}]
  return shards
    .flatMap((doc) => Object.values(doc))
    .filter((run) => judge(query, runRecord(seenAt(run, nowMs)), nowMs) === true)
    .sort(newestFirst)
    .slice(0, limit)
}

/** Versions of datasets that match, by name, then newest first. */
export async function searchDatasets(
  view: View<Change>,
  query: Query,
  { limit = usualLimit }: SearchOptions = {},
): Promise<readonly StoredDataset[]> {
  const nowMs = Date.now()
  const docs = await readAll(view, prefixes.datasets)
  return docs
    .flatMap(({ versions }) => versions.toReversed())
    .filter((dataset) => judge(query, datasetRecord(dataset), nowMs) === true)
    .slice(0, limit)
}

/** The order of runs. */
export function newestFirst(a: StoredRun, b: StoredRun): number {
  return a.startedAt < b.startedAt ? 1 : a.startedAt > b.startedAt ? -1 : a.id < b.id ? 1 : -1
}

async function modelDocs(view: View<Change>, query: Query, withArchived: boolean): Promise<readonly ModelDoc[]> {
  const only = requiredText(query, 'model')
  const docs = only === undefined ? await readAll(view, prefixes.models) : [await read(view, keys.model(only))]
  return docs
    .flatMap((doc) => (doc !== undefined && isListed(doc, withArchived) ? [doc] : []))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Whether a model has versions to show. */
export function isListed({ latest, archived = [] }: ModelDoc, withArchived: boolean): boolean {
  return latest > 0 || (withArchived && archived.length > 0)
}

/** The versions of a model that may match, newest first: of an alias that is demanded, only what it names. */
async function* versionsOf(view: View<Change>, doc: ModelDoc, query: Query): AsyncGenerator<StoredVersion> {
  const alias = requiredText(query, 'alias')
  const named = alias === undefined ? undefined : own(doc.aliases, alias)
  if (alias !== undefined && named === undefined) return
  yield* versionsDown(view, doc.name, { from: named ?? doc.last, to: named ?? 1 })
}

function seenAt(run: StoredRun, nowMs: number): SearchableRun {
  return { ...run, state: stateAt(run, nowMs) }
}
