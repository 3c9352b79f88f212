import type { Octokit } from '@octokit/core'
import type { Api } from '@octokit/plugin-rest-endpoint-methods'
import { httpFetch } from '../http/fetch.ts'

/** Where GitHub's API is (also an Enterprise Server's), and the token to use there. */
export interface GithubAccess {
  readonly apiUrl: string
  readonly token: string | undefined
}

/** GitHub's API by its methods. */
export type Github = Octokit & Api

/** Octokit prints deprecations on the console, past the host's masks. */
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing }

/** Opens GitHub's API; the library is loaded when this is called, and all requests take the one way out of the house. */
export async function openGithub({ apiUrl, token }: GithubAccess): Promise<Github> {
  const [{ Octokit }, { restEndpointMethods }] = await Promise.all([
    import('@octokit/core'),
    import('@octokit/plugin-rest-endpoint-methods'),
  ])
  const Client = Octokit.plugin(restEndpointMethods)
  return new Client({
    baseUrl: apiUrl.replace(/\/+$/, ''),
    userAgent: 'trainyard',
    log: silent,
    request: { fetch: httpFetch },
    ...(token === undefined ? {} : { auth: token }),
  })
}

function nothing(): void {
  // Says nothing, on purpose.
}
