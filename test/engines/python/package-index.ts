import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { root } from '../../../scripts/lib/sources.mjs'

/** A package index on this machine (the simple repository API, PEP 503), with wheels made on the spot. */
export interface PackageIndex extends AsyncDisposable {
  /** For PIP_INDEX_URL. */
  readonly url: string
  /** The paths that were asked for, in order. */
  readonly seen: string[]
  /** The sha256 of a wheel, by `name-version`. */
  readonly hashes: ReadonlyMap<string, string>
}

/** Makes wheels in a folder, by Python, and serves them. */
export async function servePackages(folder: string): Promise<PackageIndex> {
  await mkdir(folder, { recursive: true })
  execFileSync('python3', [join(root, 'test/engines/python/make-wheels.py'), folder])
  const wheels = new Map<string, Buffer>()
  for (const name of (await readdir(folder)).sort()) wheels.set(name, await readFile(join(folder, name)))
  const hashes = new Map([...wheels].map(([name, bytes]) => [name.split('-').slice(0, 2).join('-'), sha256(bytes)]))
  const seen: string[] = []
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    seen.push(path)
    const [kind, name = ''] = path.split('/').slice(1)
    const links = [...wheels.keys()]
      .filter((wheel) => wheel.startsWith(`${name}-`))
      .map(
        (wheel) =>
          `<a href="/files/${wheel}#sha256=${hashes.get(wheel.split('-').slice(0, 2).join('-'))}">${wheel}</a>`,
      )
    const wheel = wheels.get(name)
    if (kind === 'simple' && links.length > 0)
      response.writeHead(200, { 'content-type': 'text/html' }).end(links.join('\n'))
    else if (kind === 'files' && wheel !== undefined) response.end(wheel)
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/simple`,
    seen,
    hashes,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
