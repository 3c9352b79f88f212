import type { CommanderError } from 'commander'
import { InputError } from '../errors/errors.ts'
import type { Fault } from '../errors/fault.ts'

/** A fault of the command line's own. */
export function usageFault(subject: string, problem: string, more: Partial<Fault> = {}): InputError {
  return new InputError({ faults: [{ subject, source: { kind: 'input' }, problem, ...more }] })
}

/** What commander found wrong, in the form of every other bad input. Its own words name the nearest option or command. */
export function usageError(error: CommanderError): InputError {
  const words = error.message
    .replace(/^error: /, '')
    .replaceAll(/\s*\n\s*/g, ' ')
    .trim()
  return new InputError({
    details: `${words}\n\`trainyard help\` lists the commands, \`trainyard help <command>\` its options`,
  })
}
