import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** bcrypt of `secret`, with few rounds. */
const passwords = 'ann:$2b$05$Yj36SKLQphRw50Ox0d6KQuzOPUd.TfJj6HACrPf0QzlXBtdQAGOe2\n'

/** Who may push and pull. */
export const registryUser = Buffer.from('ann:secret').toString('base64')

/** A registry of containers (distribution 2.8) on this machine, with its files in a folder that is removed, and one user. */
export class TestRegistry implements AsyncDisposable {
  /** Host and port. */
  readonly host: string
  readonly #stop: () => Promise<void>

  private constructor(host: string, stop: () => Promise<void>) {
    this.host = host
    this.#stop = stop
  }

  /** @param binary The path of `docker-registry`. */
  static async start(binary: string): Promise<TestRegistry> {
    const folder = mkdtempSync(join(tmpdir(), 'trainyard-registry-'))
    const host = `127.0.0.1:${await freePort()}`
    writeFileSync(join(folder, 'htpasswd'), passwords)
    const lines = [
      'version: 0.1',
      'log: { level: error }',
      `storage: { filesystem: { rootdirectory: ${folder} } }`,
      `http: { addr: '${host}' }`,
      `auth: { htpasswd: { realm: test, path: ${join(folder, 'htpasswd')} } }`,
    ]
    writeFileSync(join(folder, 'config.yml'), lines.join('\n'))
    const child = spawn(binary, ['serve', join(folder, 'config.yml')], { stdio: 'ignore' })
    const ended = new Promise((resolve) => child.once('exit', resolve))
    const registry = new TestRegistry(host, async () => {
      child.kill('SIGKILL')
      await ended
      rmSync(folder, { recursive: true, force: true })
    })
    for (let n = 0; n < 200; n++) {
      const answer = await fetch(`http://${host}/v2/`).catch(() => undefined)
      if (answer?.status === 401) return registry
      await sleep(50)
    }
    await registry[Symbol.asyncDispose]()
    throw new Error('the registry does not answer')
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stop()
  }

  /** Pushes files as `oras push` does, one layer a file with its name. Gives the digest of the manifest. */
  async push(repository: string, tag: string, files: Readonly<Record<string, Buffer>>): Promise<string> {
    const layers = []
    for (const [title, bytes] of Object.entries(files)) {
      const digest = await this.#blob(repository, bytes)
      const annotations = title === '' ? undefined : { 'org.opencontainers.image.title': title }
      layers.push({ mediaType: 'application/octet-stream', digest, size: bytes.length, annotations })
    }
    const empty = Buffer.from('{}')
    const config = {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: await this.#blob(repository, empty),
      size: empty.length,
    }
    const mediaType = 'application/vnd.oci.image.manifest.v1+json'
    const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, config, layers }))
    await this.#send('PUT', `/v2/${repository}/manifests/${tag}`, manifest, mediaType)
    return digestOf(manifest)
  }

  async #blob(repository: string, bytes: Buffer): Promise<string> {
    const digest = digestOf(bytes)
    const begun = await this.#send('POST', `/v2/${repository}/blobs/uploads/`)
    const location = new URL(begun.headers.get('location') ?? '', `http://${this.host}`)
    location.searchParams.set('digest', digest)
    await this.#send('PUT', location.pathname + location.search, bytes)
    return digest
  }

  async #send(method: string, path: string, body?: Buffer, type = 'application/octet-stream'): Promise<Response> {
    const response = await fetch(`http://${this.host}${path}`, {
      method,
      headers: { authorization: `Basic ${registryUser}`, 'content-type': type },
      ...(body === undefined ? {} : { body: new Uint8Array(body) }),
    })
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    return response
  }
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

function freePort(): Promise<number> {
  const server = createServer()
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}
