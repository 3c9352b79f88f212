import { allowedEnvironment } from '../engines/process/allowed-environment.ts'
import { type ChildResult, runChild } from '../engines/process/run-child.ts'
import { commandIn, type PythonEnvironment } from '../engines/python/environment.ts'
import { Cancelled, TimedOut } from '../errors/errors.ts'
import type { Host } from '../host/host.ts'

/** A command of the user's project: training or prediction. */
export interface UserCommand {
  readonly host: Host
  readonly command: readonly string[]
  /** Where it runs. */
  readonly folder: string
  /** The Python that `python` means, with its programs first on the path; undefined: what is there. */
  readonly environment: PythonEnvironment | undefined
  /** Variables that the step sets for it. */
  readonly variables: Readonly<Record<string, string>>
  readonly passEnv: readonly string[]
  readonly timeoutMs: number
}

/**
 * Runs a command of the user's project in an allow-listed environment and shows what it prints.
 *
 * @throws Cancelled, TimedOut once it is stopped with its whole process group; ExternalError TY0503 when it cannot start.
 */
export async function runUserCommand(options: UserCommand): Promise<ChildResult> {
  const { host, folder, environment, passEnv, variables, timeoutMs } = options
  const inside =
    environment === undefined
      ? { command: options.command, set: {} }
      : commandIn(environment, options.command, host.env)
  const result = await runChild({
    command: inside.command,
    cwd: folder,
    env: allowedEnvironment(host.env, { pass: passEnv, set: { PYTHONUNBUFFERED: '1', ...inside.set, ...variables } }),
    signal: host.signal,
    timeoutMs,
    onLine: (line) => host.log.child(line),
  })
  const aftermath = { undone: ['the command was stopped with everything that it had started'] }
  if (result.stopped === 'timed-out')
    throw new TimedOut({ limitMs: timeoutMs, what: `the command ${options.command[0] ?? ''}`, aftermath })
  if (result.stopped === 'cancelled') throw stopped(host, aftermath)
  return result
}

function stopped(host: Host, aftermath: Cancelled['aftermath']): Cancelled {
  const reason: unknown = host.signal.reason
  return new Cancelled({ signal: reason instanceof Cancelled ? reason.signal : undefined, aftermath, cause: reason })
}
