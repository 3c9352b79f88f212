import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import type { CliHelp } from './pages/cli.ts'

const printed = z.object({ top: z.string(), commands: z.record(z.string(), z.string()) })

/**
 * Asks the command line for its own help: a process of its own, since neither of the two folders may import the other.
 *
 * @throws Error when the command line does not start.
 */
export async function cliHelp(root: string): Promise<CliHelp> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(root, 'core/cli/main.ts'), 'help', '--json'])
  const { top, commands } = printed.parse(JSON.parse(stdout))
  return { top, commands: new Map(Object.entries(commands)) }
}
