import { ExternalError } from '../../core/errors/errors.ts'
import type { Counts, DeploymentSpec, EndpointStatus, Target } from '../../core/targets/target.ts'
import type { Clock } from '../../core/deploy-canary/clock.ts'

/** How the servers of a package behave. */
export interface Behaviour {
  /** The part of its requests that it fails. */
  readonly errorRate?: number
  /** Never becomes ready. */
  readonly isBroken?: boolean
}

interface Server {
  readonly spec: DeploymentSpec
  readonly startedAt: string
  isReady: boolean
  requests: number
  errors: number
  credit: number
  owed: number
}

interface MemoryEndpoint {
  readonly startedAt: string
  readonly servers: Map<string, Server>
  shares: Readonly<Record<string, number>>
}

/**
 * Deployments that run nowhere, on a clock that only its waits move, with real traffic in numbers: requests are split by smooth
 * weighted round robin, and every server fails as its package behaves. It keeps the promises of the port, and notes what it was
 * asked to do.
 */
export class MemoryTarget implements Target {
  readonly id = 'memory'
  readonly #endpoints = new Map<string, MemoryEndpoint>()
  readonly #behaviours = new Map<string, Behaviour>()
  readonly #clock: { ms: number }
  /** What changed something, in order: `start v2`, `split v2=5 v1=95`, `retire v1`. */
  readonly deeds: string[] = []
  /** Requests that found no server with a share. */
  refused = 0
  requestsPerSecond = 100
  /** Called before and after everything that changes something: what it throws is a process that ends there. */
  interrupt: () => void = () => undefined

  constructor(clock: { ms: number }) {
    this.#clock = clock
  }

  /** Says how the servers of a package behave, by its digest. */
  behave(digest: string, behaviour: Behaviour): void {
    this.#behaviours.set(digest, behaviour)
  }

  async look(endpoint: string): Promise<EndpointStatus | undefined> {
    await Promise.resolve()
    const found = this.#endpoints.get(endpoint)
    if (found === undefined) return undefined
    const deployments = [...found.servers.values()].map((server) => ({
      ...server.spec,
      share: found.shares[server.spec.name] ?? 0,
      isReady: server.isReady,
      startedAt: server.startedAt,
      counts: countsOf(server),
    }))
    const address = `http://127.0.0.1/${endpoint}`
    return { endpoint, address, startedAt: found.startedAt, isReady: true, deployments }
  }

  async ensureEndpoint(endpoint: string): Promise<EndpointStatus> {
    if (!this.#endpoints.has(endpoint))
      this.#endpoints.set(endpoint, { startedAt: this.#now(), servers: new Map(), shares: {} })
    const status = await this.look(endpoint)
    if (status === undefined) throw new Error(`${endpoint} was not made`)
    return status
  }

  start(endpoint: string, spec: DeploymentSpec): Promise<void> {
    return this.#interrupted(() => this.#start(endpoint, spec))
  }

  setShares(endpoint: string, shares: Readonly<Record<string, number>>): Promise<void> {
    return this.#interrupted(() => this.#setShares(endpoint, shares))
  }

  retire(endpoint: string, deployment: string): Promise<void> {
    return this.#interrupted(() => this.#retire(endpoint, deployment))
  }

  async #start(endpoint: string, spec: DeploymentSpec): Promise<void> {
    await this.ensureEndpoint(endpoint)
    const { servers } = this.#at(endpoint)
    if (this.#behaviours.get(spec.digest)?.isBroken === true)
      throw new ExternalError({ facts: { operation: `start ${spec.name}` }, details: 'it is not ready' })
    const before = servers.get(spec.name)
    if (before?.spec.digest === spec.digest) {
      before.isReady = true
      return
    }
    const startedAt = this.#now()
    servers.set(spec.name, { spec, startedAt, isReady: true, requests: 0, errors: 0, credit: 0, owed: 0 })
    this.deeds.push(`start ${spec.name}`)
  }

  async #setShares(endpoint: string, shares: Readonly<Record<string, number>>): Promise<void> {
    await Promise.resolve()
    const { servers } = this.#at(endpoint)
    const sum = Object.values(shares).reduce((total, share) => total + share, 0)
    if (Math.abs(sum - 100) > 1e-9) throw new RangeError(`shares add up to ${sum}`)
    for (const [name, share] of Object.entries(shares)) {
      if (share > 0 && servers.get(name)?.isReady !== true) throw new RangeError(`${name} cannot take ${share} %`)
    }
    this.#at(endpoint).shares = shares
    const given = Object.entries(shares).filter(([, share]) => share > 0)
    this.deeds.push(`split ${given.map(([name, share]) => `${name}=${share}`).join(' ')}`)
  }

  async #retire(endpoint: string, deployment: string): Promise<void> {
    await Promise.resolve()
    const { servers, shares } = this.#at(endpoint)
    if ((shares[deployment] ?? 0) > 0) throw new RangeError(`${deployment} has a share`)
    if (servers.delete(deployment)) this.deeds.push(`retire ${deployment}`)
  }

  async remove(endpoint: string): Promise<void> {
    await Promise.resolve()
    if (this.#endpoints.delete(endpoint)) this.deeds.push(`remove ${endpoint}`)
  }

  /** A server crashes, or comes back. */
  setReady(endpoint: string, deployment: string, isReady: boolean): void {
    const server = this.#at(endpoint).servers.get(deployment)
    if (server === undefined) throw new Error(`${deployment} does not run`)
    server.isReady = isReady
  }

  /** Clients ask for some time. */
  serve(ms: number): void {
    const requests = Math.round((ms / 1000) * this.requestsPerSecond)
    for (const endpoint of this.#endpoints.values())
      for (let n = 0; n < requests; n += 1) if (!answer(endpoint, this.#behaviours)) this.refused += 1
  }

  /** A clock whose waits take no time and bring traffic. */
  clock(onWait: () => void = () => undefined): Clock {
    return {
      // Nothing is done in no time.
      now: () => (this.#clock.ms += 1),
      wait: async (ms) => {
        await Promise.resolve()
        this.serve(ms)
        this.#clock.ms += ms
        onWait()
      },
    }
  }

  async #interrupted(work: () => Promise<void>): Promise<void> {
    this.interrupt()
    await work()
    this.interrupt()
  }

  #now(): string {
    return new Date(this.#clock.ms).toISOString()
  }

  #at(endpoint: string): MemoryEndpoint {
    const found = this.#endpoints.get(endpoint)
    if (found === undefined) throw new Error(`there is no endpoint ${endpoint}`)
    return found
  }
}

/** One request; false where nobody answered. */
function answer({ servers, shares }: MemoryEndpoint, behaviours: ReadonlyMap<string, Behaviour>): boolean {
  let chosen: Server | undefined
  let total = 0
  for (const server of servers.values()) {
    const share = shares[server.spec.name] ?? 0
    if (share === 0) continue
    server.credit += share
    total += share
    if (chosen === undefined || server.credit > chosen.credit) chosen = server
  }
  if (chosen === undefined) return false
  chosen.credit -= total
  chosen.requests += 1
  // Errors come evenly: a rate of 0.02 fails every fiftieth request.
  chosen.owed += chosen.isReady ? (behaviours.get(chosen.spec.digest)?.errorRate ?? 0) : 1
  if (chosen.owed < 1) return true
  chosen.owed -= 1
  chosen.errors += 1
  return true
}

function countsOf({ requests, errors }: Server): Counts {
  return { requests, errors, latency: [{ upTo: Infinity, count: requests }] }
}
