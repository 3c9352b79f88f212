import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deployCanary } from '../../core/deploy-canary/run.ts'
import { definition } from '../../core/deploy-canary/definition.ts'
import { statement } from '../../core/records/evidence.ts'
import type { ModelVersion } from '../../core/records/model.ts'
import { packageTree } from '../../core/scoring/client/packaged.ts'
import { openWorkspace } from '../../core/workspace/open.ts'
import type { Workspace } from '../../core/workspace/workspace.ts'
import type { Run } from '../../core/main/context.ts'
import { definition as promoteDefinition } from '../../core/promote/definition.ts'
import { promote } from '../../core/promote/run.ts'
import { definition as rollbackDefinition } from '../../core/rollback/definition.ts'
import { rollback } from '../../core/rollback/run.ts'
import { Bench, type Step } from '../main/bench.ts'
import { type MemoryHost, type MemoryHostOptions, memoryHost } from '../support/memory-host.ts'
import { type Behaviour, MemoryTarget } from '../support/memory-target.ts'

/** A version with its package. */
export interface Packaged {
  readonly reference: string
  readonly version: ModelVersion
  readonly folder: string
}

type Options = Omit<MemoryHostOptions, 'inputs'>

/** A quick plan; the clock of a trial is only moved by its waits. */
export const quick = {
  endpoint: 'api',
  plan: '5%:2m, 50%:5m',
  minBake: '5m',
  deadline: '1h',
  lookEvery: '20s',
}

/** A workspace with versions and their packages, and a target on a clock that only waits move. */
export class Trial implements AsyncDisposable {
  readonly bench: Bench
  readonly time = { ms: Date.parse('2026-01-01T00:00:00Z') }
  readonly target: MemoryTarget
  /** Called after each wait. */
  onWait: () => void = () => undefined
  #versions = 0

  private constructor(bench: Bench) {
    this.bench = bench
    this.target = new MemoryTarget(this.time)
  }

  static async make(): Promise<Trial> {
    return new Trial(await Bench.make())
  }

  /** With the first version in production. */
  static async withStable(behaviour: Behaviour = { errorRate: 0.01 }): Promise<Trial> {
    const trial = await Trial.make()
    const stable = await trial.version(behaviour)
    await trial.pass(stable)
    await trial.deploy(stable)
    return trial
  }

  /** Registers a version, and packages it; its servers behave in this way. */
  async version(behaviour: Behaviour = {}): Promise<Packaged> {
    const number = (this.#versions += 1)
    await this.bench.write({ [`m${number}.bin`]: `model ${number}` })
    const reference = await this.bench.version('kettle', `m${number}.bin`)
    const folder = join(this.bench.temp, `package-${number}`)
    await mkdir(folder)
    await writeFile(join(folder, 'serve.mjs'), `// serves ${reference}\n`)
    const { digest } = await packageTree(folder)
    this.target.behave(digest, behaviour)
    const version = await this.write(async (workspace) => {
      const found = await workspace.models.version('kettle', number)
      const subject = { name: reference, digest: found.files.digest }
      await workspace.evidence.add(statement('package', subject, { package: { digest }, models: [{ reference }] }))
      return found
    })
    return { reference, version, folder }
  }

  /** A gate passes a version, or says something else. */
  async pass({ reference, version }: Packaged, kind: 'pass' | 'fail' | 'inconclusive' = 'pass'): Promise<void> {
    const subject = { name: reference, digest: version.files.digest }
    const predicate = { model: 'kettle', candidate: reference, verdict: { kind } }
    await this.write((workspace) => workspace.evidence.add(statement('gate', subject, predicate)))
  }

  /** Runs deploy-canary on a version, as a process of its own would. */
  async deploy(
    { reference, folder }: Pick<Packaged, 'reference' | 'folder'>,
    inputs: Readonly<Record<string, string>> = {},
    options: Options = {},
  ): Promise<MemoryHost> {
    return this.bench.run(this.step, { ...quick, candidate: reference, package: folder, ...inputs }, options)
  }

  /** Runs promote with the traffic of the endpoint. */
  async promote(reference: string, inputs: Readonly<Record<string, string>> = {}): Promise<MemoryHost> {
    const { target, stateFolder } = this
    const run: Run<typeof promoteDefinition> = (context) => promote(context, () => ({ target, stateFolder }))
    return this.bench.run({ definition: promoteDefinition, run }, { candidate: reference, endpoint: 'api', ...inputs })
  }

  /** Runs rollback with the traffic of the endpoint. */
  async rollback(inputs: Readonly<Record<string, string>> = {}): Promise<MemoryHost> {
    const { target, stateFolder } = this
    const run: Run<typeof rollbackDefinition> = (context) => rollback(context, () => ({ target, stateFolder }))
    const all = { model: 'kettle', endpoint: 'api', reason: 'it overheats', ...inputs }
    return this.bench.run({ definition: rollbackDefinition, run }, all)
  }

  async champion(): Promise<number | undefined> {
    return (await this.bench.look(({ models }) => models.find('kettle')))?.aliases['champion']
  }

  get stateFolder(): string {
    return join(this.bench.temp, 'state')
  }

  get step(): Step<typeof definition> {
    const { target, stateFolder } = this
    const clock = target.clock(() => this.onWait())
    return { definition, run: (context) => deployCanary(context, { target, stateFolder, clock }) }
  }

  /** Ends the endpoint, as somebody does who takes it down. */
  async end(): Promise<void> {
    await this.write(async ({ deployments }) => {
      for (const one of await deployments.list({ endpoint: 'api' }))
        await deployments.record({ ...one, share: 0, state: 'retired' })
    })
    await this.target.remove('api')
  }

  /** The shares as the target has them. */
  async shares(): Promise<Readonly<Record<string, number>>> {
    const status = await this.target.look('api')
    return Object.fromEntries((status?.deployments ?? []).map(({ models, share }) => [models.join(), share] as const))
  }

  /** What the ledger remembers of the endpoint: `kettle@1 stable 100 live`. */
  async remembered(): Promise<readonly string[]> {
    const all = await this.bench.look(({ deployments }) => deployments.list({ endpoint: 'api' }))
    return all.map(({ model, version, role, share, state }) => `${model}@${version} ${role} ${share} ${state}`).sort()
  }

  /** Writes into the workspace by hand. */
  async write<T>(work: (workspace: Workspace) => Promise<T>): Promise<T> {
    const workspace = await openWorkspace({
      url: this.bench.url,
      host: memoryHost({ context: { folder: this.bench.folder, tempFolder: this.bench.temp } }),
      request: `by hand ${Math.random()}`,
      by: { name: 'tester', host: 'memory' },
      intent: 'write',
      allowPublicFiles: false,
    })
    try {
      return await work(workspace)
    } finally {
      await workspace.close()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.bench[Symbol.asyncDispose]()
  }
}
