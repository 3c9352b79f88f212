import type { Run } from '../main/context.ts'
import type { definition } from './definition.ts'
import { ending } from './ending.ts'
import { execute } from './execute.ts'
import { planOf } from './plan.ts'
import { reusable } from './reuse.ts'

/** Trains: plans, looks whether that run exists already, records the start, runs the command, records the end. */
export const run: Run<typeof definition> = async (context) => {
  const { inputs, workspace, host } = context
  const plan = await planOf(context)
  const earlier = inputs.reuse
    ? reusable(plan.start, await workspace.runs.list({ model: inputs.model, state: 'succeeded' }))
    : undefined
  if (earlier !== undefined) {
    host.log.notice(
      `Run ${earlier.id} trained the same code, data and environment by the same command; it is used again`,
    )
    return ending(context, earlier)
  }

  const { run: started, isNew } = await workspace.runs.start(plan.start)
  if (!isNew && started.end !== undefined) {
    host.log.notice(`This step ran before: its run is ${started.id}`)
    return ending(context, started)
  }
  host.saveState('run', started.id)
  return ending(context, await execute(context, { plan, run: started }))
}
