import type { Deployment } from '../../../records/deployment.ts'
import { notFound } from '../../failures.ts'
import type { Change } from '../changes.ts'
import { type EndpointDoc, own, type VersionsDoc } from '../documents.ts'
import { liveVersion } from './models.ts'

/** Records a deployment; one that replaces another model's under the same name retires it, so that its guard ends. */
export function decideDeployment(
  doc: EndpointDoc | undefined,
  page: VersionsDoc | undefined,
  deployment: Omit<Deployment, 'at' | 'by'>,
): { readonly changes: readonly Change[] } {
  const { endpoint, name, model, version, share, state } = deployment
  if (!(share >= 0 && share <= 100)) throw new RangeError(`the share of ${endpoint}/${name} is ${share}`)
  if (state === 'live') liveVersion(page, model, version)
  if (doc?.endpoint === undefined) throw notFound(`no endpoint is called ${endpoint}`)
  const before = own(doc.deployments, name)
  const retired: Change[] =
    before === undefined || before.model === model || before.state === 'retired'
      ? []
      : [{ kind: 'deployment.recorded', deployment: { ...partsOf(before), share: 0, state: 'retired' } }]
  return { changes: [...retired, { kind: 'deployment.recorded', deployment: partsOf(deployment) }] }
}

function partsOf({ endpoint, name, model, version, share, state }: Omit<Deployment, 'at' | 'by'>) {
  return { endpoint, name, model, version, share, state }
}
