import { setTimeout as sleep } from 'node:timers/promises'
import type { RouterStatus } from '../router-status.ts'
import type { Result } from './attempt.ts'
import type { RouterLog } from './log.ts'
import { Split } from './split.ts'
import { type Server, Upstream } from './upstream.ts'

/** For a server that is slow to answer nobody waits longer; it is taken as down meanwhile. */
const longestCheckMs = 1000

/** The deployments of a router, how its traffic is split among them, and which of them are well. */
export class Table {
  /** Requests that nobody could take. */
  unserved = 0
  readonly #split = new Split()
  readonly #upstreams = new Map<string, Upstream>()
  readonly #log: RouterLog

  constructor(log: RouterLog) {
    this.#log = log
  }

  get upstreams(): readonly Upstream[] {
    return [...this.#upstreams.values()]
  }

  get shares(): Readonly<Record<string, number>> {
    return this.#split.shares
  }

  get(name: string): Upstream | undefined {
    return this.#upstreams.get(name)
  }

  /** Splits the traffic anew; requests that are under way end where they are. */
  setShares(shares: Readonly<Record<string, number>>): void {
    this.#split.set(shares)
  }

  /** Takes over which deployments there are, and asks the new servers whether they are ready. */
  async setServers(servers: ReadonlyMap<string, Server>): Promise<void> {
    for (const [name, upstream] of this.#upstreams) {
      if (servers.has(name)) continue
      upstream.close()
      this.#upstreams.delete(name)
    }
    for (const [name, server] of servers) {
      const known = this.#upstreams.get(name)
      if (known === undefined) this.#upstreams.set(name, new Upstream(name, server))
      else if (known.server.launch !== server.launch) known.replace(server)
    }
    await Promise.race([this.check(), sleep(longestCheckMs, undefined, { ref: false })])
  }

  /** Asks every server whether it is ready. */
  async check(): Promise<void> {
    await Promise.all(this.upstreams.map((upstream) => this.#check(upstream)))
  }

  /** Where a request goes that was not tried at these; undefined when no other deployment with a share can take it. */
  next(tried: ReadonlySet<string>): Upstream | undefined {
    const name = this.#split.next((each) => !tried.has(each) && this.canTake(this.#upstreams.get(each)))
    return name === undefined ? undefined : this.#upstreams.get(name)
  }

  /** Whether requests may be sent there. */
  canTake(upstream: Upstream | undefined): boolean {
    return upstream !== undefined && upstream.isUp && !upstream.isLeaving
  }

  /** Learns from an attempt that failed: nobody listens any more, or something is wrong and worth a look. */
  observe(upstream: Upstream, { isRefused, reason }: Result): void {
    if (upstream.mayComplain()) this.#log('broken', { deployment: upstream.name, reason })
    if (isRefused === true) this.#mark(upstream, false)
    void this.#check(upstream)
  }

  /** What `/status` says. */
  status(): RouterStatus['deployments'] {
    const { shares } = this
    return this.upstreams.map(({ name, server, isUp, inFlight, tally }) => ({
      name,
      digest: server.digest,
      share: shares[name] ?? 0,
      isUp,
      inFlight,
      requests: tally.requests,
      errors: tally.errors,
      latency: [...tally.latency],
    }))
  }

  async #check(upstream: Upstream): Promise<void> {
    const isUp = await upstream.check()
    if (isUp !== undefined) this.#mark(upstream, isUp)
  }

  #mark(upstream: Upstream, isUp: boolean): void {
    if (upstream.isUp === isUp) return
    upstream.isUp = isUp
    this.#log(isUp ? 'up' : 'down', { deployment: upstream.name, port: upstream.server.port })
  }
}
