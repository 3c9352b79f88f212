import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ChildResult } from '../engines/process/run-child.ts'
import { errorMessage } from '../errors/errors.ts'
import type { Context } from '../main/context.ts'
import { stopOf, watchUserCommand } from '../main/user-command.ts'
import { runEvent } from '../records/event.ts'
import type { Run, RunEnd } from '../records/run.ts'
import { treeOf } from '../records/tree.ts'
import { artifactsOf } from './artifacts.ts'
import type { definition } from './definition.ts'
import { announce } from './ending.ts'
import type { Plan } from './plan.ts'
import type { Reported, ToolReport } from './tools/report.ts'
import { watchReports } from './tools/watch.ts'

type TrainContext = Context<typeof definition>

interface Started {
  readonly plan: Plan
  readonly run: Run
}

/** The state by which the post entry knows the run of a main entry that was cut off. */
export const runState = 'run'

const nothing = { metrics: {}, params: {}, artifacts: treeOf([]) }

/**
 * Runs the training command of a started run and records how it ended, whatever happens: a cancelled or failing step has
 * its run ended, its outputs set and its page written before it fails itself.
 */
export async function execute(context: TrainContext, started: Started): Promise<Run> {
  const { host } = context
  const { run } = started
  // A dry run is remembered by nobody, so there is nothing to tidy up after it.
  if (context.workspace.access === 'write') host.saveState(runState, run.id)
  announce(context, run)
  const { end, error } = await train(context, started)
  if (error === undefined) return record(context, { run, end })
  await recordFailure(context, { run, end })
  throw error
}

/** How training ended, and the error that the step fails with where it is not the command that failed. */
interface Trained {
  readonly end: RunEnd
  readonly error?: Error
}

async function train(context: TrainContext, { plan, run }: Started): Promise<Trained> {
  const { inputs, host } = context
  const scratch = await mkdtemp(join(host.context.tempFolder, 'trainyard-train-'))
  const metricsFile = join(scratch, 'metrics.json')
  const command = {
    host,
    command: inputs.command,
    folder: plan.folder,
    environment: plan.python,
    variables: { TRAINYARD_METRICS: metricsFile, TRAINYARD_RUN: run.id },
    passEnv: inputs.passEnv ?? [],
    timeoutMs: inputs.timeout,
  }
  const reports = await watchReports(plan.folder, metricsFile)
  let known: Partial<RunEnd> = {}
  try {
    const result = await host.log.group(`Train ${inputs.model}: ${inputs.command.join(' ')}`, () =>
      watchUserCommand(command),
    )
    known = toldBy(result, context)
    const stop = stopOf(result, command)
    if (stop !== undefined) throw stop
    if (result.exitCode !== 0)
      return { end: { ...nothing, ...known, ...reportedTo(context, await reports.readIfAny()), state: 'failed' } }
    known = { ...known, ...reportedTo(context, await reports.read()) }
    const artifacts = await artifactsOf(context, plan.folder)
    const { lastLines: _, ...kept } = known
    return { end: { ...nothing, ...kept, artifacts, state: 'succeeded' } }
  } catch (error) {
    const state = host.signal.aborted ? 'cancelled' : 'failed'
    return { end: { ...nothing, ...known, state }, error: asError(error) }
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(errorMessage(thrown))
}

/** What is recorded of a report; what was left out of it is told. */
function reportedTo({ host }: TrainContext, { metrics, params, tags, warnings }: ToolReport): Reported {
  for (const warning of warnings) host.log.warning(warning)
  return { metrics, params, ...(tags === undefined ? {} : { tags }) }
}

function toldBy({ exitCode, signal, lastLines }: ChildResult, { host }: TrainContext): Partial<RunEnd> {
  return {
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(signal === undefined ? {} : { signal }),
    lastLines: lastLines.map((line) => host.redact(line)),
  }
}

interface Ended {
  readonly run: Run
  readonly end: RunEnd
}

async function record({ workspace, host }: TrainContext, { run, end }: Ended): Promise<Run> {
  try {
    const event = runEvent(run, { at: new Date().toISOString(), digest: end.artifacts.digest })
    return await workspace.runs.finish(run.id, end, event)
  } finally {
    // Recorded, or kept in a folder for `resume`: nothing is left to the post entry.
    if (workspace.access === 'write') host.saveState(runState, '')
  }
}

/** The step fails with its own error; what else goes wrong is told before. */
async function recordFailure(context: TrainContext, ended: Ended): Promise<void> {
  try {
    announce(context, await record(context, ended))
  } catch (error) {
    context.host.log.warning(`The end of run ${ended.run.id} was not recorded: ${errorMessage(error)}`)
  }
}
