import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { Agent, type IncomingHttpHeaders, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import {
  type ProcessTarget,
  type ProcessTargetOptions,
  processTarget,
} from '../../core/targets/process/process-target.ts'
import type { DeploymentSpec, DeploymentStatus, Target } from '../../core/targets/target.ts'
import { buildIfStale } from '../../scripts/lib/fresh.mjs'
import { root } from '../../scripts/lib/sources.mjs'
import { endProcessesOf, processesOf, type RunningProcess } from '../support/processes.ts'

/** What a package does besides answering; see test/support/stand-in-server/serve.mjs. */
export interface Trouble {
  readonly delayMs?: number
  readonly startMs?: number
  readonly failure?: string
  readonly failEvery?: number
  readonly breakEvery?: number
  readonly raw?: string
  readonly isSilent?: boolean
  readonly isStubborn?: boolean
}

/** Where a target is put to the test. */
export interface Ground extends AsyncDisposable {
  readonly target: Target
  /** A package whose server answers with this name. */
  package(name: string, trouble?: Trouble): Promise<DeploymentSpec>
}

const standIn = fileURLToPath(new URL('../support/stand-in-server', import.meta.url))

buildIfStale('router')

/** The built program; `hold.mjs` is beside it. */
const routerProgram = join(root, 'dist/router/router.mjs')

/** A target of processes in a folder of its own. In the end everything in it must have been ended by the test or is ended here. */
export class ProcessGround implements Ground {
  readonly folder: string
  readonly lines: string[] = []
  readonly options: ProcessTargetOptions
  readonly target: ProcessTarget

  private constructor(folder: string, options: Partial<ProcessTargetOptions>) {
    this.folder = folder
    this.options = {
      stateFolder: join(folder, 'endpoints'),
      env: process.env,
      routerProgram,
      nodeProgram: process.execPath,
      signal: new AbortController().signal,
      onLine: (line) => this.lines.push(line),
      readyTimeoutMs: 20_000,
      ...options,
    }
    this.target = processTarget(this.options)
  }

  static async make(options: Partial<ProcessTargetOptions> = {}): Promise<ProcessGround> {
    return new ProcessGround(await realpath(await mkdtemp(join(tmpdir(), 'trainyard-target-'))), options)
  }

  /** The folder of an endpoint's files. */
  state(endpoint: string): string {
    return join(this.options.stateFolder, endpoint)
  }

  async package(name: string, trouble: Trouble = {}): Promise<DeploymentSpec> {
    const folder = join(this.folder, 'packages', name)
    await mkdir(folder, { recursive: true })
    await cp(standIn, folder, { recursive: true })
    await writeFile(join(folder, 'stand-in.json'), JSON.stringify({ name, ...trouble }))
    return { name, folder, digest: `sha256:${name}`, models: [`flights@${name.replace(/\D/g, '') || '1'}`] }
  }

  /** Every process whose command line names this ground. */
  processes(): readonly RunningProcess[] {
    return processesOf(this.folder)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    endProcessesOf(this.folder)
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

const agent = new Agent({ keepAlive: true })

/** What was answered. */
export interface Answered {
  readonly status: number
  readonly deployment: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** How something is asked that is not an inference of a few bytes. */
export interface Asked {
  readonly path?: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
}

/** What an endpoint answers to one request. */
export function ask(address: string, asked: Asked = {}): Promise<Answered> {
  const { path = '/v2/models/x/infer', method = 'POST', headers = {}, body = '{"inputs":[]}' } = asked
  return new Promise((resolve, reject) => {
    const outgoing = request(`${address}${path}`, { agent, method, headers })
    outgoing.on('error', reject)
    outgoing.on('response', (answer) => {
      const deployment = answer.headers['x-trainyard-deployment']
      const { statusCode: status = 0, headers: answered } = answer
      text(answer).then(
        (said) => resolve({ status, deployment: deployment?.toString(), headers: answered, text: said }),
        reject,
      )
    })
    outgoing.end(method === 'GET' ? undefined : body)
  })
}

/** Asks so many times, a few at a time, and counts who answered. */
export async function askMany(address: string, times: number): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {}
  const lane = async (count: number) => {
    for (let turn = 0; turn < count; turn += 1) {
      const { status, deployment } = await ask(address)
      const who = status === 200 ? String(deployment) : String(status)
      counts[who] = (counts[who] ?? 0) + 1
    }
  }
  const lanes = 8
  await Promise.all(Array.from({ length: lanes }, (_, at) => lane(Math.floor((times + at) / lanes))))
  return counts
}

/** One deployment of an endpoint as the target sees it now. */
export async function deploymentOf(target: Target, endpoint: string, name: string): Promise<DeploymentStatus> {
  const found = (await target.look(endpoint))?.deployments.find((each) => each.name === name)
  if (found === undefined) throw new Error(`${endpoint} has no deployment ${name}`)
  return found
}
