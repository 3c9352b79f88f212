import { shareOf, type Table, tallyAt } from '../tally.ts'
import { alike, resampled, resamples, resamplingCells } from '../cells/resampling.ts'
import { error, gatesOf, table } from './markdown.ts'

/** What resampling and the textbook's interval would pass at the boundary of non-inferiority. */
export const resamplingTable: Table = {
  name: 'other intervals',
  cells: resamplingCells,
  lines: (tallies) => [
    ...table(
      ['metric', 'rows', 'this gate', 'percentile bootstrap', 'Wald'],
      resampled.map(({ family, n }, place) => {
        const tally = tallyAt(tallies, place)
        const shares = ['ours', 'bootstrap', 'wald'].map((name) => error(shareOf(tally, name), tally))
        // Wald's interval is of shares of rows.
        return [family.name, String(n), ...(family === alike ? shares : [...shares.slice(0, 2), ''])]
      }),
    ),
    '',
    `${gatesOf(tallies, 'row')} ${resamples} resamples.`,
  ],
}
