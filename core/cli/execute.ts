import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import type { ExecResult } from '../host/host.ts'
import { collected, toolNotStarted } from '../host/wire/collected.ts'
import type { LoudExecOptions } from '../host/wire/wire.ts'

/**
 * Runs a tool to its end and collects what it prints.
 *
 * @throws ExternalError TY0503 when it cannot be started.
 */
export async function execute(
  command: string,
  args: readonly string[],
  { cwd, env, input = '', onText }: LoudExecOptions,
): Promise<ExecResult> {
  try {
    return await new Promise((resolve, reject) => {
      const child = spawn(command, [...args], { cwd, env: { ...env }, shell: false, windowsHide: true })
      const stdout = collected('stdout', onText)
      const stderr = collected('stderr', onText)
      child.stdout.on('data', stdout.take)
      child.stderr.on('data', stderr.take)
      child.on('error', reject)
      child.on('close', (code, signal) => {
        resolve({ exitCode: exitCodeOf(code, signal), stdout: stdout.text(), stderr: stderr.text() })
      })
      // A tool may end before it has read everything.
      child.stdin.on('error', () => undefined)
      child.stdin.end(input)
    })
  } catch (cause) {
    throw toolNotStarted(command, cause)
  }
}

/** As shells give it: 128 and the number of the signal. */
function exitCodeOf(code: number | null, signal: NodeJS.Signals | null): number {
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal])
}
