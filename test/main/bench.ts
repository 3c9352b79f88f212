import { execFileSync } from 'node:child_process'
import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { definition as gateDefinition } from '../../core/compare-and-gate/definition.ts'
import { run as gateRun } from '../../core/compare-and-gate/run.ts'
import { definition as fetchDefinition } from '../../core/fetch/definition.ts'
import { run as fetchRun } from '../../core/fetch/run.ts'
import type { Post, Run } from '../../core/main/context.ts'
import { main, mainPost } from '../../core/main/main.ts'
import { definition as promoteDefinition } from '../../core/promote/definition.ts'
import { run as promoteRun } from '../../core/promote/run.ts'
import { definition as registerDefinition } from '../../core/register/definition.ts'
import { run as registerRun } from '../../core/register/run.ts'
import type { Declared, Inputs, Outputs } from '../../core/step/define-step.ts'
import { definition as trainDefinition } from '../../core/train/definition.ts'
import { run as trainRun } from '../../core/train/run.ts'
import { openWorkspace } from '../../core/workspace/open.ts'
import type { AuditEntry, Workspace } from '../../core/workspace/workspace.ts'
import { type MemoryHost, type MemoryHostOptions, memoryHost } from '../support/memory-host.ts'

/** A step as a face starts it. */
export interface Step<D extends Declared<Inputs, Outputs>> {
  readonly definition: D
  readonly run: Run<D>
}

export const train: Step<typeof trainDefinition> = { definition: trainDefinition, run: trainRun }
export const register: Step<typeof registerDefinition> = { definition: registerDefinition, run: registerRun }
export const gate: Step<typeof gateDefinition> = { definition: gateDefinition, run: gateRun }
export const promote: Step<typeof promoteDefinition> = { definition: promoteDefinition, run: promoteRun }
export const fetch: Step<typeof fetchDefinition> = { definition: fetchDefinition, run: fetchRun }

/** A job in CI: the same identity and attempt are the same execution of a step. */
export function inCi(identity: string, attempt = 1): NonNullable<MemoryHostOptions['context']> {
  return { isCi: true, identity, attempt, actor: 'ada', ref: 'refs/heads/main', defaultBranch: 'main' }
}

/** A pull request of a fork. */
export const fromFork: NonNullable<MemoryHostOptions['context']> = {
  ref: 'refs/pull/7/merge',
  trust: { kind: 'untrusted', why: 'it is the pull request of a fork' },
}

type Options = Omit<MemoryHostOptions, 'inputs'>

/** A project in a folder of its own with a workspace beside it, on which steps run as in jobs. */
export class Bench implements AsyncDisposable {
  /** The checkout. */
  readonly folder: string
  /** The workspace. */
  readonly url: string
  readonly temp: string
  readonly #top: string

  private constructor(top: string) {
    this.#top = top
    this.folder = join(top, 'checkout')
    this.url = join(top, 'workspace')
    this.temp = join(top, 'temp')
  }

  /** A project with these files, by path. */
  static async make(files: Readonly<Record<string, string | Uint8Array>> = {}): Promise<Bench> {
    const bench = new Bench(await realpath(await mkdtemp(join(tmpdir(), 'trainyard-bench-'))))
    await mkdir(bench.temp)
    await mkdir(bench.folder)
    await bench.write(files)
    return bench
  }

  /** The same project and workspace once more, in folders of their own. */
  async copy(): Promise<Bench> {
    const bench = new Bench(await realpath(await mkdtemp(join(tmpdir(), 'trainyard-bench-'))))
    await cp(this.#top, bench.#top, { recursive: true })
    return bench
  }

  async write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
    for (const [path, content] of Object.entries(files)) {
      const file = join(this.folder, path)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, content)
    }
  }

  /** Makes a git repository of the checkout, with everything committed. */
  commit(): string {
    const git = (...args: readonly string[]) =>
      execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...args], {
        cwd: this.folder,
        encoding: 'utf8',
      }).trim()
    git('init', '--quiet', '--initial-branch=main')
    git('add', '--all')
    git('commit', '--quiet', '--allow-empty', '--message', 'All')
    return git('rev-parse', 'HEAD')
  }

  host(inputs: Readonly<Record<string, string>>, { context, env, ...options }: Options = {}): MemoryHost {
    return memoryHost({
      ...options,
      inputs: { workspace: this.url, ...inputs },
      env: { PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter), HOME: this.#top, ...env },
      context: { folder: this.folder, tempFolder: this.temp, ...context },
    })
  }

  /** Runs a step to its end. */
  async run<D extends Declared<Inputs, Outputs>>(
    step: Step<D>,
    inputs: Readonly<Record<string, string>> = {},
    options: Options = {},
  ): Promise<MemoryHost> {
    const host = this.host(inputs, options)
    await main(step.definition, step.run, host)
    return host
  }

  /** Runs a step that must succeed, and gives its outputs. */
  async go<D extends Declared<Inputs, Outputs>>(
    step: Step<D>,
    inputs: Readonly<Record<string, string>> = {},
    options: Options = {},
  ): Promise<Readonly<Record<string, string>>> {
    const host = await this.run(step, inputs, options)
    if (host.ended?.exitCode !== 0) throw new Error(`${step.definition.title}: ${failureOf(host)}\n${host.text}`)
    return Object.fromEntries(host.outputs)
  }

  /** Runs the post entry of a step with what its main entry remembered. */
  async post<D extends Declared<Inputs, Outputs>>(
    step: { readonly definition: D; readonly post: Post<D> },
    before: MemoryHost,
    inputs: Readonly<Record<string, string>> = {},
    options: Options = {},
  ): Promise<MemoryHost> {
    const host = this.host(inputs, { ...options, state: Object.fromEntries(before.savedState) })
    await mainPost(step.definition, step.post, host)
    return host
  }

  /** Registers one file as the next version of a model, and gives its reference. */
  async version(model: string, path: string): Promise<string> {
    return (await this.go(register, { model, files: path }))['reference'] ?? ''
  }

  /** Looks into the workspace. */
  async look<T>(work: (workspace: Workspace) => Promise<T>): Promise<T> {
    return this.#open('look', 'read', work)
  }

  /** Writes into the workspace what no step of this bench would; a request is written once. */
  async record<T>(request: string, work: (workspace: Workspace) => Promise<T>): Promise<T> {
    return this.#open(request, 'write', work)
  }

  async #open<T>(request: string, intent: 'read' | 'write', work: (workspace: Workspace) => Promise<T>): Promise<T> {
    const workspace = await openWorkspace({
      url: this.url,
      host: memoryHost({ context: { folder: this.folder, tempFolder: this.temp } }),
      request,
      by: { name: 'tester', host: 'memory' },
      intent,
      allowPublicFiles: false,
    })
    try {
      return await work(workspace)
    } finally {
      await workspace.close()
    }
  }

  /** Every entry of the ledger, which is checked on the way. */
  async entries(): Promise<readonly AuditEntry[]> {
    return this.look(async (workspace) => {
      const entries: AuditEntry[] = []
      for await (const entry of workspace.audit()) entries.push(entry)
      return entries
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#top, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** What a failed step tells, as one text; empty for one that did not fail. */
export function failureOf({ outcome }: MemoryHost): string {
  if (outcome?.kind !== 'failed') return ''
  const { code, headline, lines, hint } = outcome.rendered
  return [code, headline, ...lines, hint].join('\n')
}

/** The texts of a level in the log. */
export function said(host: MemoryHost, level: string): string {
  return host.logged
    .filter((one) => one.level === level)
    .map(({ text }) => text)
    .join('\n')
}
