import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fileSource } from '../../core/workspace/blobs/directory.ts'
import { ObjectBlobs } from '../../core/workspace/blobs/objects.ts'
import { ObjectPlace } from '../../core/workspace/object-place.ts'
import { nodes } from '../support/nodes.ts'
import { emulator, type ObjectServer, startAzure, startS3 } from '../support/object-servers.ts'
import { hasTool } from '../support/tools.ts'
import { UnreliableProxy } from '../support/unreliable-proxy.ts'
import { bundleChild } from './children/bundle.ts'
import { startChild } from './children/run.ts'
import { newBucket, newContainer, placeAt, storeAt } from './places/objects.ts'
import { inside, openOptions, reference, scratch, type TestPlace } from './places.ts'
import { keep, register, runStart, trail } from './records.ts'
import { openWorkspace } from '../../core/workspace/open.ts'

/** Processes that write at once; the first service has all of them, the second a quarter. */
const writers = 64

/** Kills; `TRAINYARD_KILLS` raises it for a long night. */
const kills = Math.ceil(Number(process.env['TRAINYARD_KILLS'] ?? 60) / 4)

interface Service {
  readonly name: string
  readonly tool: string
  readonly writers: number
  start(folder: string): Promise<ObjectServer>
  newPlace(server: ObjectServer): Promise<string>
  /** The URL of the same place through a proxy, and the environment for it. */
  through(url: string, proxy: UnreliableProxy): string
  /** A part of a large file, as the proxy sees it. */
  readonly part: RegExp
}

const services: readonly Service[] = [
  {
    name: 'S3',
    tool: 'versitygw',
    writers,
    start: startS3,
    newPlace: newBucket,
    through: (url, proxy) => `${url.replace(/\?.*/, '')}?${new URLSearchParams({ endpoint: proxy.url }).toString()}`,
    part: /^PUT .*partNumber=/,
  },
  {
    name: 'Azure Blob Storage',
    tool: 'azurite',
    writers: writers / 4,
    start: startAzure,
    newPlace: newContainer,
    through(url, proxy) {
      const endpoint = `BlobEndpoint=${proxy.url};`
      process.env['AZURE_STORAGE_CONNECTION_STRING'] =
        `DefaultEndpointsProtocol=http;AccountName=${emulator.account};AccountKey=${emulator.key};${endpoint}`
      return url
    },
    part: /^PUT .*comp=block(&|$)/,
  },
]

