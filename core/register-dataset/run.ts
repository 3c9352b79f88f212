import type { Context, Ending, Run } from '../main/context.ts'
import { breaks, differenceOf } from '../main/dataset/difference.ts'
import { factsOf } from '../main/dataset/facts.ts'
import { type DatasetTable, profileOf, readTables, sketchFiles } from '../main/dataset/profile.ts'
import { gitStateOf } from '../main/git-state.ts'
import { demandTrust } from '../main/trust.ts'
import { counted, sized } from '../main/words.ts'
import { shortDigest } from '../records/digest.ts'
import type { DatasetStart, DatasetVersion } from '../records/model.ts'
import type { definition } from './definition.ts'
import { addressOf, type DatasetFiles, datasetFiles, keepFiles } from './files.ts'
import { refusedSummary, summaryOf } from './summary.ts'

type DatasetContext = Context<typeof definition>

/** Registers a dataset: digests its files, reads its tables, holds the schema against the newest version, records. */
export const run: Run<typeof definition> = async (context) => {
  const { inputs, workspace, host } = context
  demandTrust(host, 'register a dataset')
  // What would be refused in the end is refused before hours of reading: a profile says much about its rows.
  await workspace.files.put([], { isModel: true })
  const files = await datasetFiles(context)
  const [known] = await workspace.datasets.list({ name: inputs.dataset, files: files.tree.digest })
  if (known !== undefined) return again(context, known)

  const tables = await host.log.group('Reading the tables', () => readAll(context, files))
  const broken = await brokenBy(context, tables)
  if (broken.length > 0 && inputs.onSchemaChange === 'fail') return refused(context, { files, tables, broken })
  if (!inputs.byReference) await keepFiles(context, files)
  const dataset = await workspace.datasets.register(await startOf(context, files, tables))
  return ending(context, { dataset, tables, isNew: true, warning: inputs.onSchemaChange === 'warn' ? broken : [] })
}

async function readAll(
  { inputs, host, signal }: DatasetContext,
  files: DatasetFiles,
): Promise<readonly DatasetTable[]> {
  const tables = await sketchFiles(files.sources, { ...readingOf(inputs), format: inputs.format, signal })
  for (const { file, files: count, sketch } of tables)
    host.log.info(
      `${file}${count === 1 ? '' : ` and ${counted(count - 1, 'file')} more`}: ${counted(sketch.rows, 'row')}`,
    )
  const left = files.sources.length - tables.reduce((sum, table) => sum + table.files, 0)
  if (left > 0) host.log.notice(`${counted(left, 'file')} no table by its name: recorded by digest alone`)
  return tables
}

function readingOf({ missing = [], textColumns = [] }: DatasetContext['inputs']) {
  return { missing: new Set(missing), texts: new Set(textColumns) }
}

/** What in the new schema would break a reader of the newest version. */
async function brokenBy(
  { inputs, workspace }: DatasetContext,
  tables: readonly DatasetTable[],
): Promise<readonly string[]> {
  if (inputs.onSchemaChange === 'allow') return []
  const newest = (await workspace.datasets.list({ name: inputs.dataset })).at(-1)
  const before = newest === undefined ? undefined : await readTables(newest, workspace)
  if (newest === undefined || before === undefined) return []
  const difference = differenceOf(before.map(factsOf), tables.map(factsOf))
  return breaks(difference).map((sentence) => `since ${newest.name}@${newest.version}: ${sentence}`)
}

async function startOf(
  context: DatasetContext,
  files: DatasetFiles,
  tables: readonly DatasetTable[],
): Promise<DatasetStart> {
  const { inputs, workspace, host } = context
  const { dataset: name, description, tags = {}, byReference } = inputs
  const address = addressOf(context, files)
  const git = await gitStateOf(host)
  const profile = JSON.stringify(profileOf(tables, readingOf(inputs)))
  return {
    name,
    files: files.tree,
    tags,
    ...(Object.keys(git).length === 0 ? {} : { git }),
    ...(description === undefined ? {} : { description }),
    ...(byReference ? { isByReference: true } : {}),
    ...(address === undefined ? {} : { address }),
    ...(tables.length === 0
      ? {}
      : { profile: await workspace.files.putBytes(Buffer.from(profile, 'utf8')), ...sizeOf(tables) }),
  }
}

function sizeOf(tables: readonly DatasetTable[]): { readonly rows: number; readonly columns: number } {
  return {
    rows: tables.reduce((sum, { sketch }) => sum + sketch.rows, 0),
    columns: tables.reduce((sum, { sketch }) => sum + sketch.columns.size, 0),
  }
}

/** The files are a version already: its tags are added to, and nothing else changes. */
async function again(context: DatasetContext, known: DatasetVersion): Promise<Ending> {
  const { inputs, workspace } = context
  const { tags } = inputs
  const dataset = tags === undefined ? known : await workspace.datasets.tag(known.name, known.version, tags)
  return ending(context, { dataset, tables: (await readTables(known, workspace)) ?? [], isNew: false, warning: [] })
}

interface Registered {
  readonly dataset: DatasetVersion
  readonly tables: readonly DatasetTable[]
  readonly isNew: boolean
  readonly warning: readonly string[]
}

function ending({ host, done }: DatasetContext, { dataset, tables, isNew, warning }: Registered): Ending {
  const { name, version, files, rows, columns } = dataset
  const reference = `${name}@${version}`
  host.log.info(`${reference}: ${sized(files)}, ${shortDigest(files.digest)}`)
  host.summary(summaryOf(dataset, { tables: tables.map(factsOf), isNew, warning }))
  return done(
    { version, reference, digest: files.digest, isNew, rows, columns },
    {
      message: isNew ? `Registered ${reference}` : `${reference} was registered before`,
      warning: warning.length === 0 ? undefined : `The schema changed ${warning.join('; ')}`,
    },
  )
}

interface Refused {
  readonly files: DatasetFiles
  readonly tables: readonly DatasetTable[]
  readonly broken: readonly string[]
}

function refused({ inputs, host, rejected }: DatasetContext, { files, tables, broken }: Refused): Ending {
  host.summary(refusedSummary(inputs.dataset, tables.map(factsOf), broken))
  const nothing = { version: undefined, reference: undefined, isNew: false }
  return rejected({ ...nothing, digest: files.tree.digest, ...sizeOf(tables) }, { code: 'TY0320', reasons: broken })
}
