import { equalCells, equals, harmCells, harms, sizes } from '../cells/slices.ts'
import { shareOf, type Table, tallyAt } from '../tally.ts'
import { error, gatesOf, share, table } from './markdown.ts'

/** Twenty slices: how often a rule blocks a candidate that harms none, and one that harms one of them. */
export const slicesTable: Table = {
  name: 'slices',
  cells: harmCells,
  lines: (tallies) => [
    ...table(
      ['rows a slice', 'allowed', 'truth', 'this gate', 'tests without Holm', 'TFMA'],
      harms.map(({ rows, noHarm, harm }, place) => {
        const tally = tallyAt(tallies, place)
        const ours = shareOf(tally, 'ours')
        const truth = harm === 0 ? 'equal everywhere' : `${100 * harm} points worse on one`
        return [
          String(rows),
          String(noHarm),
          truth,
          harm === 0 ? error(ours, tally) : share(ours),
          share(shareOf(tally, 'unadjusted')),
          share(shareOf(tally, 'tfma')),
        ]
      }),
    ),
    '',
    gatesOf(tallies, 'row', 'where blocking is right, or hardly possible'),
  ],
}

/** Twenty slices on which both models are exactly equal: how often other metrics than accuracy block the candidate. */
export const sliceMetricsTable: Table = {
  name: 'slices by other metrics',
  cells: equalCells,
  lines: (tallies) => [
    ...table(
      ['metric', ...sizes.map((rows) => `${rows} rows a slice`), 'tests without Holm'],
      equals.map(({ name }, row) => {
        const own = sizes.map((_, column) => tallyAt(tallies, row * sizes.length + column))
        const unadjusted = own.map((tally) => share(shareOf(tally, 'unadjusted'), 2)).join(', ')
        return [name, ...own.map((tally) => error(shareOf(tally, 'ours'), tally)), unadjusted]
      }),
    ),
    '',
    gatesOf(tallies, 'cell'),
  ],
}
