import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { globFiles } from '../engines/code/glob.ts'
import { Cancelled } from '../errors/errors.ts'
import type { Context } from '../main/context.ts'
import { runUserCommand } from '../main/user-command.ts'
import { runEvent } from '../records/event.ts'
import type { Run, RunEnd } from '../records/run.ts'
import { treeOf } from '../records/tree.ts'
import type { definition } from './definition.ts'
import { readReported, type Reported } from './metrics.ts'
import type { Plan } from './plan.ts'

type TrainContext = Context<typeof definition>

const nothing = { metrics: {}, params: {}, artifacts: treeOf([]) }

/**
 * Runs the training command of a started run and records how it ended, whatever happens: a cancelled or failing step has
 * its run ended before it fails itself.
 */
export async function execute(context: TrainContext, { plan, run }: { plan: Plan; run: Run }): Promise<Run> {
  const { inputs, workspace, host } = context
  const scratch = join(host.context.tempFolder, `trainyard-train-${run.id}`)
  const metricsFile = join(scratch, 'metrics.json')
  await mkdir(scratch, { recursive: true })
  try {
    const result = await host.log.group(`Train ${inputs.model}: ${inputs.command.join(' ')}`, () =>
      runUserCommand({
        host,
        command: inputs.command,
        folder: plan.folder,
        environment: plan.python,
        variables: { TRAINYARD_METRICS: metricsFile, TRAINYARD_RUN: run.id },
        passEnv: inputs.passEnv ?? [],
        timeoutMs: inputs.timeout,
      }),
    )
    const lastLines = result.lastLines.map((line) => host.redact(line))
    if (result.exitCode !== 0) {
      return await workspace.runs.finish(run.id, {
        ...nothing,
        state: 'failed',
        exitCode: result.exitCode ?? -1,
        lastLines,
      })
    }
    const end = await succeeded(context, { plan, reported: await readReported(metricsFile) })
    return await workspace.runs.finish(
      run.id,
      end,
      runEvent(run, { at: new Date().toISOString(), digest: end.artifacts.digest }),
    )
  } catch (error) {
    await recordFailure({ context, run, error })
    throw error
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

async function succeeded(
  { inputs, workspace }: TrainContext,
  { plan, reported }: { plan: Plan; reported: Reported },
): Promise<RunEnd> {
  const paths = await globFiles(plan.folder, inputs.files)
  const artifacts = await workspace.files.put(
    paths.map((path) => ({ path, from: join(plan.folder, path) })),
    { isModel: true },
  )
  return { ...reported, state: 'succeeded', exitCode: 0, artifacts }
}

/** The step fails with the first error; a run that could not even be ended is found lost once its deadline has passed. */
async function recordFailure({
  context,
  run,
  error,
}: {
  context: TrainContext
  run: Run
  error: unknown
}): Promise<void> {
  const { workspace, host } = context
  const state = error instanceof Cancelled ? 'cancelled' : 'failed'
  try {
    await workspace.runs.finish(run.id, { ...nothing, state })
  } catch (second) {
    host.log.warning(
      `The end of run ${run.id} could not be recorded: ${second instanceof Error ? second.message : String(second)}`,
    )
  }
}
