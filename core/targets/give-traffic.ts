import { InputError } from '../errors/errors.ts'
import type { Deployment } from '../records/deployment.ts'
import type { Digest } from '../records/digest.ts'
import type { ModelVersion } from '../records/model.ts'
import { holdEndpoint } from './hold.ts'
import { PackageStore } from './package-store.ts'
import type { ProvenPackage } from './package-of.ts'
import { demandNoOtherCanary, deploymentName, servingAt } from './serving.ts'
import { bringUp, type Scene, takeOver, type Winner } from './take-over.ts'
import type { DeploymentSpec, Target } from './target.ts'

/** The target, and where on this machine it is remembered. */
export interface Ground {
  readonly target: Target
  readonly stateFolder: string
}

/** A version that is to have all the traffic of an endpoint, with what of its package is known. */
export interface Request {
  readonly endpoint: string
  readonly version: ModelVersion
  /** What was given; demanded where the version does not run, and its package is not kept on this machine. */
  readonly given: ProvenPackage | undefined
  /** The package that the records name. */
  readonly known: Digest | undefined
  /** What this is for, as a verb phrase: "promotes flights@3". */
  readonly deed: string
  readonly treeOf: (folder: string) => Promise<{ readonly digest: Digest }>
}

/**
 * Gives a version all the traffic of an endpoint: starts it where it does not run, moves the traffic, drains and retires what
 * had it. Only this process works on the endpoint meanwhile. A crash at any instruction is recovered by the same call.
 *
 * @returns the names of the deployments that were retired
 * @throws InputError TY0213 while another canary is tried there or another process is at work; when the package is not at hand.
 */
export async function giveTraffic(scene: Scene & Ground, request: Request): Promise<readonly string[]> {
  const { workspace, stateFolder } = scene
  const { endpoint, deed } = request
  const hold = await holdEndpoint(stateFolder, endpoint, deed)
  try {
    const serving = await servingAt(endpoint, workspace)
    const own = [serving.canary, serving.stable].find((one) => isOf(one, request))
    demandNoOtherCanary(serving, own?.name)
    const winner = winnerOf(request, own)
    await ensureRuns(scene, { request, winner, isRecorded: own !== undefined })
    const retired = await takeOver(scene, winner)
    await new PackageStore(stateFolder).sweep(await workspace.deployments.list())
    return retired
  } finally {
    hold.release()
  }
}

/** Whether a deployment is the one that is asked for: of the version, and of the package where one was given. */
function isOf(one: Deployment | undefined, { version, given }: Request): one is Deployment {
  const isVersion = one?.model === version.model && one.version === version.version
  return isVersion && (given === undefined || one.package === given.digest)
}

function winnerOf({ endpoint, version, given, known }: Request, own: Deployment | undefined): Winner {
  const digest = own?.package ?? given?.digest ?? known
  if (digest === undefined) throw notAtHand(endpoint, version)
  const name = own?.name ?? deploymentName(version.version, digest)
  return { endpoint, name, model: version.model, version: version.version, package: digest }
}

interface Wanted {
  readonly request: Request
  readonly winner: Winner
  /** The ledger remembers it as live, so it has a role already. */
  readonly isRecorded: boolean
}

async function ensureRuns(scene: Scene & Ground, { request, winner, isRecorded }: Wanted): Promise<void> {
  const { target } = scene
  const status = await target.ensureEndpoint(request.endpoint)
  const running = status.deployments.find(({ name }) => name === winner.name)
  if (isRecorded && running?.isReady === true) return
  const spec = await specOf(scene, request, winner)
  if (isRecorded) await target.start(request.endpoint, spec)
  else await bringUp(scene, winner, spec)
}

async function specOf(
  { stateFolder }: Ground,
  { endpoint, version, given, treeOf }: Request,
  winner: Winner,
): Promise<DeploymentSpec> {
  const store = new PackageStore(stateFolder)
  if (given !== undefined) return store.keep(given, treeOf)
  const folder = await store.find(winner.package)
  if (folder === undefined) throw notAtHand(endpoint, version)
  const { name, package: digest } = winner
  const spec = { name, folder, digest, models: [`${version.model}@${version.version}`] }
  return store.keep({ spec, digest }, treeOf)
}

function notAtHand(endpoint: string, { model, version }: ModelVersion): InputError {
  const details = `${model}@${version} does not run at ${endpoint}, and its package is not kept on this machine: give its folder as \`package\``
  return new InputError({ details })
}
