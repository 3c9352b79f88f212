/**
 * Where deployments run and how their traffic is split: the port that deploy-canary, promote, endpoints and down see. Every
 * method that changes something is idempotent and may be called again after a crash at any instruction; none of them decides
 * anything.
 */
export interface Target {
  readonly id: string
  /** The endpoint as it really is now; undefined where there is none. */
  look(endpoint: string): Promise<EndpointStatus | undefined>
  /** Makes the stable address, if it is not there; traffic that arrives before a deployment has a share is answered 503. */
  ensureEndpoint(endpoint: string): Promise<EndpointStatus>
  /**
   * Starts a deployment from a package folder and waits until it is ready; one that runs already with the same package is
   * left alone. It has no share yet.
   *
   * @throws ExternalError when it does not become ready, with the last lines of its log.
   */
  start(endpoint: string, deployment: DeploymentSpec): Promise<void>
  /** Splits the traffic; shares are per cent of requests and add up to 100. No request is lost. */
  setShares(endpoint: string, shares: Readonly<Record<string, number>>): Promise<void>
  /** Takes a deployment without a share out: lets its requests finish, then stops it. */
  retire(endpoint: string, deployment: string): Promise<void>
  /** Ends everything of an endpoint: router and servers. */
  remove(endpoint: string): Promise<void>
}

/** What to run. `folder` holds a package; `digest` is the package's. */
export interface DeploymentSpec {
  readonly name: string
  readonly folder: string
  readonly digest: string
  /** `name@version` of the models inside. */
  readonly models: readonly string[]
}

/** An endpoint as it is now. */
export interface EndpointStatus {
  readonly endpoint: string
  /** Where requests go: `http://127.0.0.1:8080`. */
  readonly address: string
  /** When what splits its traffic began: all counts begin then, anew after it ended and was started again. */
  readonly startedAt: string
  /** Whether the address answers. False when what splits its traffic has ended or hangs; then no counts are known. */
  readonly isReady: boolean
  readonly deployments: readonly DeploymentStatus[]
}

/** One deployment behind an endpoint. Counts grow from its start and never fall. */
export interface DeploymentStatus {
  readonly name: string
  readonly digest: string
  readonly models: readonly string[]
  readonly share: number
  readonly isReady: boolean
  readonly startedAt: string
  readonly counts: Counts
}

/**
 * What was counted of a deployment: each request that it was sent, when it ended. One that failed here and was then answered by
 * another deployment is an error here and a request there, so that no retry hides a failure.
 */
export interface Counts {
  readonly requests: number
  /** Answers 5xx, refused or broken connections, and time-outs. */
  readonly errors: number
  /** Requests by latency: `upTo` seconds (the last bound is Infinity), log-spaced; not cumulative. */
  readonly latency: readonly { readonly upTo: number; readonly count: number }[]
}
