import type { Host } from '../../host/host.ts'
import { defineStep } from '../../step/define-step.ts'
import { flag, name, path } from '../../step/input.ts'
import { openTarget } from '../../targets/open.ts'
import type { EndpointStatus } from '../../targets/target.ts'
import type { Look } from '../lazy-look.ts'
import { overviewOf, type Served } from '../serving/overview.ts'
import { textTable, when } from '../text-table.ts'

export const definition = defineStep({
  id: 'endpoints',
  title: 'Show what serves where',
  doc: 'Shows each endpoint with what it serves: since when, with which share of the requests, and whether it is healthy. It asks the servers of this machine, and reads what the workspace remembers; where the two differ, both are shown.',
  branding: { icon: 'activity', color: 'blue' },
  permissions: { contents: 'read' },
  workspace: 'read',
  inputs: {
    name: name({ doc: 'Only this endpoint.' }),
    stateFolder: path({
      doc: 'Where this machine remembers its endpoints. By default below `.trainyard` of the project, in CI of the home of the runner’s user.',
    }),
    json: flag({ doc: 'Prints JSON.', default: false }),
  },
  outputs: {},
})

/** Shows endpoints. */
export const look: Look<typeof definition> = async ({ inputs, workspace, host }) => {
  const { name: only, json } = inputs
  const all = await workspace.deployments.list(only === undefined ? {} : { endpoint: only })
  const live = all.filter(({ state }) => state === 'live')
  const served = overviewOf(live, await runningHere(host, inputs))
  if (json) return JSON.stringify(served, undefined, 2)
  if (served.length > 0) return table(served)
  return only === undefined ? 'Nothing serves.' : `Nothing serves at ${only}.`
}

/** What serves on this machine. On a machine that is thrown away nothing can serve, and on Windows this target does not run. */
export async function runningHere(
  host: Host,
  { name: only, stateFolder }: { readonly name?: string | undefined; readonly stateFolder?: string | undefined },
): Promise<readonly EndpointStatus[]> {
  if (host.context.isThrowAway || process.platform === 'win32') return []
  const { target } = openTarget(host, { stateFolder })
  const names = (await target.endpoints()).filter((one) => only === undefined || one === only)
  const statuses = await Promise.all(names.map((one) => target.look(one)))
  return statuses.filter((status) => status !== undefined)
}

function table(served: readonly Served[]): string {
  return textTable(
    ['endpoint', 'address', 'version', 'role', 'share', 'since', 'health', 'failed'],
    served.map(({ endpoint, models, role, share, since, health, requests, errors, address, copiedFrom }) => [
      endpoint,
      address ?? '-',
      models.join(' '),
      role ?? 'not recorded',
      `${share} %`,
      when(since),
      copiedFrom === undefined ? health : `${health}; recorded in ${copiedFrom}`,
      requests === undefined || errors === undefined ? '-' : `${errors} of ${requests}`,
    ]),
  )
}
