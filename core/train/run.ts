import type { Context, Run } from '../main/context.ts'
import type { Run as RunRecord } from '../records/run.ts'
import type { definition } from './definition.ts'
import { ending } from './ending.ts'
import { execute } from './execute.ts'
import { type Plan, planOf } from './plan.ts'
import { reusable } from './reuse.ts'

/** Trains: plans, looks whether that run exists already, records the start, runs the command, records the end. */
export const run: Run<typeof definition> = async (context) => {
  const { workspace, host } = context
  const plan = await planOf(context)
  const earlier = await earlierRun(context, plan)
  if (earlier !== undefined) {
    host.log.notice(
      `Run ${earlier.id} trained the same code and data, in the same environment, by the same command; it is used again`,
    )
    return ending(context, earlier)
  }

  const { run: started, isNew } = await workspace.runs.start(plan.start)
  if (!isNew && started.end !== undefined) {
    host.log.notice(`This step ran before: its run is ${started.id}`)
    return ending(context, started)
  }
  return ending(context, await execute(context, { plan, run: started }))
}

async function earlierRun(
  { inputs, workspace }: Context<typeof definition>,
  { start }: Plan,
): Promise<RunRecord | undefined> {
  if (!inputs.reuse) return undefined
  const filter = { model: inputs.model, state: 'succeeded', code: start.code.digest } as const
  return reusable(start, await workspace.runs.list(filter))
}
