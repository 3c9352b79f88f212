import { join } from 'node:path'
import { z } from 'zod'
import { type ChildResult, runChild } from '../../engines/process/run-child.ts'
import { ConfigError } from '../../errors/errors.ts'

/** How the server of a package is started. */
export interface StartOptions {
  /** The package: serve.mjs with serve.json beside it. */
  readonly folder: string
  /** All that it sees; see `allowedEnvironment`. */
  readonly env: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  readonly startLimitMs: number
}

/** A server that answers at a free port of this machine, for as long as a step needs it. */
export interface RunningServer {
  readonly url: string
  readonly pid: number
  /** The build of the runtime: `onnxruntime-web 1.30.0 (wasm)`. */
  readonly engine: string
  /** From its start until it was ready. */
  readonly startMs: number
  /** What it printed last, for an error that is about it. */
  log(): readonly string[]
  /** Lets it finish what it does, and ends it with everything that it started. */
  stop(): Promise<void>
}

const listeningLine = z.object({ event: z.literal('listening'), pid: z.int() })
const readyLine = z.object({ event: z.literal('ready'), url: z.url(), engine: z.string() })

const keptLines = 20

/** What a server tells of itself while it starts. */
class Start {
  readonly lines: string[] = []
  readonly ready: Promise<z.output<typeof readyLine>>
  pid = 0
  #beReady: (line: z.output<typeof readyLine>) => void = () => undefined

  constructor() {
    this.ready = new Promise((resolve) => {
      this.#beReady = resolve
    })
  }

  take(line: string): void {
    this.lines.push(line)
    if (this.lines.length > keptLines) this.lines.shift()
    const listening = listeningLine.safeParse(jsonOf(line))
    if (listening.success) this.pid = listening.data.pid
    const ready = readyLine.safeParse(jsonOf(line))
    if (ready.success) this.#beReady(ready.data)
  }
}

/**
 * Starts the server of a package by the Node that runs this, and waits until it is ready.
 *
 * @throws ConfigError TY0404 with the last lines of its log when it does not become ready; the reason of the signal.
 */
export async function startServer({ folder, env, signal, startLimitMs }: StartOptions): Promise<RunningServer> {
  const startedAt = performance.now()
  const start = new Start()
  const stop = new AbortController()
  const ended = runChild({
    command: [process.execPath, join(folder, 'serve.mjs'), '--host', '127.0.0.1', '--port', '0'],
    cwd: folder,
    env: { ...env, ORT_DISABLE_TELEMETRY: '1' },
    signal: AbortSignal.any([signal, stop.signal]),
    onLine: (line) => start.take(line),
  })
  const end = async () => {
    stop.abort()
    await ended
  }
  const late = lateAfter(startLimitMs)
  try {
    const first = await Promise.race([start.ready, ended, late.passed])
    if (first !== undefined && 'event' in first) {
      const { url, engine } = first
      const startMs = performance.now() - startedAt
      return { url, pid: start.pid, engine, startMs, log: () => start.lines, stop: end }
    }
    await end()
    signal.throwIfAborted()
    throw notServing(first === undefined ? `is not ready after ${startLimitMs / 1000} s` : endOf(first), start.lines)
  } finally {
    late.clear()
  }
}

/** The error about a server that does not do what it should, with what it printed last. */
export function notServing(problem: string, log: readonly string[], cause?: unknown): ConfigError {
  const lines = log.length === 0 ? ['(it printed nothing)'] : log
  return new ConfigError({ code: 'TY0404', details: [`The server ${problem}. Its log:`, ...lines].join('\n'), cause })
}

function endOf({ exitCode, signal }: ChildResult): string {
  return `ended ${exitCode === undefined ? `by the signal ${signal ?? ''}` : `with exit code ${exitCode}`} before it was ready`
}

function lateAfter(limitMs: number): { readonly passed: Promise<undefined>; readonly clear: () => void } {
  let timer: NodeJS.Timeout | undefined
  const passed = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), limitMs)
  })
  return { passed, clear: () => clearTimeout(timer) }
}

function jsonOf(line: string): unknown {
  if (!line.startsWith('{')) return undefined
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
