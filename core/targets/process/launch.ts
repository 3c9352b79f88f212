import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, fstatSync, openSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { allowedEnvironment } from '../../engines/process/allowed-environment.ts'
import { notStarted } from '../../engines/process/not-started.ts'

/** By these, runner and agent find and end what a job left behind. A deployment is meant to be left behind. */
const tracking = ['RUNNER_TRACKING_ID', 'VSTS_PROCESS_LOOKUP_ID']

/** As much of a log as an error shows. */
const lastLines = 30
const lastBytes = 32 * 1024

/** A process that is to outlive this one. */
export interface Launch {
  readonly command: readonly string[]
  readonly cwd: string
  /** The environment of the host; what is not on the list of `allowedEnvironment` is left out. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly set?: Readonly<Record<string, string>>
  /** Both streams are appended to this file. */
  readonly log: string
}

/** A process that was launched from here. */
export interface Launched {
  readonly pid: number
  /** Whether it has ended, as far as this process was told. */
  hasEnded(): boolean
  /** The last lines that it logged. */
  lastLines(): Promise<string>
}

/**
 * Starts a process in a session of its own that neither waits for this process nor is waited for.
 *
 * @throws ExternalError TY0503 when the program cannot be started.
 */
export async function launch({ command, cwd, env, set = {}, log }: Launch): Promise<Launched> {
  const [program = '', ...args] = command
  const childEnv = outlivingEnvironment(env, set)
  const output = openSync(log, 'a', 0o600)
  const from = fstatSync(output).size
  try {
    const child = spawn(program, args, {
      cwd,
      env: childEnv,
      stdio: ['ignore', output, output],
      detached: true,
      shell: false,
    })
    child.unref()
    await once(child, 'spawn')
    const hasEnded = () => child.exitCode !== null || child.signalCode !== null
    return { pid: child.pid ?? 0, hasEnded, lastLines: () => tailOf(log, from) }
  } catch (error) {
    throw notStarted({ command, cwd, env: childEnv }, error)
  } finally {
    closeSync(output)
  }
}

/** What a process sees that outlives the job. */
function outlivingEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  set: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const kept = Object.entries(allowedEnvironment(env)).filter(([name]) => !tracking.includes(name.toUpperCase()))
  return { ...Object.fromEntries(kept), ...set }
}

async function tailOf(log: string, from: number): Promise<string> {
  const file = await open(log, 'r')
  try {
    const { size } = await file.stat()
    const start = Math.max(from, size - lastBytes)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.max(0, size - start)), 0, null, start)
    return buffer.toString('utf8', 0, bytesRead).trimEnd().split('\n').slice(-lastLines).join('\n')
  } finally {
    await file.close()
  }
}
