// A server for tests of the load generator, in a process of its own: `node server.ts MODE`. It says its port by IPC, and what it
// saw when it is asked.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What the server saw so far. */
export interface Seen {
  readonly requests: number
  readonly connections: number
  /** Bodies, methods and paths in the order of arrival; the first hundred. */
  readonly first: readonly { readonly body: string; readonly method: string; readonly path: string }[]
}

/** How it answers: always well, every fifth with 503, never, or by breaking off in the middle. */
export type Mode = 'well' | 'fifth-fails' | 'never' | 'breaks'

const mode = process.argv[2]
const seen = { requests: 0, connections: 0, first: [] as { body: string; method: string; path: string }[] }

const server = createServer((request, response) => {
  seen.requests++
  const count = seen.requests
  let body = ''
  request.setEncoding('utf8')
  request.on('data', (text: string) => {
    body += text
  })
  request.on('end', () => {
    const { method = '', url: path = '' } = request
    if (seen.first.length < 100) seen.first.push({ body, method, path })
    if (mode === 'never') return
    response.statusCode = mode === 'fifth-fails' && count % 5 === 0 ? 503 : 200
    response.setHeader('content-type', 'application/json')
    if (mode !== 'breaks') response.end('{"answer":42}')
    else {
      response.write('{"ans')
      setImmediate(() => request.socket.destroy())
    }
  })
})
server.keepAliveTimeout = 60_000
server.on('connection', () => {
  seen.connections++
})
server.listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port })
})
process.on('message', () => {
  process.send?.({ seen })
})
process.on('disconnect', () => {
  server.closeAllConnections()
  server.close()
})
