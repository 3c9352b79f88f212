import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { ServeConfigInput } from '../../core/scoring/config.ts'
import { buildIfStale } from '../../scripts/lib/fresh.mjs'
import { root } from '../../scripts/lib/sources.mjs'

/** A model of a package: a fixture, as `flights` (test/fixtures/onnx) or `own/slow` (test/scoring/fixtures). */
export interface Packed {
  readonly fixture: string
  readonly name?: string
  readonly version?: number
}

export interface PackageOptions {
  readonly models: readonly (Packed | string)[]
  readonly config?: Partial<ServeConfigInput>
  /** The folder of onnxruntime-node, to lie beside the server. */
  readonly native?: string | undefined
}

/** The path of a fixture. */
export function fixtureFile(fixture: string): string {
  return fixture.startsWith('own/')
    ? join(root, 'test/scoring/fixtures', `${basename(fixture)}.onnx`)
    : join(root, 'test/fixtures/onnx', `${fixture}.onnx`)
}

/** A new folder with the bundle, the models and serve.json: what the package step will make. The caller removes it. */
export async function newPackage({ models, config = {}, native }: PackageOptions): Promise<string> {
  buildIfStale('scoring')
  const folder = await mkdtemp(join(tmpdir(), 'trainyard-scoring-'))
  await cp(join(root, 'dist/scoring'), folder, { recursive: true })
  if (native !== undefined) await symlink(join(native, 'node_modules'), join(folder, 'node_modules'))
  const served = await Promise.all(
    models.map(async (model) => {
      const { fixture, name = basename(fixture), version = 1 } = typeof model === 'string' ? { fixture: model } : model
      const bytes = await readFile(fixtureFile(fixture))
      const file = `${name}-${version}.onnx`
      await writeFile(join(folder, file), bytes)
      return { name, version, file, digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}` as const }
    }),
  )
  await writeFile(join(folder, 'serve.json'), JSON.stringify({ port: 0, models: served, ...config }))
  return folder
}

/** One line of the server's log. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly event: string }

/** An answer of the server. `json` is undefined where the body is none. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly json: unknown
}

/** A scoring server in a process of its own. */
export class ScoringServer implements AsyncDisposable {
  readonly url: string
  readonly process: ChildProcess
  readonly log: LogLine[]
  readonly #ended: Promise<Ended>
  readonly #folder: string

  private constructor(parts: {
    url: string
    process: ChildProcess
    log: LogLine[]
    ended: Promise<Ended>
    folder: string
  }) {
    this.url = parts.url
    this.process = parts.process
    this.log = parts.log
    this.#ended = parts.ended
    this.#folder = parts.folder
  }

  /** Starts a package and waits until it is ready. */
  static async start(node: string, options: PackageOptions): Promise<ScoringServer> {
    const folder = await newPackage(options)
    const child = startProcess(node, folder)
    const log: LogLine[] = []
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    const ended = new Promise<Ended>((resolve) => {
      child.once('close', (exitCode, signal) => resolve({ exitCode, signal, stderr }))
    })
    const url = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const entry = JSON.parse(line) as LogLine
        log.push(entry)
        if (entry.event === 'ready') resolve(String(entry['url']))
      })
      void ended.then(({ stderr }) => reject(new Error(`the server ended: ${JSON.stringify(log)} ${stderr}`)))
    })
    return new ScoringServer({ url, process: child, log, ended, folder })
  }

  get folder(): string {
    return this.#folder
  }

  /** What the server takes for its user's home; it makes no such folder. */
  get home(): string {
    return join(this.#folder, 'home')
  }

  /** Sends something. A `body` that is no text and no bytes is sent as JSON. */
  async ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const isRaw = body === undefined || typeof body === 'string' || body instanceof Uint8Array
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: isRaw ? (body as string) : JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, json: parsed(text) }
  }

  /** Asks a model. */
  infer(model: string, body: unknown): Promise<Answer> {
    return this.ask('POST', `/v2/models/${model}/infer`, body)
  }

  /** The samples of /metrics, by name and labels as they are written there. */
  async metrics(): Promise<ReadonlyMap<string, number>> {
    const { text } = await this.ask('GET', '/metrics')
    const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    return new Map(
      samples.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
    )
  }

  /** Signals it and waits for its end. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    this.process.kill(signal)
    return this.#ended
  }

  /** How it ended, once it has. */
  get ended(): Promise<Ended> {
    return this.#ended
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.process.kill('SIGKILL')
    const { stderr } = await this.#ended
    await rm(this.#folder, { recursive: true, force: true })
    // Nothing but lifecycle events is ever written, and those go to stdout.
    if (stderr !== '') throw new Error(`the server wrote to stderr: ${stderr}`)
  }
}

/** How a server ended. */
export interface Ended {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  readonly stderr: string
}

/** `node serve.mjs` in a folder, with nothing of this process's environment: in CI, the runtime would not report by itself. */
export function startProcess(node: string, folder: string, args: readonly string[] = []) {
  return spawn(node, [join(folder, 'serve.mjs'), ...args], {
    cwd: folder,
    env: { HOME: join(folder, 'home') },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** Waits until something holds; the test's own time limit ends it. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await delay(5)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A tensor of a request. */
export function tensor(name: string, datatype: string, shape: readonly number[], data: unknown) {
  return { name, datatype, shape, data }
}
