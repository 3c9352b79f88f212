import type { Tally } from '../tally.ts'
import { alpha } from '../simulate.ts'

/** A table in Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)]
}

/** `.048`: a share with so many decimals and without its zero. */
export function share(value: number, decimals = 3): string {
  return value.toFixed(decimals).replace(/^0/, '')
}

/** How far above a share of errors the simulation alone goes in but one of 700 cells. */
function chance(runs: number): number {
  return 3 * Math.sqrt((alpha * (1 - alpha)) / runs)
}

/** A share of errors, bold where it lies above alpha by more than chance. */
export function error(value: number, { runs }: Pick<Tally, 'runs'>): string {
  return value > alpha + chance(runs) ? `**${share(value)}**` : share(value)
}

/** The share of intervals that hold the truth, bold where it lies below what is stated by more than chance. */
export function coverage(value: number, runs: number): string {
  const stated = 1 - 2 * alpha
  const isBelow = value < stated - 3 * Math.sqrt((stated * (1 - stated)) / runs)
  return isBelow ? `**${share(value)}**` : share(value)
}

/** `4,000 gates a row.`, or `… (1,000 where …)`, and from where on a share of errors is bold. */
export function gatesOf(tallies: readonly Tally[], what: 'row' | 'cell', fewer = ''): string {
  const [most = Number.NaN, ...less] = [...new Set(tallies.map(({ runs }) => runs))].toSorted(
    (one, other) => other - one,
  )
  if (less.length > (fewer === '' ? 0 : 1)) throw new Error(`cells of one table have ${most}, ${less.join(', ')} gates`)
  const others = less.map((runs) => ` (${runs.toLocaleString('en-US')} ${fewer})`).join('')
  return `${most.toLocaleString('en-US')} gates a ${what}${others}; errors are bold above ${share(alpha + chance(most), 4)}.`
}
