import type { HostContext } from '../../core/host/host.ts'
import type { Environment } from '../../core/host/wire/environment.ts'
import { percent, ProgressGate } from '../../core/host/wire/progress-gate.ts'
import type { At, End, Level, Wire } from '../../core/host/wire/wire.ts'
import { announceSecret } from './announce-secret.ts'
import { connectionOf } from './connection.ts'
import { executor } from './execute.ts'
import { idTokenFor } from './id-token.ts'
import { summaryUploader } from './summary.ts'
import type { TaskLib } from './task-lib.ts'

/** The agent cuts nothing, but an issue is shown in a small box. In UTF-16 units. */
const longestMessage = 4_096

interface AzureParts {
  readonly env: Environment
  readonly context: HostContext
  readonly mask: (secret: string) => void
  readonly taskLib: TaskLib
  readonly input: (name: string) => string | undefined
}

/** Azure Pipelines' wire format, written by its task library. */
export function azureWire({ env, context, mask, taskLib, input }: AzureParts): Wire {
  const { task } = taskLib
  return {
    id: 'azure',
    env,
    context,
    longestMessage,
    inputName: (name) => name,
    input,
    // Not `setVariable`: that also changes the environment of this process, and prints the value in a debug line.
    output: (name, value) =>
      task.command('task.setvariable', { variable: name, isOutput: 'true', issecret: 'false' }, value),
    announceSecret,
    print,
    note: (level, text, at) => note(taskLib, level, { text, at }),
    openGroup: (title) => print(`##[group]${title.replaceAll('\n', ' ')}`),
    closeGroup: () => print('##[endgroup]'),
    showProgress: progressShower(taskLib),
    summary: summaryUploader(taskLib, env),
    exec: executor(taskLib),
    idToken: (audience) => idTokenFor({ taskLib, env, audience, mask }),
    connection: (name, value) => connectionOf({ taskLib, name, value, mask }),
    // The library trims what it reads back; JSON has quotes around it.
    saveState: (name, value) => task.setTaskVariable(name, JSON.stringify(value)),
    state: (name) => stateOf(taskLib, name),
    end: (end) => complete(taskLib, end),
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

function note({ task }: TaskLib, level: Level, { text, at }: { text: string; at: At | undefined }): void {
  if (level === 'debug') task.debug(text)
  else if (level === 'notice') print(at === undefined ? text : `${at.file}:${at.line ?? 1}: ${text}`)
  else
    task.logIssue(
      level === 'error' ? task.IssueType.Error : task.IssueType.Warning,
      text,
      at?.file,
      at?.line,
      at?.column,
    )
}

/** The bar of the job's page follows every step of it, the log a line now and then. */
function progressShower({ task }: TaskLib): (title: string, fraction: number | undefined) => void {
  const gate = new ProgressGate()
  let shown = -1
  return (title, fraction) => {
    const now = fraction === undefined ? shown : percent(fraction)
    if (now !== shown) task.setProgress(now, title)
    shown = now
    const line = gate.lineFor(title, fraction, performance.now())
    if (line !== undefined) print(line)
  }
}

function stateOf({ task }: TaskLib, name: string): string | undefined {
  const text = task.getTaskVariable(name)
  if (text === undefined || text === '') return undefined
  const value: unknown = JSON.parse(text)
  return typeof value === 'string' ? value : undefined
}

/**
 * The task's result; the exit code stays 0, as another one would tell the agent that the infrastructure failed. `setResult` shows
 * one issue by itself. `Canceled` is the agent's spelling: the library's own (`Cancelled`) is refused by it.
 */
function complete(taskLib: TaskLib, { result, message, annotations }: End): void {
  const { task } = taskLib
  // Said and not left open: Node would end an unsettled top-level await with 13.
  process.exitCode = 0
  for (const at of annotations) note(taskLib, 'error', { text: at.message, at })
  switch (result) {
    case 'succeeded':
      print(message)
      task.setResult(task.TaskResult.Succeeded, firstLine(message))
      break
    case 'warned':
      task.setResult(task.TaskResult.SucceededWithIssues, message)
      break
    case 'failed':
      task.setResult(task.TaskResult.Failed, message)
      break
    case 'cancelled':
      task.logIssue(task.IssueType.Error, message)
      task.command('task.complete', { result: 'Canceled' }, firstLine(message))
      break
  }
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? ''
}
