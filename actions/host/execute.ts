import { getExecOutput } from '@actions/exec'
import type { ExecResult } from '../../core/host/host.ts'
import { collected, toolNotStarted } from '../../core/host/wire/collected.ts'
import type { LoudExecOptions } from '../../core/host/wire/wire.ts'

/** What shells give for a program that a signal ended, when they do not know which. */
const endedBySignal = 128

/**
 * Runs a tool by @actions/exec, which prints nothing by itself here.
 *
 * @throws ExternalError TY0503 when it cannot be started.
 */
export async function execute(
  command: string,
  args: readonly string[],
  { cwd, env, input = '', onText }: LoudExecOptions,
): Promise<ExecResult> {
  try {
    const { exitCode, stdout, stderr } = await getExecOutput(quoted(command), [...args], {
      ...(cwd === undefined ? {} : { cwd }),
      env,
      // Without an input the tool would wait for one for ever.
      input: Buffer.from(input),
      silent: true,
      ignoreReturnCode: true,
      ...(onText === undefined
        ? {}
        : { listeners: { stdout: collected('stdout', onText).take, stderr: collected('stderr', onText).take } }),
    })
    // The type says number; of a program that a signal ended it is null.
    return { exitCode: Number.isInteger(exitCode) ? exitCode : endedBySignal, stdout, stderr }
  } catch (cause) {
    throw toolNotStarted(command, cause)
  }
}

/** @actions/exec takes a command line and splits it at spaces. */
function quoted(command: string): string {
  return `"${command.replaceAll('"', String.raw`\"`)}"`
}
