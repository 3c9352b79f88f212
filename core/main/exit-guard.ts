import { errorMessage } from '../errors/errors.ts'
import { render } from '../errors/render.ts'
import type { Host } from '../host/host.ts'

/** How long what is left of a broken step may go on: it was told to stop, but it may not listen. */
const lingerMs = 5_000

/** The step that runs now; a process may run several, one after the other. */
let watched: Host | undefined

/**
 * Watches over a step until it ends. A promise that nobody will ever settle lets Node end with exit code 0, and an error that
 * nobody awaits ends it somewhere in the middle: both are defects, and neither may look like success.
 */
export function armExitGuard(host: Host): void {
  const isFirst = watched === undefined
  watched = host
  if (!isFirst) return
  // Also covers rejections that nobody handles: Node raises them as uncaught exceptions.
  process.on('uncaughtException', (error: unknown) => {
    // Whoever read our output is gone (`trainyard … | head`): there is nobody left to tell.
    if (isBrokenPipe(error)) return
    fail('An error was not awaited', error)
    setTimeout(leave, lingerMs).unref()
  })
  process.on('beforeExit', () => {
    if (watched?.isFinished !== false) return
    fail('The step waits for something that will never happen: a promise was lost')
    // Left alone, Node would add a warning of its own and the exit code 13.
    leave()
  })
  process.on('exit', (code) => {
    if (watched?.isFinished === false)
      fail(`Something ended the process with exit code ${code} in the middle of the step`)
  })
}

function fail(what: string, cause?: unknown): void {
  const host = watched
  if (host === undefined) return
  const defect = new Error(cause === undefined ? what : `${what}: ${errorMessage(cause)}`)
  // The stack of this guard tells nothing; where the error arose tells all.
  defect.stack = cause instanceof Error ? `${what}: ${cause.stack ?? cause.message}` : defect.message
  host.finish({ kind: 'failed', rendered: render(defect, (text) => host.redact(text)) })
}

/** Ends the process, but not before the last byte is in the pipe. */
function leave(): void {
  process.stderr.write('', () => {
    // oxlint-disable-next-line unicorn/no-process-exit -- all is told, and nobody knows what still runs here.
    process.stdout.write('', () => process.exit())
  })
}

function isBrokenPipe(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    error.code === 'EPIPE' &&
    'syscall' in error &&
    error.syscall === 'write'
  )
}
