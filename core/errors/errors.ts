import type { Code } from './catalogue.ts'
import type { Fault } from './fault.ts'

/** Exit codes say whose move it is. 130 and 143 follow the shells' rule 128 + signal number (SIGINT 2, SIGTERM 15). */
export const exitCodes = {
  success: 0,
  invalid: 2,
  rejected: 3,
  external: 4,
  stopped: 5,
  defect: 70,
  interrupted: 130,
  terminated: 143,
} as const

interface Basics {
  readonly code: Code
  /** What is special to this occurrence; may have several lines. */
  readonly details?: string | undefined
  readonly cause?: unknown
}

/** What all our errors share: a code of the catalogue, details, and the cause. Throw one of its subclasses. */
export abstract class TrainyardError extends Error {
  readonly code: Code
  readonly details: string
  abstract readonly exitCode: number

  constructor({ code, details = '', cause }: Basics) {
    super(details === '' ? code : `${code}: ${details}`, cause === undefined ? undefined : { cause })
    this.name = new.target.name
    this.code = code
    this.details = details
  }
}

/** The workflow's author has to move: all bad inputs of a step, in one error. Exit 2. */
export class InputError extends TrainyardError {
  readonly exitCode = exitCodes.invalid
  readonly faults: readonly Fault[]

  constructor({ faults = [], code = 'TY0101', ...rest }: Partial<Basics> & { readonly faults?: readonly Fault[] }) {
    super({ code, ...rest })
    this.faults = faults
  }
}

/** The owner of a policy, project or model file has to move: all its faults, with file, line and column. Exit 2. */
export class ConfigError extends TrainyardError {
  readonly exitCode = exitCodes.invalid
  readonly faults: readonly Fault[]

  constructor({ faults = [], code = 'TY0102', ...rest }: Partial<Basics> & { readonly faults?: readonly Fault[] }) {
    super({ code, ...rest })
    this.faults = faults
  }
}

/** What is known of a request that a service or an outside program did not fulfil. */
export interface ExternalFacts {
  /** What was attempted, as a verb phrase: "start workflow release.yml". */
  readonly operation: string
  /** Where, without credentials. */
  readonly address?: string | undefined
  readonly status?: number | undefined
  readonly requestId?: string | undefined
  /** How often it was tried, the first time included. */
  readonly attempts?: number | undefined
}

/** A service has to recover, or its operator has to move. Exit 4. */
export class ExternalError extends TrainyardError {
  readonly exitCode = exitCodes.external
  readonly facts: ExternalFacts

  constructor({ code = 'TY0501', facts, ...rest }: Partial<Basics> & { readonly facts: ExternalFacts }) {
    super({ code, ...rest })
    this.facts = facts
  }
}

/** What a stopped step did about its traces. */
export interface Aftermath {
  /** What was undone before the end, each as a clause: "the training process was stopped". */
  readonly undone?: readonly string[]
  /** What was left as it is and will be finished by a later run. */
  readonly left?: readonly string[]
}

/** A signal by which a CI system or a person stops a step. */
export type StopSignal = 'SIGINT' | 'SIGTERM'

/** The operator stopped the step. Exit 130 or 143 when a signal did it, else 5. */
export class Cancelled extends TrainyardError {
  readonly exitCode: number
  readonly aftermath: Aftermath
  readonly signal: StopSignal | undefined

  constructor(
    options: {
      readonly signal?: StopSignal | undefined
      readonly aftermath?: Aftermath
      readonly cause?: unknown
    } = {},
  ) {
    super({ code: 'TY0601', details: options.signal === undefined ? '' : `by ${options.signal}`, cause: options.cause })
    this.signal = options.signal
    this.aftermath = options.aftermath ?? {}
    this.exitCode = options.signal === undefined ? exitCodes.stopped : signalExitCodes[options.signal]
  }
}

const signalExitCodes = { SIGINT: exitCodes.interrupted, SIGTERM: exitCodes.terminated } as const

/** The time limit of the step passed. Exit 5. */
export class TimedOut extends TrainyardError {
  readonly exitCode = exitCodes.stopped
  readonly aftermath: Aftermath
  readonly limitMs: number

  constructor(options: {
    readonly limitMs: number
    readonly what: string
    readonly aftermath?: Aftermath
    readonly cause?: unknown
  }) {
    super({
      code: 'TY0602',
      details: `${options.what} took longer than ${options.limitMs / 1000} s`,
      cause: options.cause,
    })
    this.limitMs = options.limitMs
    this.aftermath = options.aftermath ?? {}
  }
}

/** The message of anything that can be thrown, for use inside another sentence. */
export function errorMessage(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message
  return typeof thrown === 'string' ? thrown : (JSON.stringify(thrown) ?? String(thrown))
}
