import { tmpdir, userInfo } from 'node:os'
import * as core from '@actions/core'
import { ExternalError, errorMessage } from '../../core/errors/errors.ts'
import { Redactor } from '../../core/errors/redact.ts'
import type { Host } from '../../core/host/host.ts'
import { Cancellation } from '../../core/host/wire/cancellation.ts'
import { type Environment, valueOf } from '../../core/host/wire/environment.ts'
import { githubContext } from '../../core/host/wire/github-context.ts'
import { hostOf } from '../../core/host/wire/host-of.ts'
import { announcing } from '../../core/host/wire/mask.ts'
import { payloadIn } from '../../core/host/wire/payload.ts'
import { webConnection } from '../../core/host/wire/web-connection.ts'
import type { At, End, Level, Wire } from '../../core/host/wire/wire.ts'
import { environmentName, kebab, tokenName } from '../../core/step/names.ts'
import { execute } from './execute.ts'
import { appendSummary } from './summary.ts'

/** GitHub cuts a message here, and with it the line in the log. In UTF-16 units. */
const longestMessage = 4_096

/** What an entry tells the host before anything is printed. */
export interface GithubHostOptions {
  /** The inputs (camelCase) that hold secrets. */
  readonly secrets?: readonly string[]
}

/** The host of a step that runs as a GitHub Action. Its secrets are masked when it returns. */
export async function githubHost({ secrets = [] }: GithubHostOptions = {}): Promise<Host> {
  const env: Environment = { ...process.env }
  const redactor = new Redactor()
  const mask = announcing(redactor, { announceSecret: core.setSecret })
  for (const name of secrets) {
    for (const secret of [input(name), env[environmentName(name)]]) if (secret !== undefined) mask(secret)
  }
  const fallbacks = { folder: process.cwd(), tempFolder: tmpdir(), user: userInfo().username }
  const wire = { ...wireOf(env, mask), context: githubContext(env, payloadIn(env, core.warning), fallbacks) }
  return hostOf({ wire, redactor, cancellation: new Cancellation(process) })
}

function wireOf(env: Environment, mask: (secret: string) => void): Omit<Wire, 'context'> {
  return {
    id: 'github',
    env,
    longestMessage,
    inputName: kebab,
    input,
    output: (name, value) => core.setOutput(kebab(name), value),
    announceSecret: core.setSecret,
    print: core.info,
    note,
    openGroup: core.startGroup,
    closeGroup: core.endGroup,
    summary: (markdown) => appendSummary(env, markdown),
    exec: execute,
    idToken: (audience) => idToken(env, audience, mask),
    connection(name, value) {
      const tokenVariable = tokenName(name)
      const token = valueOf(env, tokenVariable)
      if (token !== undefined) mask(token)
      return webConnection({ subject: kebab(name), value, tokenVariable, token })
    },
    saveState: core.saveState,
    state: core.getState,
    end,
  }
}

/** Not `core.getInput`: the runner turns only spaces into `_`, and this keeps an input that is not there apart from an empty one. */
function input(name: string): string | undefined {
  return process.env[`INPUT_${kebab(name).toUpperCase()}`]
}

function note(level: Level, text: string, at?: At): void {
  if (level === 'debug') {
    core.debug(text)
    return
  }
  const place = at === undefined ? {} : { file: at.file, ...lineOf(at) }
  if (level === 'notice') core.notice(text, place)
  else if (level === 'warning') core.warning(text, place)
  else core.error(text, place)
}

function lineOf({ line, column }: At): core.AnnotationProperties {
  return line === undefined ? {} : { startLine: line, ...(column === undefined ? {} : { startColumn: column }) }
}

function end({ result, exitCode, message, annotations }: End): void {
  process.exitCode = exitCode
  for (const at of annotations) note('error', at.message, at)
  if (result === 'succeeded') core.info(message)
  else if (result === 'warned') core.warning(message)
  else core.error(message)
}

async function idToken(env: Environment, audience: string, mask: (secret: string) => void): Promise<string> {
  try {
    const token = await core.getIDToken(audience)
    mask(token)
    return token
  } catch (cause) {
    const isAllowed = valueOf(env, 'ACTIONS_ID_TOKEN_REQUEST_URL') !== undefined
    throw new ExternalError({
      facts: { operation: `get an identity token for ${audience}` },
      details: isAllowed
        ? errorMessage(cause)
        : 'The job has no right to it. Add to the job:\n  permissions:\n    id-token: write',
      cause,
    })
  }
}
