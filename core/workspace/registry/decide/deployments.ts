import { InputError } from '../../../errors/errors.ts'
import type { Deployment } from '../../../records/deployment.ts'
import { notFound } from '../../failures.ts'
import type { Decision } from '../../ledger/transact.ts'
import type { Change } from '../changes.ts'
import { type EndpointDoc, own, type VersionsDoc } from '../documents.ts'
import { usableVersion } from './models.ts'

type Recorded = Omit<Deployment, 'at' | 'by'>

/**
 * Records a deployment; one that replaces another model's under the same name retires it, so that its guard ends. What is
 * recorded already is not recorded again.
 *
 * @throws InputError TY0213 for a canary while another one holds the endpoint.
 */
export function decideDeployment(
  doc: EndpointDoc | undefined,
  page: VersionsDoc | undefined,
  deployment: Recorded,
): Decision<Change, Deployment> {
  const { endpoint, name, model, version, share, state } = deployment
  if (!(share >= 0 && share <= 100)) throw new RangeError(`the share of ${endpoint}/${name} is ${share}`)
  if (state === 'live') usableVersion(page, model, version)
  if (doc?.endpoint === undefined) throw notFound(`no endpoint is called ${endpoint}`)
  if (isLiveCanary(deployment)) demandFree(doc, deployment)
  const before = own(doc.deployments, name)
  // A copied record says what another workspace saw; recorded here it is this one's.
  if (before !== undefined && before.copiedFrom === undefined && isSame(before, deployment)) return { result: before }
  const retired: Change[] =
    before === undefined || before.model === model || before.state === 'retired'
      ? []
      : [{ kind: 'deployment.recorded', deployment: { ...partsOf(before), share: 0, state: 'retired' } }]
  return { changes: [...retired, { kind: 'deployment.recorded', deployment: partsOf(deployment) }] }
}

/** Of any number of canaries that begin at the same time, one gets the endpoint: this is decided on the ledger's head. */
function demandFree({ deployments }: EndpointDoc, { endpoint, name }: Recorded): void {
  const holder = Object.values(deployments).find((one) => one.name !== name && isLiveCanary(one))
  if (holder === undefined) return
  const { model, version, share, at, by } = holder
  const whose = `${by.name}${by.url === undefined ? '' : ` (${by.url})`}`
  throw new InputError({
    code: 'TY0213',
    details: `${model}@${version} is the canary at ${endpoint}, as ${holder.name} with ${share} % of the traffic; ${whose} recorded that at ${at}`,
  })
}

function isLiveCanary({ role, state }: Recorded): boolean {
  return role === 'canary' && state === 'live'
}

function isSame(before: Recorded, after: Recorded): boolean {
  return JSON.stringify(partsOf(before)) === JSON.stringify(partsOf(after))
}

function partsOf(deployment: Recorded): Recorded {
  const { endpoint, name, model, version, share, state, role, package: digest } = deployment
  return {
    endpoint,
    name,
    model,
    version,
    share,
    state,
    ...(role === undefined ? {} : { role }),
    ...(digest === undefined ? {} : { package: digest }),
  }
}
