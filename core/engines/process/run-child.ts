import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { hasGroups } from './group.ts'
import { notStarted } from './not-started.ts'
import { LineReader } from './read-lines.ts'
import { Stopper } from './stopper.ts'

/** A runner waits 7.5 s after its first signal before it sends the next; this leaves time to record the end. */
const defaultGraceMs = 3000

const defaultLastLines = 40

/** What to run, where, and who listens. */
export interface ChildOptions {
  /** The program and its arguments. Never a shell: no expansion, no quoting. */
  readonly command: readonly string[]
  readonly cwd: string
  /** All that the child sees; see `allowedEnvironment`. */
  readonly env: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  /** After this time the child is stopped as when it is cancelled. Without it, it may run for ever. */
  readonly timeoutMs?: number | undefined
  /**
   * Every line of stdout and stderr, in the order of arrival. While a returned promise is pending nothing more is read from
   * that stream: a slow listener slows the child down and fills no memory.
   */
  readonly onLine?: ((line: string, stream: 'stdout' | 'stderr') => void | Promise<void>) | undefined
  readonly keepLastLines?: number
  /** Time from the first signal to SIGKILL. */
  readonly graceMs?: number
}

/** How a child ended. */
export interface ChildResult {
  /** Undefined when a signal ended it. */
  readonly exitCode: number | undefined
  readonly signal: NodeJS.Signals | undefined
  /** Set when it was we who stopped it: the abort signal fired, or the time limit passed. */
  readonly stopped?: 'cancelled' | 'timed-out'
  /** The last lines of both streams, in the order of arrival. */
  readonly lastLines: readonly string[]
  readonly durationMs: number
}

/**
 * Runs a long child to its end and hands on what it prints. On POSIX the child leads a process group of its own, and what is
 * left of the group at the end is ended too. To stop it, the group gets SIGINT (Python raises KeyboardInterrupt and can save
 * a checkpoint), halfway through the grace SIGTERM, at its end SIGKILL. On Windows there is no such order of events: the tree
 * is ended at once by `taskkill`, and `.cmd` and `.bat` files cannot be started, since only a shell reads them.
 *
 * @throws ExternalError TY0503 when the program cannot be started, naming it; and what `onLine` throws, once the child is stopped.
 */
export async function runChild(options: ChildOptions): Promise<ChildResult> {
  if (options.signal.aborted)
    return { exitCode: undefined, signal: undefined, stopped: 'cancelled', lastLines: [], durationMs: 0 }
  const startedAt = performance.now()
  const child = await start(options)
  const stopper = new Stopper(child.pid ?? 0, {
    signal: options.signal,
    timeoutMs: options.timeoutMs,
    graceMs: options.graceMs ?? defaultGraceMs,
  })
  const { lastLines, readers } = listen(child, options)
  try {
    // A listener that fails is noticed at once, and not only when the child has filled its pipe and waits for ever.
    await Promise.race([exitOf(child), firstFailure(readers)])
  } finally {
    await stopper.end()
  }
  await Promise.all(readers.map((reader) => reader.end()))
  return {
    exitCode: child.exitCode ?? undefined,
    signal: child.signalCode ?? undefined,
    ...(stopper.reason === undefined ? {} : { stopped: stopper.reason }),
    lastLines,
    durationMs: performance.now() - startedAt,
  }
}

type Child = ChildProcessByStdio<null, Readable, Readable>

async function start(options: ChildOptions): Promise<Child> {
  const [program, ...args] = options.command
  if (program === undefined) throw new RangeError('a command has at least one word')
  try {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: hasGroups,
      windowsHide: true,
      shell: false,
    })
    await once(child, 'spawn')
    return child
  } catch (error) {
    throw notStarted(options, error)
  }
}

async function exitOf(child: Child): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

function listen(child: Child, { onLine, keepLastLines = defaultLastLines }: ChildOptions) {
  const lastLines: string[] = []
  const listener = (stream: 'stdout' | 'stderr') => (line: string) => {
    lastLines.push(line)
    if (lastLines.length > keepLastLines) lastLines.shift()
    return onLine?.(line, stream)
  }
  const readers = [new LineReader(child.stdout, listener('stdout')), new LineReader(child.stderr, listener('stderr'))]
  return { lastLines, readers }
}

function firstFailure(readers: readonly LineReader[]): Promise<never> {
  return new Promise((_, reject) => {
    for (const reader of readers) reader.done.catch(reject)
  })
}
