import type { Cell } from '../cell.ts'
import { boundaryCells } from './boundary.ts'
import { powerCells } from './power.ts'
import { resamplingCells } from './resampling.ts'
import { equalCells, harmCells } from './slices.ts'

/** All that is simulated, by its name. */
export const cells: ReadonlyMap<string, Cell> = new Map(
  [...resamplingCells, ...harmCells, ...equalCells, ...powerCells, ...boundaryCells].map((cell) => [cell.name, cell]),
)
