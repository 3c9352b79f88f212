import { type CanaryResult, canaryOf } from '../main/canaries.ts'
import type { Deployment } from '../records/deployment.ts'
import type { ModelVersion } from '../records/model.ts'
import { packageTree } from '../scoring/client/packaged.ts'
import { type Ground, giveTraffic } from '../targets/give-traffic.ts'
import { type ProvenPackage, provenPackage } from '../targets/package-of.ts'
import { servingAt } from '../targets/serving.ts'
import type { PromoteContext } from './run.ts'

/** Why a version may have all the traffic of an endpoint, or why not. */
export type Access =
  /** It has it already: as the first one there, or since a promotion that was cut off. */
  | { readonly kind: 'stable'; readonly canary: CanaryResult | undefined }
  | { readonly kind: 'canary'; readonly canary: CanaryResult }
  | { readonly kind: 'forced'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string }

/** What access is decided on. */
export interface AccessQuestion {
  readonly version: Pick<ModelVersion, 'model' | 'version'>
  readonly stable: Deployment | undefined
  /** What is tried at the endpoint now. */
  readonly trying: Deployment | undefined
  /** The newest canary of the version's bytes there. */
  readonly canary: CanaryResult | undefined
  /** The package that was given. */
  readonly given: ProvenPackage | undefined
  readonly force: boolean
  readonly reason: string | undefined
}

/** Decides by the newest canary of the very bytes, in the very package; a forced promotion that needs no force is an ordinary one. */
export function accessOf({ version, stable, trying, canary, given, force, reason }: AccessQuestion): Access {
  const isOwn = (one: Deployment | undefined) => one?.model === version.model && one.version === version.version
  const wanted = given?.digest ?? (isOwn(trying) ? trying?.package : undefined)
  if (isOwn(stable) && (given === undefined || stable?.package === given.digest))
    return { kind: 'stable', canary: canary?.verdict === 'pass' ? canary : undefined }
  const isSame = wanted === undefined || wanted === canary?.package
  if (canary?.verdict === 'pass' && isSame) return { kind: 'canary', canary }
  if (force && reason !== undefined) return { kind: 'forced', reason }
  return { kind: 'refused', reason: reasonOf(canary) }
}

function reasonOf(canary: CanaryResult | undefined): string {
  if (canary === undefined) return 'no canary has tried these files there'
  if (canary.verdict === 'pass') return `its canary (${canary.at}, evidence ${canary.id}) was of another package`
  return `the newest canary says ${canary.verdict ?? 'nothing'} (${canary.at}, evidence ${canary.id})`
}

/** The traffic of an endpoint, asked for a version. */
export interface Traffic {
  readonly endpoint: string
  readonly access: Access
  /** Moves it; only when access is given. */
  move(): Promise<void>
}

/** What the step is to do with traffic; undefined where no endpoint was given. */
export async function trafficFor(
  { inputs, workspace, host }: PromoteContext,
  version: ModelVersion,
  open: () => Ground,
): Promise<Traffic | undefined> {
  const { endpoint, force, reason, package: folder } = inputs
  if (endpoint === undefined) return undefined
  const ground = open()
  const input = host.inputName('package')
  const given =
    folder === undefined ? undefined : await provenPackage(folder, { version, workspace, input, treeOf: packageTree })
  const { stable, canary: trying } = await servingAt(endpoint, workspace)
  const canary = await canaryOf(version, endpoint, workspace)
  const access = accessOf({ version, stable, trying, canary, given, force, reason })
  const say = (sentence: string) => host.log.info(sentence)
  const deed = `promotes ${version.model}@${version.version}`
  const request = { endpoint, version, given, known: canary?.package, deed, treeOf: packageTree }
  return {
    endpoint,
    access,
    async move() {
      await giveTraffic({ ...ground, workspace, say }, request)
    },
  }
}
