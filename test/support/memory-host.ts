import { EventEmitter } from 'node:events'
import { tmpdir } from 'node:os'
import { execute } from '../../core/cli/execute.ts'
import { ExternalError, type StopSignal } from '../../core/errors/errors.ts'
import { Redactor } from '../../core/errors/redact.ts'
import type { Annotation } from '../../core/errors/render.ts'
import type { Connection, Host, HostContext, Outcome } from '../../core/host/host.ts'
import { Cancellation } from '../../core/host/wire/cancellation.ts'
import { hostOf } from '../../core/host/wire/host-of.ts'
import { webConnection } from '../../core/host/wire/web-connection.ts'
import type { End, Level, Wire } from '../../core/host/wire/wire.ts'
import { kebab, tokenName } from '../../core/step/names.ts'

/** What a test gives to a step. Nothing is read from the process. */
export interface MemoryHostOptions {
  readonly inputs?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  readonly context?: Partial<HostContext>
  /** What an earlier main entry remembered. */
  readonly state?: Readonly<Record<string, string>>
  /** Identity tokens by audience; without one, asking fails as on a laptop. */
  readonly idTokens?: Readonly<Record<string, string>>
  /** Service connections by their value; what is not among them is taken as an address. */
  readonly connections?: Readonly<Record<string, Connection>>
}

/** One line of the log, in order. */
export interface Logged {
  readonly level: Level | 'info' | 'group'
  readonly text: string
  readonly at?: Omit<Annotation, 'message'>
}

/** A host that keeps what a step does to it, for tests to read. Tools are really run. */
export interface MemoryHost extends Host {
  readonly outputs: ReadonlyMap<string, string>
  readonly logged: readonly Logged[]
  /** The log as one text. */
  readonly text: string
  readonly summaryText: string
  /** The forms of secrets that a runner would have been told. */
  readonly masked: readonly string[]
  readonly savedState: ReadonlyMap<string, string>
  readonly progressed: readonly (readonly [title: string, fraction: number | undefined])[]
  /** What `finish` was given, and what a runner would have been shown of it. */
  readonly outcome: Outcome | undefined
  readonly ended: End | undefined
  /** Stops the step, as a CI system does. */
  cancel(signal?: StopSignal): void
}

/** Makes a host without any CI system. */
export function memoryHost(options: MemoryHostOptions = {}): MemoryHost {
  const kept: Kept = {
    outputs: new Map(),
    logged: [],
    summaries: [],
    masked: [],
    state: new Map(Object.entries(options.state ?? {})),
    progressed: [],
    outcome: undefined,
    ended: undefined,
  }
  const redactor = new Redactor()
  const signals = new EventEmitter()
  const wire = wireOf(options, kept, redactor)
  const host = hostOf({ wire, redactor, cancellation: new Cancellation(signals) })
  return {
    ...host,
    get isFinished() {
      return host.isFinished
    },
    finish(outcome) {
      if (!host.isFinished) kept.outcome = outcome
      host.finish(outcome)
    },
    outputs: kept.outputs,
    logged: kept.logged,
    masked: kept.masked,
    savedState: kept.state,
    progressed: kept.progressed,
    get text() {
      return kept.logged.map(({ text }) => text).join('\n')
    },
    get summaryText() {
      return kept.summaries.join('\n')
    },
    get outcome() {
      return kept.outcome
    },
    get ended() {
      return kept.ended
    },
    cancel(signal = 'SIGINT') {
      signals.emit(signal, signal)
    },
  }
}

interface Kept {
  readonly outputs: Map<string, string>
  readonly logged: Logged[]
  readonly summaries: string[]
  readonly masked: string[]
  readonly state: Map<string, string>
  readonly progressed: (readonly [title: string, fraction: number | undefined])[]
  outcome: Outcome | undefined
  ended: End | undefined
}

function wireOf(options: MemoryHostOptions, kept: Kept, redactor: Redactor): Wire {
  const { inputs = {}, env = {}, idTokens = {}, connections = {} } = options
  const context: HostContext = {
    isCi: false,
    actor: 'tester',
    folder: process.cwd(),
    tempFolder: tmpdir(),
    isThrowAway: false,
    trust: { kind: 'trusted' },
    attempt: 1,
    ...options.context,
  }
  return {
    id: 'memory',
    context,
    env,
    inputName: kebab,
    input: (name) => inputs[name],
    output: (name, value) => void kept.outputs.set(name, value),
    announceSecret: (form) => void kept.masked.push(form),
    print: (text) => void kept.logged.push({ level: 'info', text }),
    note: (level, text, at) => void kept.logged.push({ level, text, ...(at === undefined ? {} : { at }) }),
    openGroup: (title) => void kept.logged.push({ level: 'group', text: title }),
    closeGroup: () => undefined,
    showProgress: (title, fraction) => void kept.progressed.push([title, fraction]),
    summary: (markdown) => void kept.summaries.push(markdown),
    // Tests find their tools where they find everything else.
    exec: (command, args, execOptions) =>
      execute(command, args, {
        cwd: context.folder,
        ...execOptions,
        env: { ...pathOf(process.env), ...execOptions.env },
      }),
    idToken(audience) {
      const token = idTokens[audience]
      if (token !== undefined) return Promise.resolve(token)
      return Promise.reject(new ExternalError({ facts: { operation: `get an identity token for ${audience}` } }))
    },
    connection(name, value) {
      const tokenVariable = tokenName(name)
      const token = env[tokenVariable]
      const found = connections[value] ?? webConnection({ subject: kebab(name), value, tokenVariable, token })
      if (found.token !== undefined) redactor.add(found.token)
      return found
    },
    saveState: (name, value) => void kept.state.set(name, value),
    state: (name) => kept.state.get(name),
    end(end) {
      kept.ended = end
    },
  }
}

function pathOf(env: NodeJS.ProcessEnv): Record<string, string> {
  const path = env['PATH'] ?? env['Path']
  return path === undefined ? {} : { PATH: path }
}
