import { setTimeout as after } from 'node:timers/promises'
import { Cancelled, ConfigError, ExternalError } from '../../../core/errors/errors.ts'
import { render, renderRejection } from '../../../core/errors/render.ts'
import type { Host } from '../../../core/host/host.ts'

type Ending = (host: Host) => Promise<void> | void

/** How a probe ends, by name. */
export const endings: Readonly<Record<string, Ending>> = {
  succeed: (host) => host.finish({ kind: 'succeeded', message: 'flights@3 is registered' }),
  warn: (host) => host.finish({ kind: 'warned', message: 'inconclusive, and the step was told to go on' }),

  failOnService: (host) =>
    fail(host, new ExternalError({ facts: { operation: 'push', address: 'https://x', status: 502 } })),

  failOnFile(host) {
    const faults = Array.from({ length: 12 }, (_, index) => ({
      subject: `criteria[${index}]`,
      source: { kind: 'file' as const, file: 'criteria.yml', line: index + 1, column: 3 },
      problem: 'is not a number',
      value: 'ten % of: a, b',
    }))
    fail(host, new ConfigError({ faults }))
  },

  reject(host) {
    const rendered = renderRejection({ code: 'TY0301', reasons: ['auc is 0.81, below 0.85'] }, (text) =>
      host.redact(text),
    )
    host.finish({ kind: 'failed', rendered })
  },

  longFailure: (host) =>
    fail(host, new ExternalError({ details: `${'x'.repeat(9_000)} THE END`, facts: { operation: 'push' } })),

  twice(host) {
    host.finish({ kind: 'succeeded', message: 'the first' })
    fail(host, new ExternalError({ facts: { operation: 'too late' } }))
  },

  flood(host) {
    for (let line = 0; line < 20_000; line += 1) host.log.info(`${String(line).padStart(6, '0')} ${'.'.repeat(100)}`)
    host.output('verdict', 'set before the failure')
    fail(host, new ExternalError({ facts: { operation: 'push' } }))
  },

  lostPromise: () => new Promise<void>(() => undefined),

  lostPromiseInGroup: (host) => host.log.group('never closed', () => new Promise<void>(() => undefined)),

  uncaught: (host) => {
    setImmediate(() => {
      throw new TypeError('thrown in a callback')
    })
    return untilAborted(host)
  },

  unhandled: async (host) => {
    void Promise.reject(new TypeError('rejected and forgotten'))
    await untilAborted(host)
  },

  uncaughtAndStuck: () => {
    setImmediate(() => {
      throw new TypeError('thrown in a callback')
    })
    // Listens to no signal.
    return after(600_000)
  },

  exits: () => {
    // oxlint-disable-next-line unicorn/no-process-exit -- what a library may do to us
    process.exit(0)
  },

  async cancel(host) {
    const undone = await untilStopped(host, 100)
    fail(host, new Cancelled({ signal: signalOf(host), aftermath: { undone } }))
  },

  async slowCancel(host) {
    const undone = await untilStopped(host, 8_500)
    fail(host, new Cancelled({ signal: signalOf(host), aftermath: { undone } }))
  },

  deaf(host) {
    host.log.info('ready')
    return after(600_000)
  },

  async quickSignals(host) {
    const second = new Promise<void>((resolve) => process.once('SIGTERM', () => resolve()))
    host.log.info('ready')
    await untilAborted(host)
    host.log.info('ready for more')
    await second
    host.log.info('SIGTERM came')
    await after(100)
    fail(host, host.signal.reason)
  },

  async stoppedByListenerAlone(host) {
    host.log.info('ready')
    const timer = setTimeout(() => undefined, 60_000)
    await new Promise<void>((resolve) => host.signal.addEventListener('abort', () => resolve(), { once: true }))
    clearTimeout(timer)
    // Nothing keeps the event loop alive now but the host.
    await new Promise<void>((resolve) => setTimeout(resolve, 500).unref())
    fail(host, host.signal.reason)
  },
}

async function untilAborted(host: Host): Promise<void> {
  await after(600_000, undefined, { signal: host.signal }).catch(() => undefined)
}

async function untilStopped(host: Host, undoMs: number): Promise<readonly string[]> {
  host.log.info('ready')
  await untilAborted(host)
  await after(undoMs)
  return ['the training process was stopped']
}

function signalOf(host: Host) {
  const reason: unknown = host.signal.reason
  return reason instanceof Cancelled ? reason.signal : undefined
}

function fail(host: Host, error: unknown): void {
  host.finish({ kind: 'failed', rendered: render(error, (text) => host.redact(text)) })
}