describe.each(services.filter(({ tool }) => hasTool(tool)))('a workspace in $name', (service) => {
  const folder = scratch()
  let server: ObjectServer
  let child = ''

  beforeAll(async () => {
    server = await service.start(folder)
    child = await bundleChild('register', folder)
  }, 60_000)

  afterAll(async () => {
    await server[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true, force: true })
  })

  async function newPlace(): Promise<TestPlace> {
    Object.assign(process.env, server.env)
    return placeAt(await service.newPlace(server))
  }

  test(`gives ${service.writers} processes that register at once 1 … ${service.writers}`, async () => {
    await using place = await newPlace()
    const started = performance.now()
    const binaries = nodes()
    const children = Array.from({ length: service.writers }, (_, n) => {
      const own = join(place.folder, `process-${n}`)
      mkdirSync(own)
      const task = { url: place.url, folder: own, name: `process-${n}`, count: 1 }
      return startChild(binaries[n % binaries.length]?.path ?? '', [child], task)
    })
    const ended = await Promise.all(children.map((one) => one.ended))
    process.stderr.write(`${service.writers} processes on ${service.name}: ${seconds(started)} s\n`)

    for (const { exitCode, stderr } of ended) expect(`${exitCode} ${stderr}`).toBe('0 ')
    const numbers = ended.flatMap(({ lines }) => lines.map(Number))
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: service.writers }, (_, n) => n + 1))
    await inside(place, async (workspace) => {
      expect(await trail(workspace)).toHaveLength(service.writers)
      expect(await workspace.outbox.pending('x')).toHaveLength(service.writers)
    })
  }, 240_000)

  test(`has whole versions or none after ${kills} kills, and nothing that blocks`, async () => {
    await using place = await newPlace()
    const told: number[] = []
    for (let n = 0; n < kills; n++) {
      const own = join(place.folder, `victim-${n}`)
      mkdirSync(own)
      const running = startChild(process.execPath, [child], {
        url: place.url,
        folder: own,
        name: `v-${n}`,
        count: 1000,
      })
      await running.printed(n % 3)
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 400))
      running.kill()
      told.push(...(await running.ended).lines.map(Number))
    }

    await inside(place, async (workspace) => {
      await register(workspace, await keep(workspace, place.folder, 'the next'))
      const versions = [...(await workspace.models.versions('flights', { limit: 100_000 }))].reverse()
      expect(versions.map(({ version }) => version)).toEqual(versions.map((_, index) => index + 1))
      expect(told.filter((version) => version > versions.length)).toEqual([])
      expect(new Set(told).size).toBe(told.length)
      for (const { files } of versions) await workspace.files.read(files.files[0]?.digest ?? 'sha256:')
      const events = await workspace.outbox.pending('x')
      expect(events.map(({ data }) => data.version)).toEqual(versions.map(({ version }) => version))
      await trail(workspace)
    })
  }, 240_000)

  test('finds its own entry when the answer to it was lost', async () => {
    await using place = await newPlace()
    await using proxy = await UnreliableProxy.start(server.url)
    const url = service.through(place.url, proxy)
    let lost = 0
    proxy.fate = (asked) => (/^PUT .*\/entries\//.test(asked) && lost++ === 0 ? 'deafen' : 'pass')

    const workspace = await openWorkspace(openOptions(url, place.folder))
    const { version, isNew } = await register(workspace, await keep(workspace, place.folder, 'm'))
    await workspace.close()

    expect({ version: version.version, isNew, lost: lost > 1 }).toEqual({ version: 1, isNew: true, lost: true })
    await inside(place, async (again) => expect(await trail(again)).toHaveLength(1))
  })

  test('gives a repeated step what it wrote before the network went away', async () => {
    await using place = await newPlace()
    await using proxy = await UnreliableProxy.start(server.url)
    const url = service.through(place.url, proxy)
    let isWritten = false
    proxy.fate = (asked) => {
      if (isWritten) return 'refuse'
      if (!/^PUT .*\/entries\//.test(asked)) return 'pass'
      isWritten = true
      return 'deafen'
    }
    const options = openOptions(url, place.folder, { request: 'the-same-step' })
    const workspace = await openWorkspace(options)
    const tree = await keep(workspace, place.folder, 'm')

    await expect(register(workspace, tree)).rejects.toMatchObject({ code: 'TY0502', exitCode: 4 })
    await workspace.close()
    proxy.fate = () => 'pass'
    const again = await openWorkspace(options)
    expect((await register(again, tree)).version.version).toBe(1)
    expect(await trail(again)).toHaveLength(1)
    await again.close()
  }, 120_000)

  test('goes on with the parts of a large file that are there, and stores the same bytes once', async () => {
    await using place = await newPlace()
    await using proxy = await UnreliableProxy.start(server.url)
    const source = join(place.folder, 'large.bin')
    const bytes = randomBytes(100 * 2 ** 20)
    writeFileSync(source, bytes)
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}` as const
    const blobs = new ObjectBlobs(new ObjectPlace(await storeAt(service.through(place.url, proxy))))
    const parts = () => proxy.served.filter((asked) => service.part.test(asked)).length
    proxy.fate = (asked) => (parts() >= 3 && service.part.test(asked) ? 'refuse' : 'pass')

    await expect(blobs.put([await fileSource(source)])).rejects.toMatchObject({ code: 'TY0502' })
    const sent = parts()
    proxy.fate = () => 'pass'
    expect(await blobs.put([await fileSource(source)])).toEqual([{ digest, size: bytes.length }])
    const resent = parts() - sent
    await blobs.put([await fileSource(source)])

    expect(sent).toBeGreaterThanOrEqual(3)
    expect(sent + resent).toBe(7)
    expect(parts()).toBe(7)
    expect((await buffer(await blobs.get(digest))).equals(bytes)).toBe(true)
    await blobs.close()
  }, 120_000)

  test('resolves a name from a fresh runner with few requests', async () => {
    await using place = await newPlace()
    await inside(place, async (workspace) => {
      for (let n = 0; n < 40; n++) await register(workspace, await keep(workspace, place.folder, `model ${n}`))
    })
    await using proxy = await UnreliableProxy.start(server.url)
    const url = service.through(place.url, proxy)

    const workspace = await openWorkspace(openOptions(url, place.folder, { intent: 'read' }))
    expect((await workspace.models.resolve(reference('flights@latest'))).version).toBe(40)
    await workspace.close()

    const entries = proxy.served.filter((asked) => /^GET .*\/entries\/0/.test(asked)).length
    const others = proxy.served.length - entries
    process.stderr.write(`a cold resolve on ${service.name}: ${others} requests and ${entries} entries\n`)
    expect(entries).toBeLessThanOrEqual(40 - 32 + 1)
    expect(others).toBeLessThanOrEqual(12)
  }, 60_000)

  test('of a newer form is refused', async () => {
    await using place = await newPlace()
    const store = await storeAt(place.url)
    await store.put('trainyard.json', Buffer.from('{"format": 2}'))

    await expect(inside(place, (workspace) => workspace.runs.start(runStart()))).rejects.toMatchObject({
      code: 'TY0209',
    })
    store.close()
  })
})

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(1)
}
