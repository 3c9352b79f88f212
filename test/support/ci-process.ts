import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as after } from 'node:timers/promises'

/** The runner and the agent give a cancelled step this long, first after SIGINT and then after SIGTERM. */
const graceMs = { SIGINT: 7_500, SIGTERM: 2_500 } as const

/** No step of a test may outlive it. */
const longestMs = 50_000

/** A process that a CI system starts for a step. */
export interface CiProcess {
  readonly node: string
  readonly entry: string
  readonly args?: readonly string[]
  readonly cwd: string
  /** All that it sees. */
  readonly env: Readonly<Record<string, string>>
  /** Cancels the step when it prints this. */
  readonly cancelOn?: string
  /** Signals to send, one each time it prints this, instead of the runner's own times. */
  readonly signalsOn?: { readonly text: string; readonly signals: readonly NodeJS.Signals[] }
  /** Begins to read only after this time, as a busy runner does. */
  readonly readAfterMs?: number
}

/** How it ended. */
export interface CiProcessEnd {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  /** The signals that were sent. */
  readonly sent: readonly NodeJS.Signals[]
}

/** Runs a process as runner and agent do: both streams are read, there is no input, and only the process itself is signalled. */
export async function runCiProcess(options: CiProcess): Promise<CiProcessEnd> {
  const { node, entry, args = [], cwd, env, readAfterMs = 0 } = options
  const child = spawn(node, [entry, ...args], {
    cwd,
    env: { ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: longestMs,
    killSignal: 'SIGKILL',
  })
  const printed = { stdout: '', stderr: '' }
  const ended = new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve([code, signal]))
  })
  const sent: NodeJS.Signals[] = []
  const stopper = stopperFor(child, options, sent)
  if (readAfterMs > 0) await after(readAfterMs)
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      printed[stream] += text
      stopper(printed.stdout + printed.stderr)
    })
  }
  const [exitCode, signal] = await ended
  return { exitCode, signal, ...printed, sent }
}

function stopperFor(child: ChildProcess, { cancelOn, signalsOn }: CiProcess, sent: NodeJS.Signals[]) {
  let isCancelling = false
  return (printed: string) => {
    if (cancelOn !== undefined && !isCancelling && printed.includes(cancelOn)) {
      isCancelling = true
      void cancel(child, sent)
    }
    if (signalsOn === undefined) return
    const due = printed.split(signalsOn.text).length - 1
    while (sent.length < Math.min(due, signalsOn.signals.length)) {
      const signal = signalsOn.signals[sent.length]
      if (signal === undefined) return
      sent.push(signal)
      child.kill(signal)
    }
  }
}

async function cancel(child: ChildProcess, sent: NodeJS.Signals[]): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    sent.push(signal)
    child.kill(signal)
    if (await hasEnded(child, graceMs[signal])) return
  }
  sent.push('SIGKILL')
  child.kill('SIGKILL')
}

async function hasEnded(child: ChildProcess, withinMs: number): Promise<boolean> {
  const stop = new AbortController()
  const isOver = () => child.exitCode !== null || child.signalCode !== null
  if (!isOver()) {
    const exit = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    const timeout = after(withinMs, undefined, { signal: stop.signal }).catch(() => undefined)
    await Promise.race([exit, timeout])
    stop.abort()
  }
  return isOver()
}

/** The lines of a stream, as .NET's ReadLine gives them to runner and agent. */
export function streamLines(text: string): readonly string[] {
  const lines = text.split(/\r\n|\r|\n/)
  if (lines.at(-1) === '') lines.pop()
  return lines
}

/** What every process of a job sees. */
export function basicEnvironment(): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '/', LANG: 'C.UTF-8' }
}
