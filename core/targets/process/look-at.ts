import type { DeploymentStatus, EndpointStatus } from '../target.ts'
import { claimedKeys } from './claim.ts'
import type { Site } from './context.ts'
import { asLatency } from './latency.ts'
import { readyFile, serverKey } from './layout.ts'
import type { RouterStatus } from './router-status.ts'
import { isReady } from './router/upstream.ts'
import { storedShares } from './router/stored.ts'
import { latestRouter, latestServer, statusOf } from './running.ts'
import { intentSchema, readState, readWanted, readySchema, type Wanted } from './state.ts'

type RouterSays = RouterStatus['deployments'][number]

/**
 * The endpoint as its files say and as its processes really are: each process is looked for, the router is asked, and where no
 * router answers the servers are asked instead.
 *
 * @returns undefined where no router ever began, or all has been removed
 */
export async function lookAt({ layout, endpoint, context }: Site): Promise<EndpointStatus | undefined> {
  const router = latestRouter(layout)
  if (router === undefined) return undefined
  const intent = await readState(layout.intent, intentSchema)
  const isAsked = router.isRunning && intent !== undefined
  const answer = isAsked ? await statusOf(router, intent.token, context.signal) : 'silent'
  const status = typeof answer === 'object' ? answer : undefined
  const wanted = new Map((await readWanted(layout)).map((each) => [each.name, each]))
  const shares = await storedShares(layout)
  const names = [...new Set([...wanted.keys(), ...runningServers(layout.processes)])].sort()
  const deployments: DeploymentStatus[] = []
  for (const name of names) {
    const says = status?.deployments.find((each) => each.name === name)
    const found = await deploymentAt({ layout, name, wanted: wanted.get(name), says })
    if (found !== undefined) deployments.push({ ...found, share: says?.share ?? shares[name] ?? 0 })
  }
  return {
    endpoint,
    address: `http://127.0.0.1:${router.port}`,
    startedAt: router.startedAt,
    isReady: status !== undefined && !status.isStopping,
    deployments,
  }
}

interface Parts {
  readonly layout: Site['layout']
  readonly name: string
  readonly wanted: Wanted | undefined
  readonly says: RouterSays | undefined
}

/** Undefined for what is neither wanted nor runs. */
async function deploymentAt({
  layout,
  name,
  wanted,
  says,
}: Parts): Promise<Omit<DeploymentStatus, 'share'> | undefined> {
  const server = latestServer(layout, name)
  const isRunning = server?.isRunning === true
  if (wanted === undefined && !isRunning) return undefined
  const ready = isRunning ? await readState(readyFile(layout, server.launch), readySchema) : undefined
  return {
    name,
    digest: wanted?.digest ?? server?.digest ?? '',
    models: wanted?.models ?? [],
    isReady: ready !== undefined && (says === undefined ? await isReady(ready.port) : says.isUp),
    startedAt: server?.startedAt ?? wanted?.createdAt ?? '',
    counts: {
      requests: says?.requests ?? 0,
      errors: says?.errors ?? 0,
      latency: asLatency(says?.latency ?? []),
    },
  }
}

function runningServers(processes: string): readonly string[] {
  const prefix = serverKey('')
  return claimedKeys(processes)
    .filter((key) => key.startsWith(prefix))
    .map((key) => key.slice(prefix.length))
}
