import { mkdtempSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { Redactor } from '../../core/errors/redact.ts'
import type { Host } from '../../core/host/host.ts'
import { azureContext } from '../../core/host/wire/azure-context.ts'
import { Cancellation } from '../../core/host/wire/cancellation.ts'
import { inputText, refuseUndefinedVariable } from '../../core/host/wire/input-text.ts'
import { announcing } from '../../core/host/wire/mask.ts'
import { hostOf } from '../../core/host/wire/host-of.ts'
import { environmentName } from '../../core/step/names.ts'
import { announceSecret } from './announce-secret.ts'
import { loadTaskLib } from './task-lib.ts'
import { azureWire } from './azure-wire.ts'

/** What an entry tells the host before anything is printed. */
export interface AzureHostOptions {
  /** The inputs (camelCase) that hold secrets. */
  readonly secrets?: readonly string[]
}

/** The host of a step that runs as an Azure Pipelines task. Its secrets are masked when it returns. */
export async function azureHost({ secrets = [] }: AzureHostOptions = {}): Promise<Host> {
  const redactor = new Redactor()
  const mask = announcing(redactor, { announceSecret })
  for (const name of secrets) {
    for (const secret of [process.env[inputVariable(name)], process.env[environmentName(name)]]) {
      if (secret !== undefined) mask(secret)
    }
  }
  maskAgentSecrets(mask)
  const inputs = takeInputs()
  // Without it the task library would write its key into the folder that holds the user's code.
  process.env['AGENT_TEMPDIRECTORY'] ||= mkdtempSync(join(tmpdir(), 'trainyard-'))
  const taskLib = await loadTaskLib()
  const env = { ...process.env }
  const context = azureContext(env, { folder: process.cwd(), tempFolder: tmpdir(), user: userInfo().username })
  const wire = azureWire({ env, context, mask, taskLib, input: (name) => checkedInput(inputs, name) })
  return hostOf({ wire, redactor, cancellation: new Cancellation(process) })
}

/** The agent's name of an input: `.` and white space become `_`, all upper-case. */
function inputVariable(name: string): string {
  return `INPUT_${name.replaceAll(/[. ]/g, '_').toUpperCase()}`
}

/**
 * The inputs, read before the task library hides them: its `getInput` prints every value in a debug line, and leaves out those
 * that are empty.
 */
function takeInputs(): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(process.env).flatMap(([name, value]) =>
      name.toUpperCase().startsWith('INPUT_') && value !== undefined ? [[name.toUpperCase(), value] as const] : [],
    ),
  )
}

/** The manifests' own default of `token`. A classic release whose job may not use the token leaves it as it stands: there is none. */
const absentToken = '$(System.AccessToken)'

function checkedInput(inputs: ReadonlyMap<string, string>, name: string): string | undefined {
  const text = inputText(inputs.get(inputVariable(name)))
  if (text === undefined || text === absentToken) return undefined
  refuseUndefinedVariable(name, text)
  return text
}

/** Secret variables of the pipeline and tokens of service connections: the agent masks them itself, but in one form only. */
function maskAgentSecrets(mask: (secret: string) => void): void {
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && /^(SECRET_|ENDPOINT_AUTH_PARAMETER_.*(TOKEN|PASSWORD|KEY|SECRET))/i.test(name))
      mask(value)
  }
}
