// How often the gate is wrong, over simulated rows with known truth: `npm run sim:gate [runs]`. Prints the tables of
// docs/gate-error-rates.md; never a part of the tests, which assert the promises on fewer runs (simulation.test.ts).
import { boundaryTables } from './tables/boundary.ts'
import { powerTable } from './tables/power.ts'
import { resamplingTable } from './tables/resampling.ts'
import { slicesTable } from './tables/slices.ts'

const runs = Number(process.argv[2] ?? 4000)

for (const table of [slicesTable, powerTable, boundaryTables, resamplingTable]) {
  for (const line of table(runs)) console.log(line)
}
