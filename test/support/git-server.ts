import { type ChildProcess, spawn } from 'node:child_process'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'

/** What a token may do. */
export type GitRight = 'read' | 'write'

interface Options {
  /** The folder with the bare repositories: `owner/name.git` is served under that path, with or without `.git`. */
  readonly folder: string
  /** Tokens, given as the password of any user, and what they may do. */
  readonly tokens: Readonly<Record<string, GitRight>>
}

/** Git over HTTP as a host serves it: git's own `http-backend` on the loopback interface, behind tokens. */
export class GitServer implements AsyncDisposable {
  readonly #options: Options
  readonly #server = createServer((request, response) => {
    this.#serve(request, response).catch((error: unknown) => {
      this.failures.push(error)
      response.destroy()
    })
  })
  readonly #children = new Set<ChildProcess>()
  /** What went wrong in the server itself. */
  readonly failures: unknown[] = []
  /** How many requests were refused, by status. */
  readonly refused = { 401: 0, 403: 0 }
  /** So many pushes are taken, whole, and then their connection is cut before a word of an answer. */
  pushesToCut = 0

  private constructor(options: Options) {
    this.#options = options
  }

  static async start(options: Options): Promise<GitServer> {
    const server = new GitServer(options)
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve))
    return server
  }

  /** `http://127.0.0.1:…`, to which `/owner/name` is added. */
  get url(): string {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('the server does not listen')
    return `http://127.0.0.1:${address.port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    for (const child of this.#children) child.kill()
    await new Promise((resolve) => this.#server.close(resolve))
    if (this.failures.length > 0) throw new AggregateError(this.failures, 'the git server failed')
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url)
    const right = this.#rightOf(request)
    if (right === undefined) {
      this.refused[401] += 1
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end('Authentication required\n')
    } else if (right === 'read' && `${url.pathname}${url.search}`.includes('git-receive-pack')) {
      this.refused[403] += 1
      response.writeHead(403, { 'content-type': 'text/plain' }).end('Write access to repository not granted.\n')
    } else {
      await this.#runBackend(url, request, response)
    }
  }

  #rightOf({ headers }: IncomingMessage): GitRight | undefined {
    const [, encoded = ''] = /^basic (.+)$/i.exec(headers.authorization ?? '') ?? []
    const [, token = ''] = /:(.*)$/s.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? []
    return this.#options.tokens[token]
  }

  async #runBackend(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const child = spawn('git', ['http-backend'], { env: this.#cgi(url, request), stdio: ['pipe', 'pipe', 'inherit'] })
    this.#children.add(child)
    child.once('close', () => this.#children.delete(child))
    // A backend that refuses early does not read the rest.
    const sent = pipeline(request, child.stdin).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'EPIPE')) throw error
    })
    await Promise.all([sent, this.#isCut(url) ? silence(child, response) : answer(child.stdout, response)])
  }

  #isCut({ pathname }: URL): boolean {
    if (this.pushesToCut === 0 || !pathname.endsWith('/git-receive-pack')) return false
    this.pushesToCut -= 1
    return true
  }

  #cgi(url: URL, { method, headers }: IncomingMessage): NodeJS.ProcessEnv {
    // A host serves a repository under its name with and without `.git`; http-backend only under its folder's.
    const path = url.pathname.replace(/^(\/[^/]+\/[^/]+?)(?:\.git)?(?=\/(?:info|git-|HEAD|objects))/, '$1.git')
    return {
      PATH: process.env['PATH'],
      GIT_PROJECT_ROOT: this.#options.folder,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'http.receivepack',
      GIT_CONFIG_VALUE_0: 'true',
      GIT_PROTOCOL: [headers['git-protocol']].flat()[0] ?? '',
      REQUEST_METHOD: method,
      PATH_INFO: decodeURIComponent(path),
      QUERY_STRING: url.search.slice(1),
      CONTENT_TYPE: headers['content-type'] ?? '',
      ...(headers['content-length'] === undefined ? {} : { CONTENT_LENGTH: headers['content-length'] }),
      HTTP_CONTENT_ENCODING: headers['content-encoding'] ?? '',
      REMOTE_USER: 'somebody',
    }
  }
}

/** Lets a program do its work, and hangs up. */
async function silence({ stdout }: ChildProcess, response: ServerResponse): Promise<void> {
  for await (const _ of stdout ?? []);
  response.destroy()
}

/** Turns the answer of a CGI program into one of HTTP: its head, and everything after the first empty line. */
async function answer(stdout: AsyncIterable<Buffer>, response: ServerResponse): Promise<void> {
  let head: Buffer | undefined = Buffer.alloc(0)
  for await (const chunk of stdout) {
    if (head === undefined) {
      if (!response.write(chunk)) await new Promise((resolve) => response.once('drain', resolve))
      continue
    }
    head = Buffer.concat([head, chunk])
    const end = head.indexOf('\r\n\r\n')
    if (end < 0) continue
    const lines = head.toString('latin1', 0, end).split('\r\n')
    const fields = lines.map((line) => /^([^:]+): ?(.*)$/.exec(line)?.slice(1) ?? [])
    const headers = Object.fromEntries(fields) as Record<string, string>
    const { Status: status = '200', ...rest } = headers
    response.writeHead(Number.parseInt(status, 10), rest)
    response.write(head.subarray(end + 4))
    head = undefined
  }
  response.end()
}
