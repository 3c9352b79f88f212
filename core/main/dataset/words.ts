import type { ColumnFacts, NumberFacts } from './facts.ts'

/** A number for people: four digits that count. */
function figure(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15)
    return value.toLocaleString('en-US', { useGrouping: Math.abs(value) >= 1e5 })
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-3 || size >= 1e15)) return value.toExponential(3)
  return value.toLocaleString('en-US', {
    maximumSignificantDigits: size >= 1000 ? Math.ceil(Math.log10(size)) : 4,
    useGrouping: size >= 1e5,
  })
}

/** A number of a column, or a day or time. */
export function value(number: number, { type }: Pick<ColumnFacts, 'type'>): string {
  if (type !== 'date' && type !== 'time') return figure(number)
  const date = new Date(number)
  if (Number.isNaN(date.getTime())) return figure(number)
  return date
    .toISOString()
    .slice(0, type === 'date' ? 10 : 16)
    .replace('T', ' ')
}

/** A share of all rows: `0 %`, `<0.1 %`, `2.4 %`. */
export function percent(part: number, of: number): string {
  if (part === 0 || of === 0) return '0 %'
  const share = (100 * part) / of
  return share < 0.1 ? '<0.1 %' : share > 99.9 && part < of ? '>99.9 %' : `${Number(share.toFixed(1))} %`
}

/** How many distinct values. */
export function distinctWords({ distinct: { count, isExact } }: ColumnFacts): string {
  return `${isExact ? '' : '~'}${count.toLocaleString('en-US')}`
}

/** The kinds of the cells of a mixed column, or its type. */
export function typeWords({ type, kinds }: ColumnFacts): string {
  if (kinds === undefined) return type
  return `mixed: ${Object.entries(kinds)
    .sort(([, a], [, b]) => b - a)
    .map(([kind, count]) => `${count.toLocaleString('en-US')} ${kind}`)
    .join(', ')}`
}

const blocks = '▁▂▃▄▅▆▇█'

/** The bars of a histogram as one line; a bar of fewer than ten rows is a blank. */
export function barWords({ bars }: NumberFacts): string {
  if (bars === undefined) return ''
  const most = Math.max(...bars.rows)
  return bars.rows
    .map((rows) => (rows === 0 ? ' ' : (blocks[Math.min(7, Math.floor((8 * rows) / most))] ?? ' ')))
    .join('')
}
