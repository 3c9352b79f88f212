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
  const result = await watchUserCommand(options)
  const stop = stopOf(result, options)
  if (stop !== undefined) throw stop
  return result
}

/** The same for a step that has something to record of a command that was stopped: `stopOf` then says what to throw. */
export function watchUserCommand(options: UserCommand): Promise<ChildResult> {
  const { host, folder, environment, passEnv, variables, timeoutMs } = options
  const inside =
    environment === undefined
      ? { command: options.command, set: {} }
      : commandIn(environment, options.command, host.env)
  return runChild({
    command: inside.command,
    cwd: folder,
    env: allowedEnvironment(host.env, { pass: passEnv, set: { PYTHONUNBUFFERED: '1', ...inside.set, ...variables } }),
    signal: host.signal,
    timeoutMs,
    onLine: (line) => host.log.child(line),
  })
}

/** The error that says why a command was stopped; undefined when it ended by itself. */
export function stopOf(
  { stopped }: Pick<ChildResult, 'stopped'>,
  { host, command, timeoutMs }: Pick<UserCommand, 'host' | 'command' | 'timeoutMs'>,
): Cancelled | TimedOut | undefined {
  const aftermath = { undone: ['the command was stopped with everything that it had started'] }
  if (stopped === undefined) return undefined
  if (stopped === 'timed-out')
    return new TimedOut({ limitMs: timeoutMs, what: `the command ${command[0] ?? ''}`, aftermath })
  const reason: unknown = host.signal.reason
  return new Cancelled({ signal: reason instanceof Cancelled ? reason.signal : undefined, aftermath })
}

/** How a command ended that was not stopped: "with exit code 3", "by the signal SIGKILL". */
export function endInWords({
  exitCode,
  signal,
}: {
  exitCode?: number | undefined
  signal?: string | undefined
}): string {
  if (exitCode !== undefined) return `with exit code ${exitCode}`
  const outOfMemory = signal === 'SIGKILL' ? ', which is how a system that is out of memory ends a program' : ''
  return signal === undefined ? 'before it began' : `by the signal ${signal}${outOfMemory}`
}
