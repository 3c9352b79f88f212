import { shareOf, type Table, tallyAt } from '../tally.ts'
import { comparisons, powerCells } from '../cells/power.ts'
import { error, gatesOf, share, table } from './markdown.ts'

/** How often a candidate passes, by what it is worth, by rows and by margin. */
export const powerTable: Table = {
  name: 'power',
  cells: powerCells,
  lines: (tallies) => [
    ...table(
      ['truth', 'rows', 'margin', 'this gate', 'TFMA passes', 'MLflow passes'],
      comparisons.map(({ name, difference, n, margin }, place) => {
        const tally = tallyAt(tallies, place)
        const [pass, fail] = [shareOf(tally, 'pass'), shareOf(tally, 'fail')]
        // Exactly at the boundary both are errors, beyond it one of them.
        const ours = [
          difference <= -margin ? error(pass, tally) : share(pass),
          difference >= -margin ? error(fail, tally) : share(fail),
          share(shareOf(tally, 'inconclusive')),
        ].join(' / ')
        return [name, String(n), String(margin), ours, share(shareOf(tally, 'tfma')), share(shareOf(tally, 'mlflow'))]
      }),
    ),
    '',
    gatesOf(tallies, 'row', 'where passing is right'),
  ],
}
