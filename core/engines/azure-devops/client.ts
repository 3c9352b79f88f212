import { Buffer } from 'node:buffer'
import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import type { ClientApiBase } from 'azure-devops-node-api/ClientApiBases.js'
import type { IPipelinesApi } from 'azure-devops-node-api/PipelinesApi.js'
import type { IReleaseApi } from 'azure-devops-node-api/ReleaseApi.js'
import { httpFetch } from '../http/fetch.ts'
import { ask, type LastAnswer, type Question } from './ask.ts'

/** An organisation (or a collection of a server of one's own) and the token to use there. */
export interface AzureDevopsAccess {
  /** `https://dev.azure.com/contoso`. */
  readonly url: string
  /** A personal access token, or one of Entra or of the running pipeline. */
  readonly token: string | undefined
}

/** One API of the official client, whose requests take the one way out of the house. */
export interface Opened<Api> {
  readonly api: Api
  readonly last: LastAnswer
}

/** Opens the API of YAML pipelines. The library is loaded when this is called. */
export async function openPipelines(access: AzureDevopsAccess, signal: AbortSignal): Promise<Opened<IPipelinesApi>> {
  const { PipelinesApi } = await import('azure-devops-node-api/PipelinesApi.js')
  return onOurRoad(new PipelinesApi(withoutSlash(access.url), []), access, signal)
}

/** The id of the area of releases, which has an address of its own in the cloud (vsrm.dev.azure.com). */
const releaseArea = 'efc2f575-36ef-48e9-b672-0c6fb4a48ac5'

/** Opens the API of classic releases, at the address that the organisation names for it. */
export async function openReleases(
  access: AzureDevopsAccess,
  question: Question,
  signal: AbortSignal,
): Promise<Opened<IReleaseApi>> {
  const [{ LocationsApi }, { ReleaseApi }] = await Promise.all([
    import('azure-devops-node-api/LocationsApi.js'),
    import('azure-devops-node-api/ReleaseApi.js'),
  ])
  const here = { locationUrl: withoutSlash(access.url) }
  const { api, last } = onOurRoad(new LocationsApi(here.locationUrl, []), access, signal)
  // A server of one's own has no areas: everything is at its one address.
  const area = await ask(question, last, async () => (await asGiven(api.getResourceArea(releaseArea))) ?? here)
  return onOurRoad(new ReleaseApi(withoutSlash(area.locationUrl ?? here.locationUrl), []), access, signal)
}

/** The typings of the client leave out that it answers null for what is not there. */
async function asGiven<T>(answer: Promise<T>): Promise<T | null> {
  return answer
}

function onOurRoad<Api extends ClientApiBase>(
  api: Api,
  { token }: AzureDevopsAccess,
  signal: AbortSignal,
): Opened<Api> {
  const last: LastAnswer = {}
  api.rest.client.request = async (...call) => {
    const [verb, address, data, headers] = call
    const response = await httpFetch(address, {
      method: verb,
      headers: { ...texts(headers), ...authorization(token), 'user-agent': 'trainyard' },
      signal,
      ...(typeof data === 'string' ? { body: data } : {}),
    })
    last.status = response.status
    last.requestId = response.headers.get('x-vss-e2eid') ?? response.headers.get('activityid') ?? ''
    const message = new IncomingMessage(new Socket())
    message.statusCode = response.status
    message.headers = Object.fromEntries(response.headers)
    return { message, readBody: async () => response.text() }
  }
  return { api, last }
}

/** Without the suppressing header a wrong token is answered by a sign-in page. */
function authorization(token: string | undefined): Readonly<Record<string, string>> {
  const suppress = { 'X-TFS-FedAuthRedirect': 'Suppress' }
  if (token === undefined) return suppress
  const isJwt = /^eyJ[\w-]*\.[\w-]+\.[\w-]*$/.test(token)
  const value = isJwt ? `Bearer ${token}` : `Basic ${Buffer.from(`:${token}`).toString('base64')}`
  return { ...suppress, authorization: value }
}

function texts(headers: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '')
}
