import { smallestCell } from '../../records/dataset.ts'
import type { ColumnSketch, ColumnType } from '../../stats/profile/column-sketch.ts'
import type { LevelCounts } from '../../stats/profile/level-counts.ts'
import type { NumberSketch } from '../../stats/profile/number-sketch.ts'
import type { DatasetTable } from './profile.ts'

/** What is told of a table. */
export interface TableFacts {
  readonly file: string
  readonly files: number
  readonly rows: number
  readonly columns: readonly ColumnFacts[]
}

/** What is told of a column: never a cell of fewer than ten rows. Times are in milliseconds since 1970. */
export interface ColumnFacts {
  readonly name: string
  readonly type: ColumnType
  readonly missing: number
  /** How many cells are of each kind, where they have nothing in common. */
  readonly kinds?: Readonly<Record<string, number>>
  readonly distinct: { readonly count: number; readonly isExact: boolean }
  readonly numbers?: NumberFacts
  readonly levels?: LevelFacts
}

/** What is told of numbers or times. */
export interface NumberFacts {
  readonly min: number
  readonly max: number
  readonly mean?: number
  readonly deviation?: number
  readonly skewness?: number
  /** By name, `p5` to `p95`; those beyond which fewer than ten rows lie are left out. */
  readonly quantiles: Readonly<Record<string, number>>
  /**
   * A bar for each value where there are few; else bars of equal width, without the rows beyond them. Bars of fewer than ten
   * rows are 0.
   */
  readonly bars?: { readonly from: number; readonly to: number; readonly rows: readonly number[] }
}

/** What is told of texts: the most frequent, and how many rows have any other; undefined where fewer than ten have. */
export interface LevelFacts {
  readonly top: readonly { readonly name: string; readonly rows: number }[]
  readonly others: number | undefined
}

const quantiles = { p5: 0.05, p25: 0.25, p50: 0.5, p75: 0.75, p95: 0.95 } as const
const barCount = 16
const mostLevels = 8

/** What is told of a table of a dataset. */
export function factsOf({ file, files, sketch }: DatasetTable): TableFacts {
  return {
    file,
    files,
    rows: sketch.rows,
    columns: [...sketch.columns].map(([name, column]) => columnFacts(name, column)),
  }
}

function columnFacts(name: string, column: ColumnSketch): ColumnFacts {
  const { type, missing } = column
  const numbers = numberFacts(column.times ?? column.numbers)
  const levels = column.levels === undefined ? undefined : levelFacts(column, column.levels)
  return {
    name,
    type,
    missing,
    ...(type === 'mixed' ? { kinds: column.toData(smallestCell).kinds } : {}),
    distinct: column.distinct(),
    ...(numbers === undefined || type === 'mixed' ? {} : { numbers }),
    ...(levels === undefined ? {} : { levels }),
  }
}

function numberFacts(sketch: NumberSketch | undefined): NumberFacts | undefined {
  const rows = (sketch?.bins() ?? []).reduce((sum, { count }) => sum + count, 0)
  if (sketch === undefined || rows < smallestCell) return undefined
  const { min, max, sums } = sketch
  const isTold = (share: number) => Math.min(share, 1 - share) * rows >= smallestCell
  const bars = barsOf(sketch, rows)
  return {
    min,
    max,
    ...(sums === undefined ? {} : { mean: sums.mean, deviation: Math.sqrt(sums.variance) }),
    ...(sums === undefined || Number.isNaN(sums.skewness) ? {} : { skewness: sums.skewness }),
    quantiles: Object.fromEntries(
      Object.entries(quantiles).flatMap(([name, share]) => (isTold(share) ? [[name, sketch.quantile(share)]] : [])),
    ),
    ...(bars === undefined ? {} : { bars }),
  }
}

/** A bar for each of a few values; else the histogram between the first and the last hundredth, or further in where that is fewer than ten rows. */
function barsOf(sketch: NumberSketch, rows: number): NumberFacts['bars'] {
  const bins = sketch.bins()
  const [first, last] = [bins[0], bins.at(-1)]
  if ((sketch.distinct ?? Infinity) <= barCount && first !== undefined && last !== undefined && bins.length > 1)
    return { from: first.from, to: last.to, rows: bins.map(({ count }) => told(count)) }
  const outside = Math.max(0.01, smallestCell / rows)
  if (outside > 0.25) return undefined
  const [from, to] = [sketch.quantile(outside), sketch.quantile(1 - outside)]
  if (!(from < to)) return undefined
  const width = (to - from) / barCount
  const counts = new Float64Array(barCount)
  for (const bin of bins) {
    const [begin, end] = [bin.from, bin.to].map((edge) => Math.floor((edge - from) / width))
    for (let at = Math.max(0, begin ?? 0); at <= Math.min(barCount, end ?? 0); at++) {
      const inside = Math.min(bin.to, from + (at + 1) * width) - Math.max(bin.from, from + at * width)
      const share = bin.to === bin.from ? 1 : Math.max(0, inside) / (bin.to - bin.from)
      // The upper limit belongs to the last bar.
      const bar = Math.min(at, barCount - 1)
      if (at < barCount || bin.from <= to) counts[bar] = (counts[bar] ?? 0) + share * bin.count
    }
  }
  return { from, to, rows: [...counts].map(told) }
}

function told(count: number): number {
  return count < smallestCell ? 0 : Math.round(count)
}

function levelFacts(column: ColumnSketch, levels: LevelCounts): LevelFacts {
  const { kinds } = column.toData(smallestCell)
  const rows = (kinds.text ?? 0) + (kinds.boolean ?? 0)
  const top = levels
    .toData(smallestCell)
    .levels.flatMap(([, count, name]) => (name === undefined ? [] : [{ name, rows: count }]))
    .sort((a, b) => b.rows - a.rows || (a.name < b.name ? -1 : 1))
    .slice(0, mostLevels)
  const others = rows - top.reduce((sum, level) => sum + level.rows, 0)
  return { top, others: others > 0 && others < smallestCell ? undefined : others }
}
