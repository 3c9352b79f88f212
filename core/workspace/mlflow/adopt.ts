import type { MlflowVersion } from '../../engines/mlflow/models.ts'
import type { Actor } from '../../records/actor.ts'
import type { BlobFiles } from '../files.ts'
import type { Ledger, View } from '../ledger/ledger.ts'
import { createTransact } from '../ledger/transact.ts'
import type { Change } from '../registry/changes.ts'
import { find, findRequest, keys, read } from '../registry/documents.ts'
import { registryFold } from '../registry/effects.ts'
import { without } from '../registry/stored.ts'
import { foreignRecord } from './foreign.ts'
import { eventOf, recordOf, tagsOf, type VersionRecord } from './record.ts'
import { marks, type MlflowService } from './service.ts'

/** What adoption works on. */
export interface AdoptParts {
  readonly service: MlflowService
  readonly ledger: Ledger<Change>
  readonly files: BlobFiles
  readonly deadlineMs: number
}

/** Appends an entry as somebody: who registered a version is not always who brings it in. */
export async function appendAs(
  { ledger, files, deadlineMs }: AdoptParts,
  by: Actor,
  {
    request,
    decide,
    at,
  }: {
    readonly request: string
    /** When it happened; now, where nobody says. */
    readonly at?: string
    readonly decide: (view: View<Change>) => Promise<readonly Change[]>
  },
): Promise<void> {
  const prepare = () => files.blobs.flush()
  const transact = createTransact({
    ledger,
    fold: registryFold,
    by,
    deadlineMs,
    find: findRequest,
    prepare,
    ...(at === undefined ? {} : { at }),
  })
  await transact<undefined>({
    request,
    async decide(view) {
      const changes = await decide(view)
      return changes.length === 0 ? { result: undefined } : { changes }
    },
    result: () => undefined,
  })
}

/**
 * Brings every version that the server has and the ledger has not into the ledger, in order, each with its event in the same entry:
 * those whose registration was cut off, and those that others registered. Several may do it at once: the ledger decides.
 *
 * @param name ours
 */
export async function adoptVersions(parts: AdoptParts, name: string): Promise<void> {
  const { service, ledger } = parts
  const last = (await read(await ledger.view(), keys.model(name)))?.last ?? 0
  const found: MlflowVersion[] = []
  const filter = `name = '${service.nameOf(name)}'`
  for await (const page of service.api.models.search(filter, 'version_number DESC', 100)) {
    const beyond = page.filter(({ version }) => version > last)
    found.push(...beyond)
    if (beyond.length < page.length) break
  }
  for (const version of found.sort((a, b) => a.version - b.version)) {
    if (version.status === 'READY') await adopt(parts, name, version)
  }
}

async function adopt(parts: AdoptParts, name: string, version: MlflowVersion): Promise<void> {
  const { service, ledger, files } = parts
  const ours = await recordOf(version, name, files)
  const record = ours ?? (await foreignRecord(version, name, { service, files }))
  const noted = tagsOf(version)[marks.request]
  const number = version.version
  const inOrder = `mlflow/${version.name}/${number}`
  // Where an answer was lost and a step asked twice, its request is spent.
  const isSpent = noted !== undefined && (await findRequest(await ledger.view(), noted)) !== undefined
  await appendAs(parts, record.by, {
    at: new Date(version.creation_timestamp).toISOString(),
    request: ours === undefined || noted === undefined || isSpent ? inOrder : noted,
    async decide(view) {
      const doc = await read(view, keys.model(name))
      if (number <= (doc?.last ?? 0)) return []
      const start = await known(record, view)
      const { digest } = start.files
      const event = eventOf(
        { model: name, version: number, digest, ...(start.run === undefined ? {} : { run: start.run }) },
        { git: record.git, createdMs: version.creation_timestamp },
      )
      return [
        { kind: 'version.registered', version: number, start },
        { kind: 'event.raised', event },
      ]
    },
  })
}

/** A record of another workspace on the same server names runs and datasets that this one does not have. */
async function known({ start }: VersionRecord, view: View<Change>): Promise<VersionRecord['start']> {
  if (start.run === undefined || (await find(view, keys.run(start.run))) !== undefined) return start
  return { ...without(start, 'run', 'parent'), datasets: [] }
}
