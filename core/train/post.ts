import type { Post } from '../main/context.ts'
import { treeOf } from '../records/tree.ts'
import type { definition } from './definition.ts'
import { runState } from './execute.ts'

/** Ends the run of a main entry that was cut off before it could: a cancelled job leaves no run running. */
export const post: Post<typeof definition> = {
  state: runState,
  async tidyUp({ host, workspace }, id) {
    const run = await workspace.runs.get(id)
    if (run.end !== undefined) return
    await workspace.runs.finish(id, { state: 'cancelled', metrics: {}, params: {}, artifacts: treeOf([]) })
    host.log.notice(`Run ${id} was cut off; it is recorded as cancelled`)
  },
}
