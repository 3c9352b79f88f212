import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { root } from '../../scripts/lib/sources.mjs'

/** How a command ended and what it printed. */
export interface CliResult {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** What a command runs in, besides its arguments. */
export interface CliOptions {
  readonly cwd?: string
  /** Added to a small environment: PATH and HOME alone. */
  readonly env?: Readonly<Record<string, string>>
  /** Reads nothing of what it prints, as a pager that was left. */
  readonly closesEarly?: boolean
}

/** Runs the command line from its sources, in a process of its own. */
export async function runCli(
  args: readonly string[],
  { cwd = root, env = {}, closesEarly = false }: CliOptions = {},
): Promise<CliResult> {
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(process.execPath, [join(root, 'core/cli/main.ts'), ...args], {
    cwd,
    env: { PATH, HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [stdout, stderr, [exitCode]] = await Promise.all([
    closesEarly ? closed(child.stdout) : text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ])
  return { exitCode, stdout, stderr }
}

function closed(stream: Readable): string {
  stream.destroy()
  return ''
}
