import { formatOf, type KnownFormat, sketchTable } from '../../engines/tables/sketch/sketch-table.ts'
import type { Reading } from '../../engines/tables/sketch/cell.ts'
import { type DatasetProfile, datasetProfileShape, smallestCell, type TableFormat } from '../../records/dataset.ts'
import type { DatasetVersion } from '../../records/model.ts'
import { TableSketch } from '../../stats/profile/table-sketch.ts'
import type { SourceFile, Workspace } from '../../workspace/workspace.ts'

/** A table of a dataset: files with the same columns together. */
export interface DatasetTable {
  /** The path of its first file. */
  readonly file: string
  readonly files: number
  readonly sketch: TableSketch
}

/** How the tables of a dataset are read. */
export interface ProfileOptions extends Reading {
  readonly format: TableFormat
}

/**
 * Sketches all files that are tables, one after another, and puts those with the same columns together; JSON Lines and
 * requests are one table each, since a line may lack what another one has.
 *
 * @throws ConfigError with file and line where one is not of its format.
 */
export async function sketchFiles(
  files: readonly SourceFile[],
  options: ProfileOptions,
): Promise<readonly DatasetTable[]> {
  const tables = new Map<string, { readonly file: string; files: number; readonly sketch: TableSketch }>()
  for (const { path, from } of files) {
    const format = formatOf(path, options.format)
    if (format === undefined) continue
    const sketch = await sketchTable(from, format, options)
    const key = keyOf(format, sketch)
    const known = tables.get(key)
    if (known === undefined) {
      tables.set(key, { file: path, files: 1, sketch })
      continue
    }
    known.files += 1
    known.sketch.merge(sketch)
  }
  return [...tables.values()]
}

function keyOf(format: KnownFormat, { columns }: TableSketch): string {
  return format === 'jsonl' || format === 'requests' ? format : JSON.stringify([...columns.keys()].sort())
}

/** The profile as it is kept. */
export function profileOf(tables: readonly DatasetTable[], { missing }: Pick<Reading, 'missing'>): DatasetProfile {
  return datasetProfileShape.parse({
    version: 1,
    missing: [...missing],
    tables: tables.map(({ file, files, sketch }) => ({ file, files, ...sketch.toData(smallestCell) })),
  })
}

/**
 * The tables of a dataset as they were kept; undefined for one without a profile.
 *
 * @throws ExternalError TY0207 when the profile is not what was kept.
 */
export async function readTables(
  { profile }: Pick<DatasetVersion, 'profile'>,
  workspace: Workspace,
): Promise<readonly DatasetTable[] | undefined> {
  if (profile === undefined) return undefined
  const text = Buffer.from(await workspace.files.read(profile)).toString('utf8')
  const { tables } = datasetProfileShape.parse(JSON.parse(text))
  return tables.map(({ file, files, rows, columns }) => ({
    file,
    files,
    sketch: TableSketch.from({ rows, columns: columns.map(([name, data]) => [name, data] as const) }),
  }))
}
