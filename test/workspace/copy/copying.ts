import { copyHistory, type Copied, type CopyOptions } from '../../../core/workspace/copy/copy.ts'
import { openHistory } from '../../../core/workspace/open.ts'
import type { Workspace } from '../../../core/workspace/workspace.ts'
import { inside, openOptions, type Opening, type TestPlace } from '../places.ts'

/** Copies as the command does: the source only read, the target under a request of its own. */
export async function copy(
  from: TestPlace,
  to: TestPlace,
  options: Partial<Pick<CopyOptions, 'models' | 'isDryRun'>> = {},
): Promise<Copied> {
  const open = (place: TestPlace, opening: Opening) =>
    openHistory(openOptions(place.url, place.folder, { token: place.token, ...opening }))
  const source = await open(from, { intent: 'read' })
  const isDryRun = options.isDryRun === true
  const target = await open(to, { intent: isDryRun ? 'read' : 'write', by: { name: 'mover', host: 'memory' } })
  try {
    return await copyHistory({
      from: source,
      to: target,
      models: options.models,
      isDryRun,
      progress: () => undefined,
    })
  } finally {
    await source.close()
    await target.close()
  }
}

/** Everything that a workspace remembers of models and what belongs to them, with the bytes of every file. */
export function memory(place: TestPlace): Promise<unknown> {
  return inside(place, memoryOf, { intent: 'read' })
}

async function memoryOf({ models, runs, datasets, deployments, evidence, files }: Workspace): Promise<unknown> {
  const all = await models.list()
  const versions = []
  for (const { name } of all) {
    const newest = (await models.versions(name, { limit: 1 }))[0]?.version ?? 0
    for (let n = 1; n <= newest; n++) versions.push(await models.version(name, n))
  }
  const ended = await runs.list()
  const digests = [...versions.map(({ files: tree }) => tree), ...ended.flatMap(({ end }) => end?.artifacts ?? [])]
  const about = []
  for (const digest of new Set(digests.map((tree) => tree.digest))) about.push(...(await evidence.about(digest)))
  const statements = []
  for (const { id } of about) statements.push(await evidence.read(id))
  const live = versions.filter(({ deletedAt }) => deletedAt === undefined)
  const sets = await datasets.list()
  const bytes: Record<string, string> = {}
  for (const tree of [...live, ...sets].map((one) => one.files).concat(ended.map(({ code }) => code)))
    for (const { digest } of tree.files) bytes[digest] = Buffer.from(await files.read(digest)).toString('base64')
  const locks = ended.flatMap(({ environment }) => environment.lock ?? [])
  for (const lock of locks) bytes[lock] = Buffer.from(await files.read(lock)).toString('base64')
  const served = (await deployments.list()).map((one) => ({ ...one, copiedFrom: undefined }))
  return { all, versions, ended, about, statements, sets, served, bytes }
}
