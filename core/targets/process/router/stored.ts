import { latestClaim } from '../claim.ts'
import { type Layout, readyFile, serverKey } from '../layout.ts'
import { readState, readWanted, readySchema, serverClaimSchema, storedSharesSchema } from '../state.ts'
import type { Server } from './upstream.ts'

/** The deployments that are wanted and whose server has said that it is ready, whether it still lives or not. */
export async function storedServers(layout: Layout): Promise<ReadonlyMap<string, Server>> {
  const servers = new Map<string, Server>()
  for (const { name, digest } of await readWanted(layout)) {
    const claim = serverClaimSchema.safeParse(latestClaim(layout.processes, serverKey(name))?.record)
    if (!claim.success || claim.data.digest !== digest) continue
    const { launch } = claim.data
    const ready = await readState(readyFile(layout, launch), readySchema)
    if (ready !== undefined) servers.set(name, { launch, digest, port: ready.port })
  }
  return servers
}

/** How the traffic was split the last time. */
export async function storedShares({ shares }: Layout): Promise<Readonly<Record<string, number>>> {
  return (await readState(shares, storedSharesSchema))?.shares ?? {}
}
