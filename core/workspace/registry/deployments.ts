import { randomUUID } from 'node:crypto'
import type { Deployment, Endpoint } from '../../records/deployment.ts'
import { namePattern } from '../../records/reference.ts'
import { notFound } from '../failures.ts'
import type { Deployments } from '../workspace.ts'
import { decideDeployment } from './decide/deployments.ts'
import { keys, own, prefixes, read, readAll } from './documents.ts'
import type { Registry } from './registry.ts'

/** Endpoints and what runs behind them. */
export function createDeployments(registry: Registry): Deployments {
  return {
    setEndpoint: (endpoint) => setEndpoint(registry, endpoint),
    record: (deployment) => record(registry, deployment),
    async list({ model, endpoint } = {}) {
      const docs = await readAll(await registry.view(), prefixes.endpoints)
      return docs
        .flatMap(({ deployments }) => Object.values(deployments))
        .filter((one) => model === undefined || one.model === model)
        .filter((one) => endpoint === undefined || one.endpoint === endpoint)
    },
  }
}

async function setEndpoint(registry: Registry, endpoint: Endpoint): Promise<void> {
  checkName(endpoint.name)
  await registry.transact<undefined>({
    request: `${registry.request}/endpoint/${endpoint.name}/${randomUUID()}`,
    async decide(view) {
      const before = await read(view, keys.endpoint(endpoint.name))
      const isSame = JSON.stringify(before?.endpoint) === JSON.stringify(endpoint)
      return isSame ? { result: undefined } : { changes: [{ kind: 'endpoint.set', endpoint }] }
    },
    result: () => undefined,
  })
}

async function record(registry: Registry, deployment: Omit<Deployment, 'at' | 'by'>): Promise<Deployment> {
  const { endpoint, name, model, version } = deployment
  checkName(name)
  const { result } = await registry.transact<Deployment>({
    // A share goes up and down and up again within one execution: every call is a request of its own.
    request: `${registry.request}/deployment/${randomUUID()}`,
    async decide(view) {
      const page = await read(view, keys.versions(model, version))
      return decideDeployment(await read(view, keys.endpoint(endpoint)), page, deployment)
    },
    async result(view) {
      const found = own((await read(view, keys.endpoint(endpoint)))?.deployments, name)
      if (found === undefined) throw notFound(`no deployment is called ${endpoint}/${name}`)
      return found
    },
  })
  return result
}

function checkName(name: string): void {
  if (!namePattern.test(name)) throw new RangeError(`not a name: ${name}`)
}
