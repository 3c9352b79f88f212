import type { Table } from '../engines/tables/table.ts'
import { counted } from '../main/words.ts'
import type { Criteria } from './criteria.ts'

/** From this share of the rows on, repeats are told. */
const mostRepeats = 0.1

/** Fewer columns than this repeat by themselves. */
const fewestColumns = 3

/** A larger table is not looked at: its columns would take more memory than the hint is worth. */
export const mostRows = 200_000

/**
 * What to say of evaluation data whose rows repeat each other in all features: such rows say the same thing twice, and as
 * independent rows they make every interval too narrow. Nothing where clusters are named already, or queries, which are clusters too.
 */
export function repeatsWarning({ data }: Criteria, table: Table): string | undefined {
  const { id, label, weight, cluster, query, features } = data
  if (cluster !== undefined || query !== undefined || table.rows === 0 || table.rows > mostRows) return undefined
  const names = features ?? table.names.filter((name) => name !== id && name !== label && name !== weight)
  const columns = names.filter((name) => table.names.includes(name)).map((name) => table.column(name))
  if (columns.length < fewestColumns) return undefined
  const seen = new Set<string>()
  for (let row = 0; row < table.rows; row++) seen.add(columns.map((column) => column[row] ?? '').join('\u0000'))
  const repeats = table.rows - seen.size
  if (repeats < mostRepeats * table.rows) return undefined
  const share = Math.round((100 * repeats) / table.rows)
  return `${counted(repeats, 'row')} (${share} %) of the evaluation data repeat another in all ${columns.length} features: rows that belong together are no independent rows, and count as such until data.cluster names the column that says which do`
}
