import { InputError } from '../errors/errors.ts'
import type { Deployment } from '../records/deployment.ts'
import type { Digest } from '../records/digest.ts'
import type { Ground } from './give-traffic.ts'
import { PackageStore } from './package-store.ts'

/** What a server is started again with. */
export interface Revival extends Ground {
  readonly treeOf: (folder: string) => Promise<{ readonly digest: Digest }>
  /** Told what happens, in sentences. */
  readonly say: (sentence: string) => void
}

/**
 * Starts stable again where its server has ended: after the machine was switched off, for one. It keeps its share. A server that
 * runs is left alone.
 *
 * @throws InputError TY0215 when it does not run and its package is not kept on this machine.
 */
export async function reviveStable(stable: Deployment, { target, stateFolder, treeOf, say }: Revival): Promise<void> {
  const { endpoint, name, model, version, package: digest } = stable
  const status = await target.ensureEndpoint(endpoint)
  if (status.deployments.some((one) => one.name === name && one.isReady)) return
  const store = new PackageStore(stateFolder)
  const folder = digest === undefined ? undefined : await store.find(digest)
  const reference = `${model}@${version}`
  if (folder === undefined || digest === undefined) {
    const details = `${reference} is stable at ${endpoint} and does not run, and its package is not kept on this machine`
    throw new InputError({ code: 'TY0215', details })
  }
  const spec = await store.keep({ spec: { name, folder, digest, models: [reference] }, digest }, treeOf)
  await target.start(endpoint, spec)
  if (!status.deployments.some((one) => one.name === name && one.share > 0)) await giveBack(stable, { target })
  say(`${reference} had ended at ${endpoint}, and runs again.`)
}

/** An endpoint that was lost with its shares is made anew, and nobody else has any. */
async function giveBack({ endpoint, name }: Deployment, { target }: Pick<Ground, 'target'>): Promise<void> {
  const status = await target.look(endpoint)
  const others = (status?.deployments ?? []).filter((one) => one.name !== name)
  if (others.some(({ share }) => share > 0)) return
  await target.setShares(endpoint, { ...Object.fromEntries(others.map((one) => [one.name, 0])), [name]: 100 })
}
