import { createHash } from 'node:crypto'
import { z } from 'zod'
import { fitting, isKey, keyOf, type KeyValue, limits } from '../../engines/mlflow/limits.ts'
import type { MlflowVersion } from '../../engines/mlflow/models.ts'
import type { Actor, GitState } from '../../records/actor.ts'
import { type Digest, isDigest } from '../../records/digest.ts'
import { type CloudEvent, versionEvent } from '../../records/event.ts'
import type { Tags } from '../../records/model.ts'
import type { BlobFiles } from '../files.ts'
import type { StoredVersion, StoredVersionStart } from '../registry/stored.ts'
import { marks } from './service.ts'

/** Everything about a version of ours, kept with it at the server: who comes first makes the entry of the ledger from it. */
export interface VersionRecord {
  readonly v: 1
  readonly start: StoredVersionStart
  readonly by: Actor
  /** What the event says of where the version came from. */
  readonly git: GitState
}

const recordShape = z.object({
  v: z.literal(1),
  start: z.looseObject({
    model: z.string(),
    files: z.looseObject({ digest: z.string() }),
    tags: z.record(z.string(), z.string()),
  }),
  by: z.looseObject({ name: z.string() }),
  git: z.looseObject({}),
})

/** The tags of a version of ours: those of its users, and ours. A long record lies in a blob. */
export async function recordTags(
  request: string,
  record: VersionRecord,
  files: BlobFiles,
): Promise<readonly KeyValue[]> {
  const text = JSON.stringify(record)
  const own = [
    { key: marks.request, value: fitting(request, limits.tagValue) },
    { key: marks.digest, value: record.start.files.digest },
    { key: marks.record, value: text.length <= limits.tagValue ? text : await inBlob(text, files) },
  ]
  return [...userTags(record.start.tags), ...own]
}

/** Tags as MLflow takes them. What it would not take is changed; the ledger has it as it is. */
export function userTags(tags: Tags): readonly KeyValue[] {
  return Object.entries(tags).map(([name, value]) => ({
    key: isKey(name) ? name : keyOf(name),
    value: fitting(value, limits.tagValue),
  }))
}

async function inBlob(text: string, files: BlobFiles): Promise<string> {
  const digest = await files.putBytes(Buffer.from(text, 'utf8'))
  await files.blobs.flush()
  return JSON.stringify({ blob: digest, in: files.placeOf(digest) })
}

/** The tags of a version there, by name. */
export function tagsOf(version: MlflowVersion): Readonly<Record<string, string>> {
  return Object.fromEntries(version.tags.map(({ key, value }) => [key, value]))
}

/** The record of a version that a Trainyard registered under this name; undefined for every other one, copies included. */
export async function recordOf(
  version: MlflowVersion,
  own: string,
  files: BlobFiles,
): Promise<VersionRecord | undefined> {
  const text = tagsOf(version)[marks.record]
  if (text === undefined) return undefined
  const parsed = recordShape.safeParse(await contentOf(text, files))
  if (!parsed.success || parsed.data.start.model !== own) return undefined
  // The shape is ours: what looks like a record was written by us, or by somebody who wants to be taken for us.
  return parsed.data as unknown as VersionRecord
}

const inBlobShape = z.object({ blob: z.string(), in: z.string().optional() })

async function contentOf(text: string, files: BlobFiles): Promise<unknown> {
  const value = jsonOf(text)
  const elsewhere = inBlobShape.safeParse(value)
  if (!elsewhere.success || !isDigest(elsewhere.data.blob)) return value
  files.learn(elsewhere.data.blob, elsewhere.data.in)
  return jsonOf(Buffer.from(await files.read(elsewhere.data.blob)).toString('utf8'))
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The event of a version, the same whoever makes it: its time is that of the registration at the server. */
export function eventOf(
  version: Pick<StoredVersion, 'model' | 'version' | 'run'> & { readonly digest: Digest },
  { git, createdMs }: { readonly git: GitState; readonly createdMs: number },
): CloudEvent {
  const { model, version: number, run, digest } = version
  return versionEvent({
    type: 'model.registered',
    version: { model, version: number, files: { digest, files: [] }, ...(run === undefined ? {} : { run }) },
    git,
    at: new Date(createdMs).toISOString(),
  })
}

/** Where a version came from, as its event says. */
export function gitOf({ ref, data }: CloudEvent): GitState {
  const { repository, commit } = data
  return {
    ...(repository === undefined ? {} : { repository }),
    ...(commit === undefined ? {} : { commit }),
    ...(ref === undefined ? {} : { ref }),
  }
}

/** A short name for a text. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}
