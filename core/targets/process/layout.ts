import { join } from 'node:path'
import { InputError } from '../../errors/errors.ts'
import { namePattern } from '../../records/reference.ts'

/** Where the files of one endpoint are. Everything below `folder` belongs to it alone. */
export interface Layout {
  readonly folder: string
  /** What the endpoint is to be (`Intent`). It is written first and removed first: without it no process of the endpoint begins. */
  readonly intent: string
  /** How the traffic is split (`StoredShares`); only the router writes it. */
  readonly shares: string
  /** What is to run, one `<name>.json` for each deployment (`Wanted`), and beside it the log of its server. */
  readonly deployments: string
  /** What runs or ran: who claimed to be the router or a server (claim.ts), and where servers say that they are ready. */
  readonly processes: string
  /** The log of the router. */
  readonly log: string
}

/** The claim of an endpoint's router. */
export const routerKey = 'router'

/** The claim of a deployment's server. */
export function serverKey(deployment: string): string {
  return `server-${deployment}`
}

/**
 * The files of an endpoint.
 *
 * @throws InputError when the name is none, so that no name leaves the state folder.
 */
export function layoutOf(stateFolder: string, endpoint: string): Layout {
  return layoutIn(join(stateFolder, checkedName('endpoint', endpoint)))
}

/** The files of the endpoint whose folder is known, as its own processes know it. */
export function layoutIn(folder: string): Layout {
  return {
    folder,
    intent: join(folder, 'router.json'),
    shares: join(folder, 'shares.json'),
    deployments: join(folder, 'deployments'),
    processes: join(folder, 'processes'),
    log: join(folder, 'router.log'),
  }
}

/** Where it is written that a deployment is to run. */
export function wantedFile({ deployments }: Layout, name: string): string {
  return join(deployments, `${checkedName('deployment', name)}.json`)
}

/** Where the server of a deployment logs. */
export function serverLog({ deployments }: Layout, name: string): string {
  return join(deployments, `${checkedName('deployment', name)}.log`)
}

/** Where the server that was launched under this id says that it is ready. */
export function readyFile({ processes }: Layout, launch: string): string {
  return join(processes, `${launch}.ready.json`)
}

function checkedName(subject: string, value: string): string {
  if (namePattern.test(value)) return value
  const problem = 'is not a name: letters, digits, `-`, `_` and `.`, beginning with a letter, at most 64 characters'
  throw new InputError({ faults: [{ subject, source: { kind: 'input' }, value, problem }] })
}
