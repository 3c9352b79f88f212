import { basename } from 'node:path'
import { ConfigError, InputError } from '../errors/errors.ts'
import { faultLine } from '../errors/render.ts'
import type { Connection, Host } from '../host/host.ts'
import { demandTrust } from '../main/trust.ts'
import type { Project } from '../project/project.ts'
import type { Workspace } from '../workspace/workspace.ts'
import { type Delivery, deliver, type Dispatch } from './deliver.ts'
import { householdOf, isInAzurePipelines } from './home.ts'
import { failureOf, summaryOf } from './report.ts'
import { type Credentials, routesOf } from './routes.ts'

/** What delivery takes of a step's context; the inputs of any step fit, which then has those of these names. */
export interface DeliveryContext {
  readonly inputs: {
    readonly token?: string | undefined
    readonly githubToken?: string | undefined
    readonly azureDevops?: string | undefined
    readonly webhookSecret?: string | undefined
    readonly model?: string | undefined
    readonly event?: string | undefined
  }
  readonly workspace: Workspace
  readonly project: Project
  readonly host: Host
  readonly signal: AbortSignal
}

/**
 * Everything that a delivery by the project's rules needs.
 *
 * @throws InputError with all that is missing; TY0211 where the code that runs is not trusted.
 */
export async function dispatchOf(context: DeliveryContext): Promise<Dispatch> {
  const { inputs, workspace, project, host, signal } = context
  demandTrust(host, 'start releases')
  const home = await householdOf(host)
  const file = project.file === undefined ? 'trainyard.yml' : basename(project.file)
  const outfit = { host, home, credentials: credentialsOf(context), workspace: workspace.url, file }
  const routes = routesOf(project.content.triggers, outfit)
  return { workspace, routes, home, signal, only: { event: inputs.event, model: inputs.model } }
}

/**
 * Delivers at once what another step just recorded, and leaves to the trigger step what does not arrive: a release that does
 * not start must not undo a registration. Waits for nobody.
 *
 * @returns what became of each event; the summary says it, and a warning what is left.
 */
export async function deliverNow(context: DeliveryContext): Promise<readonly Delivery[]> {
  const { host } = context
  try {
    const deliveries = await deliver({ ...(await dispatchOf(context)), patience: { waitMs: 0 } })
    host.summary(summaryOf(deliveries))
    const failure = failureOf(deliveries)
    if (failure !== undefined) host.log.warning(`${failure.details}\nThe trigger step delivers what is left.`)
    return deliveries
  } catch (error) {
    if (!(error instanceof InputError || error instanceof ConfigError)) throw error
    const lines = [error.details, ...error.faults.map(faultLine)].filter((line) => line !== '')
    host.log.warning(`Nothing was delivered; that is left to the trigger step.\n${lines.join('\n')}`)
    return []
  }
}

function credentialsOf({ inputs, host }: DeliveryContext): Credentials {
  const isAzure = isInAzurePipelines(host)
  return {
    // Azure's own token means nothing to GitHub.
    github: inputs.githubToken ?? (isAzure ? undefined : inputs.token),
    azureDevops: connectionOf(inputs.azureDevops, host) ?? (isAzure ? ownOrganisation(host, inputs.token) : undefined),
    webhookSecret: inputs.webhookSecret,
  }
}

function connectionOf(value: string | undefined, host: Host): Connection | undefined {
  return value === undefined ? undefined : host.connection('azureDevops', value)
}

function ownOrganisation({ context }: Host, token: string | undefined): Connection | undefined {
  const { serverUrl } = context
  return serverUrl === undefined || token === undefined ? undefined : { url: serverUrl, token }
}
