import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'

/** A file of a repository on the hub. Large ones are kept apart, on another server. */
export interface HubFile {
  readonly path: string
  readonly bytes: Buffer
  readonly isLarge: boolean
}

/** The commit of every repository. */
export const hubCommit = 'c0ffee'.padEnd(40, '0')

/**
 * A model hub on this machine, with one repository: it answers as the Hugging Face Hub does (revisions, trees in pages, small files
 * itself, and a redirection to another server for large ones).
 */
export class TestHub implements AsyncDisposable {
  /** Changed by a test as somebody who owns the repository could. */
  files: HubFile[]
  /** What a client did that must not be, in words. */
  readonly objections: string[] = []
  /** The next download of a large file breaks off after this many bytes. */
  cutAfter: number | undefined
  downloads = 0
  readonly #api: Server
  readonly #store: Server
  readonly #repository: string
  readonly #token: string | undefined

  private constructor(repository: string, files: HubFile[], token: string | undefined) {
    this.#repository = repository
    this.files = files
    this.#token = token
    this.#api = createServer((request, response) => this.#serve(request, response))
    this.#store = createServer((request, response) => this.#serveLarge(request, response))
  }

  static async start(repository: string, files: HubFile[], token?: string): Promise<TestHub> {
    const hub = new TestHub(repository, files, token)
    for (const server of [hub.#api, hub.#store])
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return hub
  }

  get url(): string {
    return urlOf(this.#api)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of [this.#api, this.#store]) {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
    if (this.objections.length > 0) throw new Error(this.objections.join('\n'))
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '', this.url)
    if (this.#token !== undefined && request.headers.authorization !== `Bearer ${this.#token}`) {
      response.writeHead(401, { 'content-type': 'application/json' }).end('{"error":"Repository not found"}')
      return
    }
    const api = `/api/models/${this.#repository}`
    if (url.pathname === `${api}/revision/main`) return json(response, { id: this.#repository, sha: hubCommit })
    if (url.pathname === `${api}/tree/${hubCommit}`) return this.#tree(url, response)
    const path = decodeURIComponent(url.pathname.slice(`/${this.#repository}/resolve/${hubCommit}/`.length))
    const file = this.files.find((one) => one.path === path)
    if (file === undefined) response.writeHead(404).end('Entry not found')
    else if (file.isLarge) {
      const location = `${urlOf(this.#store)}/${encodeURIComponent(file.path)}`
      response.writeHead(302, { location, 'x-linked-etag': `"${sha256(file.bytes)}"` }).end()
    } else {
      this.downloads += 1
      response.writeHead(200, { 'content-length': file.bytes.length, etag: `"${gitName(file.bytes)}"` }).end(file.bytes)
    }
  }

  /** One file a page, so that every listing has several. */
  #tree(url: URL, response: ServerResponse): void {
    const at = Number(url.searchParams.get('cursor') ?? 0)
    const file = this.files[at]
    const next = new URL(url)
    next.searchParams.set('cursor', String(at + 1))
    if (at + 1 < this.files.length) response.setHeader('link', `<${next.href}>; rel="next"`)
    const lfs = (bytes: Buffer) => ({ oid: sha256(bytes), size: bytes.length, pointerSize: 134 })
    const items = file === undefined ? [] : [{ path: file.path, bytes: file.bytes, isLarge: file.isLarge }]
    json(response, [
      { type: 'directory', oid: '0'.repeat(40), size: 0, path: 'folder' },
      ...items.map(({ path, bytes, isLarge }) => ({
        type: 'file',
        path,
        size: bytes.length,
        oid: gitName(bytes),
        ...(isLarge ? { lfs: lfs(bytes) } : {}),
      })),
    ])
  }

  #serveLarge(request: IncomingMessage, response: ServerResponse): void {
    this.downloads += 1
    if (request.headers.authorization !== undefined) this.objections.push('the token went to another server')
    const name = decodeURIComponent((request.url ?? '').slice(1))
    const bytes = this.files.find(({ path }) => path === name)?.bytes ?? Buffer.alloc(0)
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
    const part = bytes.subarray(from)
    response.writeHead(from === 0 ? 200 : 206, { 'content-length': part.length })
    const cut = this.cutAfter
    this.cutAfter = undefined
    if (cut === undefined) response.end(part)
    else response.write(part.subarray(0, cut), () => response.destroy())
  }
}

function urlOf(server: Server): string {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server does not listen')
  return `http://127.0.0.1:${address.port}`
}

function json(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function gitName(bytes: Buffer): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
}
