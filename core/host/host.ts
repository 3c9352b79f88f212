import type { Annotation, Rendered } from '../errors/render.ts'

/** Which CI system, or none. `memory` is the one that tests read. */
export type HostId = 'github' | 'azure' | 'local' | 'memory'

/**
 * The port to a CI system: raw, small, and free of parsing and files. A driver translates it to one system's wire
 * format; `test/hosts` holds the contract that each driver keeps. No method of `log` ever fails or ends a step.
 */
export interface Host {
  readonly id: HostId
  readonly context: HostContext
  /** The process environment that the step was given, for `TRAINYARD_INPUT_<NAME>` and allow-listed children. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Aborted when the CI system or a person stops the step; its `reason` is a `Cancelled` error. */
  readonly signal: AbortSignal

  /** How users of this host write an input's name: `on-inconclusive`, `onInconclusive`, `--on-inconclusive`. */
  inputName(name: string): string
  /**
   * The text that the workflow gives for an input (camelCase name), or undefined where it gives none. White space at
   * both ends is removed, and an empty text counts as none, on every host.
   *
   * @throws InputError where the host can tell that the text is not what its author meant (an undefined `$(variable)`).
   */
  input(name: string): string | undefined
  /** Sets an output (camelCase name) to exactly this text. */
  output(name: string, value: string): void
  /** Hides a secret, in all its forms, from everything that the step and its runner print from now on. */
  mask(secret: string): void
  /** The text without the secrets that were masked so far. */
  redact(text: string): string

  readonly log: Log
  /** Adds GitHub-flavoured Markdown to the page that a person sees beside the run. */
  summary(markdown: string): void

  /**
   * Runs a short tool to its end and collects what it prints. Never a shell. Long children belong to `engines/process`.
   *
   * @throws ExternalError (TY0503) when it cannot be started.
   */
  exec(command: string, args: readonly string[], options?: ExecOptions): Promise<ExecResult>
  /**
   * A token that proves to an outside service which workflow this is (OpenID Connect).
   *
   * @throws ExternalError where the host gives none.
   */
  idToken(audience: string): Promise<string>
  /**
   * Opens a named connection: on Azure the id of a service connection, elsewhere a URL, whose token comes from the
   * environment variable `TRAINYARD_<INPUT>_TOKEN`.
   *
   * @throws InputError when the host knows no such connection.
   */
  connection(name: string, value: string): Connection

  /** Remembers a text for this step's `post` entry. Names are letters only. */
  saveState(name: string, value: string): void
  /** What the main entry remembered. */
  state(name: string): string | undefined

  /**
   * Ends the step: the only place that sets an exit code. Synchronous, so that it also works while the process exits. The
   * first outcome stands. Aborts `signal`, so that nothing outlives the step.
   */
  finish(outcome: Outcome): void
  /** Whether `finish` was called. */
  readonly isFinished: boolean
}

/** Lines for people. Texts are made harmless for the runner's own commands and redacted by the driver. */
export interface Log {
  debug(text: string): void
  info(text: string): void
  notice(text: string, at?: Omit<Annotation, 'message'>): void
  warning(text: string, at?: Omit<Annotation, 'message'>): void
  /** An annotation of an error; does not fail the step. */
  error(text: string, at?: Omit<Annotation, 'message'>): void
  /** What a child printed, whole lines as they are, except that they cannot speak to the runner. */
  child(text: string): void
  /** Folds what is logged inside. */
  group<T>(title: string, inside: () => Promise<T>): Promise<T>
  /** How far long work is, from 0 to 1 or unknown; hosts without a terminal print it seldom. */
  progress(title: string, fraction?: number): void
}

/** How a step ended, in words. A warning leaves the step green and says something. */
export type Outcome =
  | { readonly kind: 'succeeded'; readonly message: string }
  | { readonly kind: 'warned'; readonly message: string }
  | { readonly kind: 'failed'; readonly rendered: Rendered }

export interface ExecOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
  /** Prints what the tool prints while it runs; off by default. */
  readonly isLoud?: boolean
}

export interface ExecResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** Where a service is and how to authenticate to it. The token is already masked. */
export interface Connection {
  readonly url: string
  readonly token?: string
}

/** How far the code that runs may be trusted to change what others rely on. */
export type Trust = { readonly kind: 'trusted' } | { readonly kind: 'untrusted'; readonly why: string }

/** What this execution of a step is, as far as the host says. Addresses hold no credentials. */
export interface HostContext {
  /** True in a CI job; false on a person's machine. */
  readonly isCi: boolean
  readonly actor: string
  /** `owner/name` on GitHub, `project/name` on Azure. */
  readonly repository?: string
  readonly isPublicRepository?: boolean
  readonly ref?: string
  readonly defaultBranch?: string
  readonly commit?: string
  /** The page of the CI run. */
  readonly url?: string
  readonly serverUrl?: string
  readonly apiUrl?: string
  /** The folder that holds the user's code. */
  readonly folder: string
  readonly tempFolder: string
  /** True when nothing on this machine outlives the job. */
  readonly isThrowAway: boolean
  readonly trust: Trust
  /** Names this step of this job of this CI run, the attempt left out; undefined outside CI. */
  readonly identity?: string
  /** Counts from 1. */
  readonly attempt: number
}
