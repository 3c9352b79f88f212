import { Cancelled, InputError } from '../errors/errors.ts'
import { render, renderRejection } from '../errors/render.ts'
import type { Host, Outcome } from '../host/host.ts'
import type { Declared, Inputs, InputsOf, Outputs } from '../step/define-step.ts'
import type { Output } from '../step/output.ts'
import type { Context, Ending, Post, Run } from './context.ts'
import { armExitGuard } from './exit-guard.ts'
import { type Opened, open } from './open.ts'
import { reportRehearsal } from './rehearsal.ts'

/**
 * Runs a step on a host, from its inputs to its outcome. The only function that an entry of a face calls; it never
 * throws, and the process's exit code is set when it returns.
 */
export async function main<D extends Declared<Inputs, Outputs>>(definition: D, run: Run<D>, host: Host): Promise<void> {
  armExitGuard(host)
  host.finish(await outcomeOf(host, () => execute(definition, run, host)))
}

/** Runs a step's `post` entry, which acts on what main remembered; after a main that ended by itself it opens nothing. */
export async function mainPost<D extends Declared<Inputs, Outputs>>(
  definition: D,
  post: Post<D>,
  host: Host,
): Promise<void> {
  armExitGuard(host)
  host.finish(
    await outcomeOf(host, async () => {
      const remembered = host.state(post.state)
      if (remembered === undefined) return { kind: 'succeeded', message: `${definition.title}: nothing to tidy up` }
      const opened = await open(definition, host)
      try {
        await post.tidyUp(contextOf(opened, host), remembered)
      } finally {
        await opened.workspace.close()
      }
      return { kind: 'succeeded', message: `${definition.title}: tidied up` }
    }),
  )
}

async function execute<D extends Declared<Inputs, Outputs>>(definition: D, run: Run<D>, host: Host): Promise<Outcome> {
  const opened = await open(definition, host)
  try {
    const ending = await run({ ...contextOf<D>(opened, host), done, rejected })
    writeOutputs(definition.outputs, ending.outputs, host)
    await reportRehearsal(opened.workspace, host, definition.id)
    return outcomeOfEnding(ending, host)
  } finally {
    await opened.workspace.close()
  }
}

function contextOf<D extends Declared<Inputs, Outputs>>(
  opened: Opened,
  host: Host,
): Omit<Context<D>, 'done' | 'rejected'> {
  return {
    // The kinds parsed each value to the type that the definition infers for it: this is the one place that says so.
    inputs: opened.values as InputsOf<D>,
    workspace: opened.workspace,
    project: opened.project,
    host,
    signal: host.signal,
    connection: (name, value) => host.connection(name, value),
  }
}

function done(outputs: object, words: { readonly message: string; readonly warning?: string | undefined }): Ending {
  return { kind: 'done', outputs, ...words }
}

function rejected(outputs: object, rejection: Extract<Ending, { kind: 'rejected' }>['rejection']): Ending {
  return { kind: 'rejected', outputs, rejection }
}

function writeOutputs(declared: Outputs, outputs: object, host: Host): void {
  for (const [name, value] of Object.entries(outputs)) {
    if (value === undefined) continue
    const output: Output<unknown> | undefined = declared[name] as Output<unknown> | undefined
    if (output === undefined) throw new TypeError(`the step set an output that it does not declare: ${name}`)
    host.output(name, output.format(value))
  }
}

function outcomeOfEnding(ending: Ending, host: Host): Outcome {
  if (ending.kind === 'rejected') {
    return { kind: 'failed', rendered: renderRejection(ending.rejection, (text) => host.redact(text)) }
  }
  return ending.warning === undefined
    ? { kind: 'succeeded', message: ending.message }
    : { kind: 'warned', message: ending.warning }
}

async function outcomeOf(host: Host, work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work()
  } catch (error) {
    // A step that was stopped fails in whatever it was doing; the stop is what people need to hear.
    const isConsequence = host.signal.aborted && !(error instanceof InputError)
    return {
      kind: 'failed',
      rendered: render(isConsequence ? stopOf(host.signal, error) : error, (text) => host.redact(text)),
    }
  }
}

function stopOf(signal: AbortSignal, error: unknown): unknown {
  return error instanceof Cancelled ? error : signal.reason
}
