import { ExternalError } from '../errors/errors.ts'
import type { Deployment } from '../records/deployment.ts'
import type { Digest } from '../records/digest.ts'
import type { Workspace } from '../workspace/workspace.ts'
import type { DeploymentSpec, EndpointStatus, Target } from './target.ts'

/** A version that is to have all the traffic of an endpoint. */
export interface Winner {
  readonly endpoint: string
  readonly name: string
  readonly model: string
  readonly version: number
  readonly package: Digest
}

/** What a change of an endpoint works on. */
export interface Scene {
  readonly target: Target
  readonly workspace: Workspace
  /** Told what happens, in sentences. */
  readonly say: (sentence: string) => void
}

/**
 * Starts a deployment without a share, as a canary that holds the endpoint: nobody else may begin there, and nobody may delete
 * the version, from before its server starts.
 *
 * @throws InputError TY0213 when another canary holds the endpoint; ExternalError when it does not become ready.
 */
export async function bringUp({ target, workspace, say }: Scene, winner: Winner, spec: DeploymentSpec): Promise<void> {
  await workspace.deployments.record({ ...winner, share: 0, state: 'live', role: 'canary' })
  await target.start(winner.endpoint, spec)
  say(`${winner.model}@${winner.version} runs at ${winner.endpoint} as ${winner.name}.`)
}

/**
 * Gives a deployment that runs all the traffic, and retires every other one: first the traffic, then the record, and only then
 * the others end, each recorded when it has. A crash at any instruction leaves an endpoint that serves, and records that guard
 * too much rather than too little; the same call again finishes the work.
 *
 * @returns the names of the deployments that were retired
 * @throws ExternalError when it does not run.
 */
export async function takeOver(scene: Scene, winner: Winner): Promise<readonly string[]> {
  const { target, workspace, say } = scene
  const { endpoint, name } = winner
  const status = await target.ensureEndpoint(endpoint)
  const names = status.deployments.map((deployment) => deployment.name)
  if (!isReady(status, name)) throw notReady(winner)
  await target.setShares(endpoint, Object.fromEntries(names.map((one) => [one, one === name ? 100 : 0])))
  await workspace.deployments.record({ ...winner, share: 100, state: 'live', role: 'stable' })
  say(`${winner.model}@${winner.version} has all the traffic of ${endpoint}.`)
  return retireOthers(scene, winner, names)
}

async function retireOthers(
  { target, workspace, say }: Scene,
  { endpoint, name }: Winner,
  running: readonly string[],
): Promise<readonly string[]> {
  const recorded = new Map<string, Deployment>()
  for (const one of await workspace.deployments.list({ endpoint }))
    if (one.state === 'live') recorded.set(one.name, one)
  const others = [...new Set([...running, ...recorded.keys()])].filter((one) => one !== name).sort()
  for (const other of others) {
    if (running.includes(other)) await target.retire(endpoint, other)
    const record = recorded.get(other)
    if (record !== undefined) await workspace.deployments.record({ ...record, share: 0, state: 'retired' })
    say(`${other} is retired.`)
  }
  return others
}

function isReady({ deployments }: EndpointStatus, wanted: string): boolean {
  return deployments.some(({ name, isReady: ready }) => name === wanted && ready)
}

function notReady({ endpoint, name, model, version }: Winner): ExternalError {
  return new ExternalError({
    facts: { operation: `give ${name} the traffic of ${endpoint}` },
    details: `The deployment of ${model}@${version} does not run, or is not ready; the traffic stays where it is.`,
  })
}
