import { execFileSync } from 'node:child_process'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A server of a test, closed with everything that still hangs on it. */
export interface Running extends AsyncDisposable {
  readonly port: number
  /** Method and address of each request that came, in order. */
  readonly seen: readonly string[]
}

/** Answers on a free port of the loopback interface. */
export async function serve(listener: RequestListener): Promise<Running & { readonly url: string }> {
  const seen: string[] = []
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`)
    listener(request, response)
  })
  const running = await listening(server, seen)
  return { ...running, url: `http://127.0.0.1:${running.port}` }
}

/** The same by HTTPS, with a certificate for `localhost`. */
export async function serveSecurely(
  certificate: Certificate,
  listener: RequestListener,
): Promise<Running & { readonly url: string }> {
  const running = await listening(createSecureServer({ key: certificate.key, cert: certificate.cert }, listener), [])
  return { ...running, url: `https://localhost:${running.port}` }
}

/** A proxy: forwards plain HTTP, tunnels the rest. With `authorization`, only for who sends that header. */
export async function serveProxy(authorization?: string): Promise<Running> {
  const seen: string[] = []
  const isWelcome = ({ headers }: IncomingMessage) =>
    authorization === undefined || headers['proxy-authorization'] === authorization
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`)
    if (!isWelcome(request)) return void response.writeHead(407).end()
    fetch(request.url ?? '').then(
      async (answer) => response.writeHead(answer.status).end(await answer.text()),
      () => response.writeHead(502).end(),
    )
  })
  server.on('connect', (request, socket) => {
    seen.push(`CONNECT ${request.url}`)
    if (!isWelcome(request)) return void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
    const { port } = new URL(`http://${request.url}`)
    const target = connect(Number(port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      target.pipe(socket).pipe(target)
    })
    target.on('error', () => socket.destroy())
    socket.on('error', () => target.destroy())
  })
  return listening(server, seen)
}

async function listening(server: Server, seen: readonly string[]): Promise<Running> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    seen,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A key and a certificate for `localhost` that it signs itself. `file` holds the certificate, for NODE_EXTRA_CA_CERTS. */
export interface Certificate {
  readonly key: string
  readonly cert: string
  readonly file: string
}

/** Makes a certificate by the `openssl` program. */
export function makeCertificate(folder: string): Certificate {
  const [keyFile, file] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  const files = ['-keyout', keyFile, '-out', file]
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject, ...files], {
    stdio: 'ignore',
  })
  return { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(file, 'utf8'), file }
}
