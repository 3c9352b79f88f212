import type { Table } from '../tally.ts'
import { boundaryTables } from './boundary.ts'
import { powerTable } from './power.ts'
import { resamplingTable } from './resampling.ts'
import { sliceMetricsTable, slicesTable } from './slices.ts'

/** All that `npm run sim:gate` simulates. What takes longest comes first, so that no thread is left alone with it. */
export const tables: readonly Table[] = [resamplingTable, slicesTable, sliceMetricsTable, powerTable, ...boundaryTables]
