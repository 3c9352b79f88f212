import type { LoadPlan } from '../../../core/engines/load/plan.ts'
import type { LoadProgress, LoadResult } from '../../../core/engines/load/result.ts'
import { runLoad } from '../../../core/engines/load/run-load.ts'

/** On a busy machine the generator is late, which these tests are not about; whoever is, says so. */
const patient = { maxLagMs: 5000 }
const never = new AbortController().signal

/** A short load, on a server of this machine. */
export function load(
  plan: Partial<LoadPlan> & Pick<LoadPlan, 'url'>,
  onProgress?: (progress: LoadProgress) => void,
): Promise<LoadResult> {
  const usual = { requests: [{ body: '{}' }], rate: 100, durationMs: 900, warmUpMs: 200, seed: 11, ...patient }
  return runLoad({ ...usual, ...plan }, { signal: never, ...(onProgress === undefined ? {} : { onProgress }) })
}
