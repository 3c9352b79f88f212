import type { SliceResult } from '../../records/verdict.ts'

/** A slice with the raw p-value of harm; none where it could not be tested. */
export interface Tested {
  readonly entry: number
  readonly result: SliceResult
  readonly p: number | undefined
  /** It is judged, and nothing is shown of it. */
  readonly isHidden: boolean
}
