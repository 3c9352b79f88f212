import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chownSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { tool } from './tools.ts'

/** How long a busy machine may take to start the server. */
const startMs = 60_000

/** Why no server can be started here; undefined where it can. */
export function whyNoPostgres(): string | undefined {
  if (process.getuid?.() !== 0) return 'PostgreSQL of the tests is started by root, as the user postgres'
  return tool('postgres') === undefined ? 'PostgreSQL is not here (npm test tries to install it)' : undefined
}

/** A PostgreSQL of a test's own: its data and its socket are in a folder that is removed. It listens on no port. */
export class Postgres implements AsyncDisposable {
  /** As SQLAlchemy writes it. */
  readonly url: string
  readonly #folder: string
  readonly #child: ChildProcess

  private constructor(folder: string, child: ChildProcess) {
    this.url = `postgresql+psycopg2://postgres@/postgres?host=${folder}`
    this.#folder = folder
    this.#child = child
  }

  /** @throws with the end of its log when it does not answer */
  static async start(): Promise<Postgres> {
    const programs = tool('postgres') ?? ''
    const folder = mkdtempSync(join(tmpdir(), 'trainyard-postgres-'))
    const [uid, gid] = ['-u', '-g'].map((what) => Number(execFileSync('id', [what, 'postgres'], { encoding: 'utf8' })))
    if (uid === undefined || gid === undefined) throw new Error('there is no user postgres')
    chownSync(folder, uid, gid)
    const [data, log] = [join(folder, 'data'), join(folder, 'log')]
    const asPostgres = { uid, gid, cwd: folder, env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8' } }
    const settings = ['--auth=trust', '--no-sync', '--username=postgres', '--encoding=UTF8']
    execFileSync(join(programs, 'initdb'), ['-D', data, ...settings], { ...asPostgres, stdio: 'ignore' })
    const output = openSync(log, 'a')
    const args = ['-D', data, '-k', folder, '-c', 'listen_addresses=', '-c', 'fsync=off']
    const child = spawn(join(programs, 'postgres'), args, { ...asPostgres, stdio: ['ignore', output, output] })
    const server = new Postgres(folder, child)
    for (const end = Date.now() + startMs; Date.now() < end && child.exitCode === null; await sleep(100)) {
      if (/ready to accept connections/.test(readFileSync(log, 'utf8'))) return server
    }
    const last = readFileSync(log, 'utf8').slice(-1000)
    await server[Symbol.asyncDispose]()
    throw new Error(`PostgreSQL did not start: ${last}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null) {
      const ended = new Promise((resolve) => this.#child.once('exit', resolve))
      // Ends its connections too.
      this.#child.kill('SIGINT')
      await ended
    }
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 })
  }
}
