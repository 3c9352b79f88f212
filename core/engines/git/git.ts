import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { ExternalError } from '../../errors/errors.ts'
import { gitEnvironment, type Setting } from './environment.ts'

/** What a git command gave. */
export interface GitResult {
  readonly exitCode: number
  readonly stdout: Buffer
  /** What it said, without surrounding white space. */
  readonly stderr: string
}

/** A running git command whose output is read as a stream. */
export interface GitStream {
  readonly stdin: Writable
  readonly stdout: Readable
  /** Resolves when it has ended. */
  readonly ended: Promise<Pick<GitResult, 'exitCode' | 'stderr'>>
  kill(): void
}

/** How git is run. */
export interface GitOptions {
  readonly folder: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly settings?: readonly Setting[]
}

/** More of what git says is not kept. Characters. */
const longestWords = 16_000

/** The git of this machine, in one folder: started without a shell, and without anything that could mislead it. */
export class Git {
  readonly #folder: string
  readonly #env: Record<string, string>

  constructor({ folder, env, settings }: GitOptions) {
    this.#folder = folder
    this.#env = gitEnvironment(env, settings)
  }

  /** Starts a command. @throws ExternalError TY0503, through `ended`, when git cannot be started. */
  start(args: readonly string[]): GitStream {
    const child = spawn('git', args, {
      cwd: this.#folder,
      env: this.#env,
      shell: false,
      windowsHide: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    // Git may end before it has read everything; its exit code and words tell more than a broken pipe.
    child.stdin.on('error', () => undefined)
    return { stdin: child.stdin, stdout: child.stdout, ended: endOf(child, args), kill: () => child.kill('SIGKILL') }
  }

  /** Runs a command to its end, whatever its exit code. */
  async run(args: readonly string[], input?: string | Uint8Array): Promise<GitResult> {
    const child = this.start(args)
    child.stdin.end(input ?? '')
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    const ended = await child.ended
    return { ...ended, stdout: Buffer.concat(chunks) }
  }

  /** Runs a command that must succeed. @throws ExternalError TY0503 with git's words. */
  async demand(args: readonly string[], input?: string | Uint8Array): Promise<Buffer> {
    const result = await this.run(args, input)
    if (result.exitCode !== 0) throw failed(args, result)
    return result.stdout
  }
}

/** The error of a command that had to succeed. */
export function failed(
  args: readonly string[],
  { exitCode, stderr }: Pick<GitResult, 'exitCode' | 'stderr'>,
): ExternalError {
  return new ExternalError({
    code: 'TY0503',
    details: stderr,
    facts: { operation: `run git ${args[0] ?? ''}`, status: exitCode },
  })
}

function endOf(
  child: ChildProcessByStdio<Writable, Readable, Readable>,
  args: readonly string[],
): Promise<Pick<GitResult, 'exitCode' | 'stderr'>> {
  return new Promise((resolve, reject) => {
    let words = ''
    child.stderr.setEncoding('utf8')
    child.stderr.on('data', (text: string) => {
      words = (words + text).slice(-longestWords)
    })
    child.once('error', (cause) => {
      reject(
        new ExternalError({
          code: 'TY0503',
          details: 'git could not be started; is it installed and on PATH?',
          facts: { operation: `run git ${args[0] ?? ''}` },
          cause,
        }),
      )
    })
    child.once('close', (code) => {
      resolve({ exitCode: code ?? 128, stderr: words.trim() })
    })
  })
}
