import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { tool } from './tools.ts'

/** A line of MLflow's releases that we work with. */
export type MlflowLine = '3' | '2'

/** How to run a Python program with MLflow's client in it. */
export interface MlflowPython {
  readonly python: string
  readonly env: NodeJS.ProcessEnv
}

/** Python with the client of a line; undefined where it could not be installed. */
export function mlflowPython(line: MlflowLine): MlflowPython | undefined {
  const python = tool('mlflow')
  const overlay = line === '2' ? tool('mlflow-2') : ''
  if (python === undefined || overlay === undefined) {
    process.stderr.write(`SKIPPED all tests that need MLflow ${line}: it is not here (npm test tries to install it)\n`)
    return undefined
  }
  const { PATH, HOME } = process.env
  const env = {
    PATH,
    HOME,
    GIT_PYTHON_REFRESH: 'quiet',
    // Says nothing to anybody outside.
    MLFLOW_DISABLE_TELEMETRY: 'true',
    DO_NOT_TRACK: 'true',
    MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
    ...(overlay === '' ? {} : { PYTHONPATH: overlay }),
  }
  return { python, env }
}

/** What a server is started with. */
export interface MlflowOptions {
  /** The database of runs and models; by default SQLite in a folder of its own. */
  readonly backend?: string
}

/** How long a busy machine may take to start the server. */
const startMs = 240_000

/** A real MLflow server on this machine that serves its artifacts from a folder. */
export class MlflowServer implements AsyncDisposable {
  readonly url: string
  /** Where the artifacts lie as files. */
  readonly artifacts: string
  readonly #folder: string
  readonly #child: ChildProcess

  private constructor(url: string, folder: string, child: ChildProcess) {
    this.url = url
    this.artifacts = join(folder, 'artifacts')
    this.#folder = folder
    this.#child = child
  }

  static async start({ python, env }: MlflowPython, { backend }: MlflowOptions = {}): Promise<MlflowServer> {
    const folder = mkdtempSync(join(tmpdir(), 'trainyard-mlflow-'))
    mkdirSync(join(folder, 'artifacts'))
    const port = await freePort()
    const log = join(folder, 'log')
    const args = ['-m', 'mlflow', 'server', '--host', '127.0.0.1', '--port', String(port), '--workers', '1']
    const stores = ['--backend-store-uri', backend ?? `sqlite:///${join(folder, 'mlflow.db')}`]
    const files = ['--serve-artifacts', '--artifacts-destination', join(folder, 'artifacts')]
    const child = spawn(python, [...args, ...stores, ...files], {
      cwd: folder,
      env,
      // Its workers are ended with it, as one group.
      detached: true,
      stdio: ['ignore', openSync(log, 'a'), openSync(log, 'a')],
    })
    const server = new MlflowServer(`http://127.0.0.1:${port}`, folder, child)
    try {
      await server.#answer(log)
    } catch (error) {
      await server[Symbol.asyncDispose]()
      throw error
    }
    return server
  }

  async #answer(log: string): Promise<void> {
    const end = Date.now() + startMs
    for (;;) {
      if (this.#child.exitCode !== null || Date.now() > end)
        throw new Error(`MLflow did not start: ${readFileSync(log, 'utf8').slice(-2000)}`)
      try {
        const { ok } = await fetch(`${this.url}/health`, { signal: AbortSignal.timeout(5000) })
        if (ok) return
      } catch {
        // Not yet.
        await sleep(250)
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { pid } = this.#child
    if (pid !== undefined && this.#child.exitCode === null) {
      const ended = new Promise((resolve) => this.#child.once('exit', resolve))
      process.kill(-pid, 'SIGKILL')
      await ended
    }
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** Runs a program that uses MLflow's own client against a server, and gives what it printed. */
export function withClient({ python, env }: MlflowPython, server: string, program: string): string {
  const asked = {
    ...env,
    MLFLOW_TRACKING_URI: server,
    MLFLOW_REGISTRY_URI: server,
    MLFLOW_HTTP_REQUEST_MAX_RETRIES: '2',
  }
  return execFileSync(python, ['-W', 'ignore', '-c', program], {
    env: asked,
    cwd: tmpdir(),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim()
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
