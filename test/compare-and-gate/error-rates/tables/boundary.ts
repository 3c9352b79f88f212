import { countOf, shareOf, type Table, type Tally, tallyAt } from '../tally.ts'
import { boundaryCells, sizes } from '../cells/boundary.ts'
import { families } from '../families.ts'
import { truthOf } from '../simulate.ts'
import { coverage, error, gatesOf, share, table } from './markdown.ts'

/** The tallies of each family. */
function byFamily(tallies: readonly Tally[]) {
  return families.map((family, row) => ({
    family,
    own: sizes.map((_, column) => tallyAt(tallies, row * sizes.length + column)),
  }))
}

/** Every metric at the boundary of non-inferiority. */
const paired: Table = {
  name: 'non-inferiority',
  cells: boundaryCells,
  lines: (tallies) => [
    ...table(
      ['metric', 'margin', ...sizes.map((n) => `n = ${n}`), 'TFMA', 'MLflow'],
      byFamily(tallies).map(({ family, own }) => [
        family.name,
        String(Number(truthOf(family).margin.toPrecision(3))),
        ...own.map((tally) => cell(tally, 'paired')),
        ...(['tfma', 'mlflow'] as const).map((peer) => own.map((tally) => share(shareOf(tally, peer), 2)).join(', ')),
      ]),
    ),
    '',
    gatesOf(tallies, 'cell'),
  ],
}

/** Every metric at the boundary of a share of the champion's metric, and of a bound on the candidate alone. */
const others: Table = {
  name: 'other boundaries',
  cells: boundaryCells,
  lines: (tallies) => [
    ...table(
      ['metric', ...sizes.map((n) => `share, n = ${n}`), ...sizes.map((n) => `bound, n = ${n}`)],
      byFamily(tallies).map(({ family, own }) => [
        family.name,
        ...own.map((tally) => ('relativePass' in tally.counts ? cell(tally, 'relative') : '')),
        ...own.map((tally) => cell(tally, 'single')),
      ]),
    ),
    '',
    gatesOf(tallies, 'cell'),
  ],
}

/** How often the intervals that are shown hold the truth. */
const coverages: Table = {
  name: 'coverage',
  cells: boundaryCells,
  lines: (tallies) =>
    table(
      ['metric', ...sizes.map((n) => `difference, n = ${n}`), ...sizes.map((n) => `candidate, n = ${n}`)],
      byFamily(tallies).map(({ family, own }) => [
        family.name,
        ...own.map((tally) => covered(tally, 'paired')),
        ...own.map((tally) => covered(tally, 'single')),
      ]),
    ),
}

export const boundaryTables = [paired, others, coverages]

function cell(tally: Tally, asked: 'paired' | 'relative' | 'single'): string {
  const silent = 1 - shareOf(tally, `${asked}Shown`)
  const nothing = silent < 0.005 ? '' : ` (${(100 * silent).toFixed(0)} % say nothing)`
  return `${error(shareOf(tally, `${asked}Pass`), tally)} / ${error(shareOf(tally, `${asked}Fail`), tally)}${nothing}`
}

function covered(tally: Tally, asked: 'paired' | 'single'): string {
  const shown = countOf(tally, `${asked}Shown`)
  return shown < tally.runs / 20 ? '' : coverage(countOf(tally, `${asked}Covered`) / shown, shown)
}
