import type { TableFormat } from '../../../records/dataset.ts'
import type { TableSketch } from '../../../stats/profile/table-sketch.ts'
import type { Reading } from './cell.ts'
import { sketchParquet } from './parquet.ts'
import { sketchRequests } from './requests.ts'
import { sketchCsv, sketchJsonLines } from './text-tables.ts'

/** A format that is not to be guessed. */
export type KnownFormat = Exclude<TableFormat, 'auto'>

type Sketcher = (file: string, reading: Reading) => Promise<TableSketch>

const csv: Sketcher = (file, reading) => sketchCsv(file, ',', reading)
const tsv: Sketcher = (file, reading) => sketchCsv(file, '\t', reading)

const sketchers: Readonly<Record<KnownFormat, Sketcher>> = {
  csv,
  tsv,
  jsonl: sketchJsonLines,
  parquet: sketchParquet,
  requests: sketchRequests,
}

const endings: readonly (readonly [ending: string, format: KnownFormat])[] = [
  ['.csv', 'csv'],
  ['.tsv', 'tsv'],
  ['.jsonl', 'jsonl'],
  ['.ndjson', 'jsonl'],
  ['.parquet', 'parquet'],
]

/** The format that a file is read in; undefined for one that is no table by its name. */
export function formatOf(file: string, format: TableFormat): KnownFormat | undefined {
  if (format !== 'auto') return format
  return endings.find(([ending]) => file.toLowerCase().endsWith(ending))?.[1]
}

/**
 * Sketches a table without ever holding it in memory.
 *
 * @throws ConfigError with file and line when the file is not of its format.
 */
export async function sketchTable(file: string, format: KnownFormat, reading: Reading): Promise<TableSketch> {
  return sketchers[format](file, reading)
}
