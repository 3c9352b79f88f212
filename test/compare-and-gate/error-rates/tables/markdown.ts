import { alpha } from '../simulate.ts'

/** A table in Markdown, with a heading and a blank line after it. */
export function table(
  heading: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [`### ${heading}`, '', line(head), line(head.map(() => '---')), ...rows.map(line), '']
}

/** `.048`: a share with three decimals and without its zero. */
export function share(value: number): string {
  return value.toFixed(3).replace(/^0/, '')
}

/** The same, bold where chance of the simulation alone would show so much in one of 700 such cells. */
export function error(value: number, runs: number): string {
  const isAbove = value > alpha + 3 * Math.sqrt((alpha * (1 - alpha)) / runs)
  return isAbove ? `**${share(value)}**` : share(value)
}
