import type * as Undici from 'undici'

/** The variables that say how to get out of the house; both ways to write them are in use. */
const proxyVariables = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'no_proxy']

/** Settings of the environment, and the connections that were made under them. */
let current: { readonly settings: string; readonly dispatcher: Undici.Dispatcher } | undefined

/**
 * undici and its one way out: through the proxy that HTTPS_PROXY or HTTP_PROXY names, except to what NO_PROXY lists. Node
 * itself adds the certificates of NODE_EXTRA_CA_CERTS. Loaded when the first request is made; connections are kept and used
 * again, and never hold the process.
 */
export async function openRoad(): Promise<{ fetch: typeof Undici.fetch; dispatcher: Undici.Dispatcher }> {
  const { EnvHttpProxyAgent, fetch } = await import('undici')
  const settings = JSON.stringify(proxyVariables.map((name) => process.env[name]))
  if (current?.settings !== settings) {
    // A proxy may refuse to tunnel to the port of plain HTTP; what is encrypted is tunnelled all the same.
    current = { settings, dispatcher: new EnvHttpProxyAgent({ proxyTunnel: false }) }
  }
  return { fetch, dispatcher: current.dispatcher }
}
