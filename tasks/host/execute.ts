import { ChildProcess } from 'node:child_process'
import { StringDecoder } from 'node:string_decoder'
import { ExternalError, errorMessage } from '../../core/errors/errors.ts'
import type { ExecResult } from '../../core/host/host.ts'
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
      const stdout = collect('stdout', options.onText)
      const stderr = collect('stderr', options.onText)
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
      throw new ExternalError({
        code: 'TY0503',
        facts: { operation: `start ${command}` },
        details: errorMessage(cause),
        cause,
      })
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

function collect(stream: 'stdout' | 'stderr', onText: LoudExecOptions['onText']) {
  const decoder = new StringDecoder('utf8')
  let text = ''
  return {
    take: (data: Buffer): void => {
      const part = decoder.write(data)
      text += part
      onText?.(part, stream)
    },
    text: () => text + decoder.end(),
  }
}
