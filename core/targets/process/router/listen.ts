import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { isErrno } from '../../../engines/process/group.ts'
import { pause } from '../pause.ts'

const settings = {
  /** The one who sends closes first; common clients and proxies do so after at most a minute. */
  keepAliveTimeout: 65_000,
  headersTimeout: 10_000,
  requestTimeout: 120_000,
}

/** How long a port may stay taken: connections of a router that has just ended are still being closed. */
const patienceMs = 2000

/** Listens on this machine alone. @throws when the port stays taken. */
export async function listenHere(port: number, listener: RequestListener): Promise<Server> {
  const until = performance.now() + patienceMs
  for (;;) {
    const server = createServer(settings, listener)
    server.listen(port, '127.0.0.1')
    try {
      await once(server, 'listening')
      return server
    } catch (error) {
      if (!isErrno(error, 'EADDRINUSE') || performance.now() >= until) throw error
    }
    await pause(100)
  }
}

/** The port at which a server listens. */
export function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server listens at no port')
  return address.port
}

/** Takes no more connections, and waits until what is being answered is answered, or cuts it off after that time. */
export async function closeServer(server: Server, withinMs: number): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve))
  server.closeIdleConnections()
  // A connection whose answer ends now becomes idle, and is not closed by what was said before.
  const sweep = setInterval(() => server.closeIdleConnections(), 50)
  const limit = setTimeout(() => server.closeAllConnections(), withinMs)
  await closed
  clearInterval(sweep)
  clearTimeout(limit)
}
