import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { OciRegistry } from '../../../core/engines/oci/registry.ts'
import { Loopback } from '../../support/loopback.ts'
import { registryUser, TestRegistry } from '../../support/registry.ts'
import { needTool } from '../../support/tools.ts'
import { directoryPlace, inPlace, inside, type Opening, type TestPlace } from '../places.ts'
import { register } from '../records.ts'

/** The environment of somebody who has logged in to a registry. */
function loggedIn(place: TestPlace, host: string): Opening {
  const config = join(place.folder, 'docker')
  mkdirSync(config, { recursive: true })
  writeFileSync(join(config, 'config.json'), JSON.stringify({ auths: { [host]: { auth: registryUser } } }))
  return { env: { DOCKER_CONFIG: config, TRAINYARD_CACHE: join(place.folder, 'cache') } }
}

test('a version refers to an artifact of a real registry, by the digest that its tag had', async (context) => {
  const binary = needTool(context, 'docker-registry')
  await inPlace(directoryPlace, async (place) => {
    await using registry = await TestRegistry.start(binary)
    const weights = randomBytes(100_000)
    const digest = await registry.push('acme/flights', 'v1', {
      'model.onnx': weights,
      'sub/labels.txt': Buffer.from('a'),
    })
    const opening = loggedIn(place, registry.host)

    await inside(
      place,
      async (workspace) => {
        const { source, files } = await workspace.files.refer(`oci://${registry.host}/acme/flights:v1`)
        expect(source).toBe(`oci://${registry.host}/acme/flights@${digest}`)
        await register(workspace, files, { source })
      },
      opening,
    )
    await registry.push('acme/flights', 'v1', { 'model.onnx': Buffer.from('moved on') })

    await inside(
      place,
      async ({ models, files }) => {
        await files.fetch((await models.version('flights', 1)).files, join(place.folder, 'out'))
      },
      opening,
    )
    expect(readFileSync(join(place.folder, 'out', 'model.onnx'))).toEqual(weights)
    expect(readFileSync(join(place.folder, 'out', 'sub', 'labels.txt'), 'utf8')).toBe('a')
  })
})

test('a layer without a name, or with one that leaves its folder, and a stranger are refused', async (context) => {
  const binary = needTool(context, 'docker-registry')
  await inPlace(directoryPlace, async (place) => {
    await using registry = await TestRegistry.start(binary)
    await registry.push('acme/image', 'v1', { '': Buffer.from('a layer of an image') })
    await registry.push('acme/evil', 'v1', { '../evil': Buffer.from('x') })
    const refer = (name: string, opening: Opening) =>
      inside(place, ({ files }) => files.refer(`oci://${registry.host}/acme/${name}:v1`), opening)
    const opening = loggedIn(place, registry.host)

    await expect(refer('image', opening)).rejects.toThrow(/without the name of a file.*oras push/)
    await expect(refer('evil', opening)).rejects.toThrow(/leaves its folder: \.\.\/evil/)
    await expect(refer('image', {})).rejects.toThrow(/TY0501.*authentication required/)
  })
})

test('a registry that wants a token gets one for this repository, and nobody else sees the password', async () => {
  const bytes = Buffer.from('weights')
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
  const title = { 'org.opencontainers.image.title': 'model.onnx' }
  const manifest = { schemaVersion: 2, layers: [{ digest, size: bytes.length, annotations: title }] }
  await inPlace(directoryPlace, async (place) => {
    await using registry = await Loopback.start(({ url, headers }) => {
      if (url.pathname === '/token') {
        const isAnn = headers.authorization === `Basic ${registryUser}`
        return isAnn ? { status: 200, body: { token: `for ${url.searchParams.get('scope')}` } } : { status: 401 }
      }
      const challenge = `Bearer realm="${registry.url}/token",service="test"`
      if (headers.authorization !== 'Bearer for repository:acme/flights:pull')
        return { status: 401, headers: { 'www-authenticate': challenge } }
      return url.pathname.includes('/manifests/') ? { status: 200, body: manifest } : { status: 200, body: 'weights' }
    })
    const host = new URL(registry.url).host
    const { env = {} } = loggedIn(place, host)
    const client = new OciRegistry(host, env)

    const { layers } = await client.manifest('acme/flights', 'v1')
    const chunks = []
    for await (const chunk of client.open('acme/flights', layers[0]?.digest ?? 'sha256:')) chunks.push(chunk)

    expect(layers).toEqual([{ digest, size: bytes.length, title: 'model.onnx' }])
    expect(Buffer.concat(chunks).toString()).toBe('weights')
    const passwords = registry.received.filter(({ headers }) => headers.authorization?.startsWith('Basic'))
    expect(passwords.map(({ url }) => url.pathname)).toEqual(['/token'])
  })
})
