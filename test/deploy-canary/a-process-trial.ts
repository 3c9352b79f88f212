import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { definition } from '../../core/deploy-canary/definition.ts'
import { run } from '../../core/deploy-canary/run.ts'
import { definition as promoteDefinition } from '../../core/promote/definition.ts'
import { run as promoteRun } from '../../core/promote/run.ts'
import { statement } from '../../core/records/evidence.ts'
import { packageTree } from '../../core/scoring/client/packaged.ts'
import { openWorkspace } from '../../core/workspace/open.ts'
import { Bench } from '../main/bench.ts'
import { type MemoryHost, memoryHost } from '../support/memory-host.ts'
import { ask, ProcessGround, type Trouble } from '../targets/ground.ts'

/** Criteria for a canary of seconds: windows of a second, and an absolute margin, since the good ones never fail. */
const criteria = `version: 1
canary: { window: 500ms, errors: { absolute: 0.1, dispersion: poisson } }
`

/** A plan of a second. */
export const brief = {
  endpoint: 'api',
  plan: '20%:400ms, 50%:600ms',
  minBake: '500ms',
  deadline: '30s',
  lookEvery: '50ms',
  criteria: 'criteria.yml',
} as const

/** A workspace, and processes of this machine that really serve, with clients that really ask. */
export class ProcessTrial implements AsyncDisposable {
  readonly bench: Bench
  readonly ground: ProcessGround
  /** What the clients were answered that was no success, by deployment. */
  readonly failures: string[] = []
  answers = 0
  #versions = 0
  #clients: Promise<void> = Promise.resolve()
  #areAsking = false

  private constructor(bench: Bench, ground: ProcessGround) {
    this.bench = bench
    this.ground = ground
  }

  static async make(): Promise<ProcessTrial> {
    return new ProcessTrial(await Bench.make({ 'criteria.yml': criteria }), await ProcessGround.make())
  }

  /** Registers a version that passed a gate, and packages it; its server makes this trouble. Gives the inputs that name it. */
  async version(trouble: Trouble = {}): Promise<{ readonly candidate: string; readonly package: string }> {
    const number = (this.#versions += 1)
    await this.bench.write({ [`m${number}.bin`]: `model ${number}` })
    const candidate = await this.bench.version('kettle', `m${number}.bin`)
    const { folder: made } = await this.ground.package(candidate, trouble)
    const folder = join(this.bench.temp, `package-${number}`)
    await rename(made, folder)
    const { digest } = await packageTree(folder)
    const workspace = await openWorkspace({
      url: this.bench.url,
      host: memoryHost({ context: { folder: this.bench.folder, tempFolder: this.bench.temp } }),
      request: `version ${number}`,
      by: { name: 'tester', host: 'memory' },
      intent: 'write',
      allowPublicFiles: false,
    })
    const { files } = await workspace.models.version('kettle', number)
    const subject = { name: candidate, digest: files.digest }
    const models = [{ reference: candidate }]
    await workspace.evidence.add(statement('package', subject, { package: { digest }, models }))
    await workspace.evidence.add(statement('gate', subject, { model: 'kettle', verdict: { kind: 'pass' } }))
    await workspace.close()
    return { candidate, package: folder }
  }

  /** The inputs of deploy-canary as a child process is given them. */
  inputs(given: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    return { workspace: this.bench.url, stateFolder: this.ground.folder, ...brief, ...given }
  }

  deploy(given: Readonly<Record<string, string>>): Promise<MemoryHost> {
    return this.bench.run({ definition, run }, this.inputs(given))
  }

  promote(candidate: string): Promise<MemoryHost> {
    const inputs = { candidate, endpoint: 'api', stateFolder: this.ground.folder }
    return this.bench.run({ definition: promoteDefinition, run: promoteRun }, inputs)
  }

  /** Lets clients ask without end, a few at a time. */
  startClients(): void {
    this.#areAsking = true
    const lane = async () => {
      while (this.#areAsking) await this.#ask()
    }
    this.#clients = Promise.all(Array.from({ length: 3 }, lane)).then(() => undefined)
  }

  async #ask(): Promise<void> {
    const address = (await this.ground.target.look('api'))?.address
    for (let n = 0; n < 50 && this.#areAsking && address !== undefined; n += 1) {
      const { status, deployment } = await ask(address)
      this.answers += 1
      if (status !== 200) this.failures.push(`${status} of ${deployment ?? 'nobody'}`)
    }
  }

  async stopClients(): Promise<void> {
    this.#areAsking = false
    await this.#clients
  }

  async shares(): Promise<Readonly<Record<string, number>>> {
    const status = await this.ground.target.look('api')
    return Object.fromEntries((status?.deployments ?? []).map(({ models, share }) => [models.join(), share]))
  }

  /** What the ledger remembers to be live: `kettle@1 stable 100`. */
  async live(): Promise<readonly string[]> {
    const all = await this.bench.look(({ deployments }) => deployments.list({ endpoint: 'api' }))
    return all
      .filter(({ state }) => state === 'live')
      .map(({ model, version, role, share }) => `${model}@${version} ${role} ${share}`)
      .sort()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stopClients()
    await this.ground[Symbol.asyncDispose]()
    await this.bench[Symbol.asyncDispose]()
  }
}
