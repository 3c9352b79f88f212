import type { Digest } from '../../records/digest.ts'
import { type DatasetDoc, type EvidenceDoc, prefixes, type RunsDoc, type VersionsDoc } from './documents.ts'
import type { StoredFile, StoredFiles } from './stored.ts'

/** A blob that a record refers to. */
export interface NeededBlob {
  readonly digest: Digest
  /** Where it is, for a driver that cannot tell by the digest alone. */
  readonly place?: string | undefined
  /** In bytes, where the record says it. */
  readonly size?: number
  /** What needs it: "flights@2: model.onnx". */
  readonly what: string
}

/** Reads a list of files that is a blob itself; undefined where it cannot be read. */
export type ReadList = (list: NeededBlob) => Promise<readonly StoredFile[] | undefined>

/**
 * Every blob that the records in a workspace's documents refer to, once for each record: what is to be kept, and to be there.
 * What was deleted refers to nothing any more.
 */
export async function* neededBlobs(docs: ReadonlyMap<string, unknown>, readList: ReadList): AsyncGenerator<NeededBlob> {
  for (const [key, doc] of docs) {
    if (key.startsWith('versions/')) yield* ofVersions(doc as VersionsDoc, readList)
    else if (key.startsWith(prefixes.runs.key)) yield* ofRuns(doc as RunsDoc, readList)
    else if (key.startsWith(prefixes.datasets.key)) yield* ofDatasets(doc as DatasetDoc, readList)
    else if (key.startsWith('evidence/')) yield* ofEvidence(doc as EvidenceDoc)
  }
}

async function* ofVersions(doc: VersionsDoc, readList: ReadList): AsyncGenerator<NeededBlob> {
  for (const { model, version, files, deletedAt, source } of Object.values(doc)) {
    if (deletedAt !== undefined) continue
    // By reference, the bytes stay where they are.
    const ofTree = source === undefined ? ofFiles : ofList
    yield* ofTree(files, `${model}@${version}`, readList)
  }
}

async function* ofRuns(doc: RunsDoc, readList: ReadList): AsyncGenerator<NeededBlob> {
  for (const { id, code, data, environment, end, pruned } of Object.values(doc)) {
    const what = `run ${id}`
    const ofTree = pruned === undefined ? ofFiles : ofList
    yield* ofTree(code, `${what}: code`, readList)
    // The bytes of the data are not kept; a long list of them is.
    if ('list' in data) yield { digest: data.list, place: data.in, what: `${what}: list of data` }
    if (environment.lock !== undefined) yield { digest: environment.lock, what: `${what}: lock of the environment` }
    if (end !== undefined) yield* ofTree(end.artifacts, what, readList)
  }
}

async function* ofDatasets({ versions }: DatasetDoc, readList: ReadList): AsyncGenerator<NeededBlob> {
  for (const { name, version, files, isByReference, profile, profileIn } of versions) {
    const what = `dataset ${name}@${version}`
    if (profile !== undefined) yield { digest: profile, place: profileIn, what: `${what}: profile` }
    // The bytes are elsewhere; a long list of them is here.
    if (isByReference !== true) yield* ofFiles(files, what, readList)
    else if ('list' in files) yield { digest: files.list, place: files.in, what: `${what}: list of files` }
  }
}

function* ofEvidence(doc: EvidenceDoc): Generator<NeededBlob> {
  for (const { id, in: place, kind, subject } of Object.values(doc).flat())
    yield { digest: id, place, what: `evidence of ${kind} about ${subject}` }
}

async function* ofFiles(stored: StoredFiles, what: string, readList: ReadList): AsyncGenerator<NeededBlob> {
  if ('files' in stored) {
    yield* named(stored.files, what)
    return
  }
  const list = { digest: stored.list, place: stored.in, what: `${what}: list of files` }
  yield list
  yield* named((await readList(list)) ?? [], what)
}

/** Where the files themselves are not kept, a long list of them still is. */
async function* ofList(stored: StoredFiles, what: string): AsyncGenerator<NeededBlob> {
  await Promise.resolve()
  if ('list' in stored) yield { digest: stored.list, place: stored.in, what: `${what}: list of files` }
}

function* named(files: readonly StoredFile[], what: string): Generator<NeededBlob> {
  for (const { path, digest, size, in: place } of files) yield { digest, place, size, what: `${what}: ${path}` }
}
