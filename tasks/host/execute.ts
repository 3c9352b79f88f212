import { ChildProcess } from 'node:child_process'
import type { ExecResult } from '../../core/host/host.ts'
import { collected, toolNotStarted } from '../../core/host/wire/collected.ts'
import type { LoudExecOptions } from '../../core/host/wire/wire.ts'
import type { TaskLib } from './task-lib.ts'

/** What shells give for a program that a signal ended, when they do not know which. */
const endedBySignal = 128

/** Runs tools by the task library's tool runner, which prints nothing by itself here. */
export function executor({ ToolRunner }: TaskLib) {
  return async (command: string, args: readonly string[], options: LoudExecOptions): Promise<ExecResult> => {
    try {
      const runner = new ToolRunner(command)
      runner.arg([...args])
      const stdout = collected('stdout', options.onText)
      const stderr = collected('stderr', options.onText)
      runner.on('stdout', stdout.take)
      runner.on('stderr', stderr.take)
      const { cwd, env, input = '' } = options
      const running = runner.execAsync({
        ...(cwd === undefined ? {} : { cwd }),
        env,
        silent: true,
        ignoreReturnCode: true,
      })
      giveInput(runner, input)
      const exitCode = await running
      // The type says number; of a program that a signal ended it is null.
      return {
        exitCode: Number.isInteger(exitCode) ? exitCode : endedBySignal,
        stdout: stdout.text(),
        stderr: stderr.text(),
      }
    } catch (cause) {
      throw toolNotStarted(command, cause)
    }
  }
}

/** The tool runner has no input of its own, and leaves the child waiting for one; its child is found only by reflection. */
function giveInput(runner: object, input: string): void {
  const child: unknown = Reflect.get(runner, 'childProcess')
  if (!(child instanceof ChildProcess)) return
  // A tool may end before it has read everything.
  child.stdin?.on('error', () => undefined)
  child.stdin?.end(input)
}
