import type { Deployment } from '../../records/deployment.ts'
import type { DeploymentStatus, EndpointStatus } from '../../targets/target.ts'

/** How a deployment is, in the words of a table. */
export type Health =
  | 'healthy'
  | 'not ready'
  /** It is remembered as live, and this machine has the endpoint, but not its server. */
  | 'not running'
  /** It is remembered as live, and this machine does not know the endpoint: it may serve elsewhere. */
  | 'not on this machine'

/** One deployment, as the ledger remembers it and as this machine runs it. */
export interface Served {
  readonly endpoint: string
  readonly address?: string
  readonly deployment: string
  /** `name@version` of what is inside. */
  readonly models: readonly string[]
  /** Undefined for what runs and nobody recorded. */
  readonly role?: 'stable' | 'canary'
  /** Per cent of the requests: as the machine splits them, else as the ledger remembers. */
  readonly share: number
  /** Since when it is as it is. */
  readonly since: string
  readonly by?: string
  readonly health: Health
  /** The workspace that recorded it, where ours only has a copy of the record. */
  readonly copiedFrom?: string
  readonly requests?: number
  readonly errors?: number
}

/** Brings together what is remembered and what runs; the one without the other is shown, too. */
export function overviewOf(live: readonly Deployment[], statuses: readonly EndpointStatus[]): readonly Served[] {
  const names = [...new Set([...live.map(({ endpoint }) => endpoint), ...statuses.map(({ endpoint }) => endpoint)])]
  return names.sort().flatMap((endpoint) => {
    const status = statuses.find((one) => one.endpoint === endpoint)
    const remembered = live.filter((one) => one.endpoint === endpoint)
    return servedAt(endpoint, remembered, status)
  })
}

function servedAt(
  endpoint: string,
  remembered: readonly Deployment[],
  status: EndpointStatus | undefined,
): readonly Served[] {
  const running = status?.deployments ?? []
  const names = [...new Set([...remembered, ...running].map(({ name }) => name))]
  return names
    .map((name) => {
      const record = remembered.find((one) => one.name === name)
      const runs = running.find((one) => one.name === name)
      return {
        endpoint,
        deployment: name,
        ...addressOf(status),
        ...factsOf(record, runs),
        health: healthOf(status, runs),
      }
    })
    .sort((a, b) => b.share - a.share || (a.deployment < b.deployment ? -1 : 1))
}

function addressOf(status: EndpointStatus | undefined): Pick<Served, 'address'> {
  return status === undefined ? {} : { address: status.address }
}

function factsOf(record: Deployment | undefined, runs: DeploymentStatus | undefined) {
  const models = runs !== undefined && runs.models.length > 0 ? runs.models : modelOf(record)
  return {
    models,
    share: runs?.share ?? record?.share ?? 0,
    since: record?.at ?? runs?.startedAt ?? '',
    ...(record === undefined ? {} : { role: record.role ?? 'stable', by: record.by.name }),
    ...(record?.copiedFrom === undefined ? {} : { copiedFrom: record.copiedFrom }),
    ...(runs === undefined ? {} : { requests: runs.counts.requests, errors: runs.counts.errors }),
  } as const
}

function modelOf(record: Deployment | undefined): readonly string[] {
  return record === undefined ? [] : [`${record.model}@${record.version}`]
}

function healthOf(status: EndpointStatus | undefined, runs: DeploymentStatus | undefined): Health {
  if (status === undefined) return 'not on this machine'
  if (runs === undefined) return 'not running'
  return status.isReady && runs.isReady ? 'healthy' : 'not ready'
}
