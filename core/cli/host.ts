import { tmpdir, userInfo } from 'node:os'
import { ExternalError } from '../errors/errors.ts'
import { Redactor } from '../errors/redact.ts'
import type { Host, HostContext } from '../host/host.ts'
import { Cancellation } from '../host/wire/cancellation.ts'
import { type Environment, valueOf } from '../host/wire/environment.ts'
import { harmless } from '../host/wire/harmless.ts'
import { hostOf } from '../host/wire/host-of.ts'
import { localContext } from '../host/wire/local-context.ts'
import { payloadIn } from '../host/wire/payload.ts'
import { webConnection } from '../host/wire/web-connection.ts'
import type { At, End, Level, Wire } from '../host/wire/wire.ts'
import { environmentName, kebab, tokenName } from '../step/names.ts'
import { execute } from './execute.ts'
import { writeOutputs } from './outputs.ts'
import { plainMarkdown } from './plain-markdown.ts'
import { type Output, Terminal, type Tone } from './terminal.ts'

/** What the command line knows about one execution of a step. */
export interface LocalHostOptions {
  /** The inputs that were given, by their camelCase names. */
  readonly inputs: Readonly<Record<string, string>>
  /** The inputs that hold secrets. */
  readonly secrets?: readonly string[]
  /** Takes the outputs, and nothing else. */
  readonly stdout: Output
  /** Takes everything that is for people. */
  readonly stderr: Output
  readonly env: Environment
  readonly cwd: string
  /** A file that gets the outputs as a JSON object, too; by default the one that `TRAINYARD_OUTPUT` names. */
  readonly outputFile?: string | undefined
}

/** The host of a step that runs at a command line: a person's terminal, or a script in a CI job. */
export function localHost(options: LocalHostOptions): Host {
  const { inputs, secrets = [], stderr, cwd } = options
  const env = { ...options.env }
  const redactor = new Redactor()
  for (const name of secrets) {
    for (const secret of [inputs[name], env[environmentName(name)]]) if (secret !== undefined) redactor.add(secret)
  }
  const terminal = new Terminal({ output: stderr, env })
  const payload = payloadIn(env, (sentence) => {
    terminal.line(sentence, 'warning')
  })
  const context = localContext(env, payload, { folder: cwd, tempFolder: tmpdir(), user: userInfo().username })
  const wire = wireOf({ options: { ...options, env }, context, redactor, terminal })
  const cancellation = new Cancellation(process, (signal) =>
    terminal.line(`${signal}: the step is stopping already, and undoes what it began …`, 'dim'),
  )
  return hostOf({ wire, redactor, cancellation })
}

interface LocalParts {
  readonly options: LocalHostOptions
  readonly context: HostContext
  readonly redactor: Redactor
  readonly terminal: Terminal
}

function wireOf({ options, context, redactor, terminal }: LocalParts): Wire {
  const { inputs, stdout, env, cwd, outputFile = valueOf(env, 'TRAINYARD_OUTPUT') } = options
  const outputs = new Map<string, string>()
  const state = new Map<string, string>()
  const tame = context.isCi ? harmless : (text: string) => text
  return {
    id: 'local',
    context,
    env,
    inputName: (name) => `--${kebab(name)}`,
    input: (name) => inputs[name],
    output(name, value) {
      outputs.set(kebab(name), value)
    },
    // Nobody but us masks what a terminal shows.
    announceSecret: () => undefined,
    print: (text) => terminal.line(text),
    note: (level, text, at) => note({ terminal, env }, level, { text, at }),
    openGroup: (title) => terminal.line(title, 'bold'),
    closeGroup: () => undefined,
    ...(terminal.canOverwrite
      ? { showProgress: (title: string, fraction: number | undefined) => terminal.progress(title, fraction) }
      : {}),
    summary: (markdown) => terminal.line(`\n${tame(plainMarkdown(markdown))}\n`),
    exec: (command, args, options) => execute(command, args, { cwd, ...options }),
    idToken,
    connection(name, value) {
      const tokenVariable = tokenName(name)
      const token = valueOf(env, tokenVariable)
      if (token !== undefined) redactor.add(token)
      return webConnection({ subject: `--${kebab(name)}`, value, tokenVariable, token })
    },
    saveState(name, value) {
      state.set(name, value)
    },
    state: (name) => state.get(name),
    end(end) {
      process.exitCode = end.exitCode
      writeOutputs({ stdout, file: outputFile, clean: (text) => tame(redactor.redact(text)) }, outputs)
      writeEnd(terminal, end)
    },
  }
}

interface Shown {
  readonly terminal: Terminal
  readonly env: Environment
}

function note({ terminal, env }: Shown, level: Level, { text, at }: { text: string; at: At | undefined }): void {
  if (level === 'debug' && valueOf(env, 'TRAINYARD_DEBUG') === undefined) return
  const tone: Tone = level === 'debug' ? 'dim' : level
  const word = level === 'error' || level === 'warning' ? `${level}: ` : ''
  terminal.line(`${at === undefined ? '' : `${placeOf(at)}: `}${word}${text}`, tone)
}

function placeOf({ file, line, column }: At): string {
  return [file, line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(':')
}

/** Places in files are in the message already, in the form that editors and terminals make links of. */
function writeEnd(terminal: Terminal, { result, message }: End): void {
  const tones = { succeeded: 'good', warned: 'warning', failed: 'error', cancelled: 'error' } as const
  if (message === '') return
  terminal.line(result === 'warned' ? `warning: ${message}` : message, tones[result])
}

function idToken(audience: string): Promise<string> {
  return Promise.reject(
    new ExternalError({
      facts: { operation: `get an identity token for ${audience}` },
      details: 'Only a step that runs as a GitHub Action or as an Azure Pipelines task has one.',
    }),
  )
}
