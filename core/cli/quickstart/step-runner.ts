import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { print } from '../print.ts'

/** What became of a command: how it ended, and what it put out. */
export interface StepResult {
  readonly exitCode: number
  readonly outputs: Readonly<Record<string, string>>
}

/** Runs `trainyard <args>` as a user would, in their checkout, and shows it. */
export type StepRunner = (...args: readonly string[]) => Promise<StepResult>

/** Makes the runner for a checkout. Outputs travel by a file, as they do between the steps of a CI job. */
export function stepRunner(options: {
  readonly program: string
  readonly checkout: string
  readonly scratch: string
}): StepRunner {
  const outputFile = join(options.scratch, 'outputs.json')
  return async (...args) => {
    await rm(outputFile, { force: true })
    print(`\n$ trainyard ${args.join(' ')}`)
    const child = spawn(process.execPath, [options.program, ...args], {
      cwd: options.checkout,
      env: { ...personal(process.env), TRAINYARD_OUTPUT: outputFile },
      stdio: ['ignore', 'inherit', 'inherit'],
      shell: false,
    })
    const [exitCode] = (await once(child, 'exit')) as [number | null]
    return { exitCode: exitCode ?? -1, outputs: await readOutputs(outputFile) }
  }
}

/**
 * The environment of the person that the story is about. In a CI job the rules of CI would hold, and its endpoint, which lives for
 * a minute, be refused.
 */
function personal({
  CI: _ci,
  GITHUB_ACTIONS: _github,
  TF_BUILD: _azure,
  ...env
}: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return env
}

/** Read commands put out nothing, and a step that fails early neither. */
async function readOutputs(file: string): Promise<Readonly<Record<string, string>>> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {}
    throw error
  }
  const outputs: unknown = JSON.parse(text)
  return typeof outputs === 'object' && outputs !== null
    ? Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, String(value)]))
    : {}
}
