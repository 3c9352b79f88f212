import { cwd, env, stderr, stdout } from 'node:process'
import type { Host } from '../host/host.ts'
import type { AnyDefinition } from '../step/define-step.ts'
import { secretInputs } from '../step/secret-inputs.ts'
import type { Given } from './command.ts'
import { localHost } from './host.ts'

/** The host of one command in this process. */
export function hostFor({ inputs, outputFile }: Given, definition: Pick<AnyDefinition, 'inputs'>): Host {
  return localHost({
    inputs: Object.fromEntries(inputs),
    secrets: secretInputs(definition),
    stdout,
    stderr,
    env,
    cwd: cwd(),
    outputFile,
  })
}
