import type * as Task from 'azure-pipelines-task-lib'
import type { ToolRunner } from 'azure-pipelines-task-lib/toolrunner.js'

/** The parts of the task library that the driver uses. */
export interface TaskLib {
  readonly task: typeof Task
  readonly ToolRunner: typeof ToolRunner
}

/**
 * Loads the task library. Not before the secrets are masked: its import moves inputs and secrets from the environment to its
 * vault, writes the vault's key into Agent.TempDirectory, and prints debug lines about all that.
 */
export async function loadTaskLib(): Promise<TaskLib> {
  const events = ['uncaughtException', 'unhandledRejection'] as const
  const before = new Set<unknown>(events.flatMap((event) => process.rawListeners(event)))
  const [task, { ToolRunner }] = await Promise.all([
    import('azure-pipelines-task-lib'),
    import('azure-pipelines-task-lib/toolrunner.js'),
  ])
  // Its own handlers report a failure and let the process end with exit code 0, whoever else wants to have a say.
  for (const event of events) {
    for (const listener of process.rawListeners(event)) {
      if (!before.has(listener)) process.removeListener(event, listener as (...args: unknown[]) => void)
    }
  }
  return { task, ToolRunner }
}
