import type { Annotation } from '../../errors/render.ts'
import type { Connection, ExecOptions, ExecResult, HostContext, HostId } from '../host.ts'

/** The lines of a log that a CI system treats differently from ordinary ones. */
export type Level = 'debug' | 'notice' | 'warning' | 'error'

/** A place in a user's file. */
export type At = Omit<Annotation, 'message'>

/** How a step ended, ready to be written: texts are redacted, harmless, and short enough. */
export interface End {
  readonly result: 'succeeded' | 'warned' | 'failed' | 'cancelled'
  readonly exitCode: number
  readonly message: string
  /** The places to mark, at most eight. */
  readonly annotations: readonly Annotation[]
}

/**
 * What differs between CI systems: their wire format. `hostOf` adds all that they have in common. Every text that a wire is
 * given for people is redacted and harmless already; values (outputs, state) come as they are.
 */
export interface Wire {
  readonly id: HostId
  readonly context: HostContext
  readonly env: Readonly<Record<string, string | undefined>>

  /** Where the CI system cuts a message, in UTF-16 units; what is longer is printed whole before it. */
  readonly longestMessage?: number

  inputName(name: string): string
  /** The raw text, or undefined. */
  input(name: string): string | undefined
  output(name: string, value: string): void
  /** Tells the runner one form of a secret, before anything else is printed. */
  announceSecret(form: string): void

  /** Prints lines for people. */
  print(text: string): void
  note(level: Level, text: string, at?: At): void
  openGroup(title: string): void
  closeGroup(): void
  /** Shows progress in place; without it, the host is given a line now and then. */
  showProgress?(title: string, fraction: number | undefined): void
  /** Adds Markdown to the page of the run. */
  summary(markdown: string): void

  exec(command: string, args: readonly string[], options: LoudExecOptions): Promise<ExecResult>
  idToken(audience: string): Promise<string>
  connection(name: string, value: string): Connection
  saveState(name: string, value: string): void
  state(name: string): string | undefined

  /** Writes the end and sets the exit code. Synchronous. */
  end(end: End): void
}

/** Options of a tool, with everything that was left out filled in. */
export interface LoudExecOptions extends Omit<ExecOptions, 'isLoud'> {
  readonly env: Readonly<Record<string, string>>
  /** Takes what the tool prints while it runs, chunk by chunk, where that was wished. */
  readonly onText?: (text: string, stream: 'stdout' | 'stderr') => void
}
