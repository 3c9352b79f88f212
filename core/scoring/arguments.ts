import { parseArgs } from 'node:util'
import { InputError, errorMessage } from '../errors/errors.ts'
import type { Fault } from '../errors/fault.ts'

/** What belongs to this machine and not to the package. Each replaces what serve.json says. */
export interface Arguments {
  /** serve.json; undefined for the one beside the server. */
  readonly config?: string
  readonly host?: string
  readonly port?: number
  readonly readyFile?: string
}

/**
 * Reads `node serve.mjs [--config FILE] [--host ADDRESS] [--port NUMBER] [--ready-file FILE]`.
 *
 * @throws InputError when they name what does not exist.
 */
export function readArguments(args: readonly string[]): Arguments {
  const { config, host, port, 'ready-file': readyFile } = parsed(args)
  return {
    ...(config === undefined ? {} : { config }),
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port: portOf(port) }),
    ...(readyFile === undefined ? {} : { readyFile }),
  }
}

const text = { type: 'string' } as const
const options = { config: text, host: text, port: text, 'ready-file': text }

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options }).values
  } catch (cause) {
    throw new InputError({ details: errorMessage(cause), cause })
  }
}

function portOf(value: string): number {
  const port = Number(value)
  if (/^\d+$/.test(value) && port <= 65_535) return port
  const fault: Fault = {
    subject: '--port',
    source: { kind: 'input' },
    problem: 'is no port',
    value,
    rule: '0 to 65535',
  }
  throw new InputError({ faults: [fault] })
}
