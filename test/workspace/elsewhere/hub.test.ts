import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { hexOf } from '../../../core/records/digest.ts'
import { hubCommit, type HubFile, TestHub } from '../../support/hub.ts'
import { copy } from '../copy/copying.ts'
import { directoryPlace, gitPlace, inPlace, inside, type Opening, type TestPlace } from '../places.ts'
import { register, trail } from '../records.ts'

const weights = randomBytes(300_000)

function files(): HubFile[] {
  return [
    { path: 'config.json', bytes: Buffer.from('{"layers":2}'), isLarge: false },
    { path: 'onnx/model.onnx', bytes: weights, isLarge: true },
  ]
}

/** Opens as a step with this environment does, each time on a machine of its own: with a cache of its own. */
function on(place: TestPlace, hub: TestHub, machine = 'machine'): Opening {
  const cache = join(place.folder, machine)
  mkdirSync(cache, { recursive: true })
  return { env: { HF_ENDPOINT: hub.url, HF_TOKEN: 'hf_token', TRAINYARD_CACHE: cache } }
}

async function registerFrom(place: TestPlace, hub: TestHub, address: string) {
  return inside(
    place,
    async (workspace) => {
      const { source, files: tree } = await workspace.files.refer(address)
      return (await register(workspace, tree, { source })).version
    },
    on(place, hub),
  )
}

test('a version by reference is registered without its large files, and is fetched verified by others', async () => {
  await inPlace(directoryPlace, async (place) => {
    await using hub = await TestHub.start('acme/flights', files(), 'hf_token')
    const version = await registerFrom(place, hub, 'hf://acme/flights@main')

    expect(version.source).toBe(`hf://acme/flights@${hubCommit}`)
    expect(version.files.files.map(({ path, size }) => [path, size])).toEqual([
      ['config.json', 12],
      ['onnx/model.onnx', weights.length],
    ])
    expect(hub.downloads).toBe(1)
    expect(readdirSync(place.url)).not.toContain('files')

    hub.cutAfter = 100_000
    const folder = join(place.folder, 'fetched')
    await inside(
      place,
      async (workspace) => {
        const found = await workspace.models.version('flights', 1)
        await workspace.files.fetch(found.files, folder)
        await workspace.models.hashed(found)
        await workspace.models.hashed(found)
      },
      on(place, hub),
    )
    expect(readFileSync(join(folder, 'onnx', 'model.onnx'))).toEqual(weights)
    await inside(place, async (workspace) => {
      expect((await workspace.models.version('flights', 1)).hashedAt).toBeDefined()
      expect((await trail(workspace)).at(-1)?.changes).toEqual([
        expect.stringMatching(/^the files of flights@1 were read where they are/),
      ])
    })
  })
})

test('a file that was changed is refused by its name, with both digests', async () => {
  await inPlace(directoryPlace, async (place) => {
    await using hub = await TestHub.start('acme/flights', files(), 'hf_token')
    const { files: tree } = await registerFrom(place, hub, `hf://acme/flights@${hubCommit}/onnx`)
    hub.files = hub.files.map((file) => ({ ...file, bytes: Buffer.from('other bytes') }))

    const refusal = await inside(
      place,
      async (workspace) => {
        const version = await workspace.models.version('flights', 1)
        return workspace.files.fetch(version.files, join(place.folder, 'out')).catch(String)
      },
      on(place, hub),
    )

    expect(refusal).toMatch(/TY0223/)
    expect(refusal).toContain(`hf://acme/flights@${hubCommit}/onnx/model.onnx was registered with the digest`)
    expect(refusal).toContain(tree.files[0]?.digest)
    expect(readdirSync(join(place.folder, 'out'), { recursive: true })).toEqual(['onnx'])
  })
})

test('what was downloaded is used again, unless it was changed on this machine', async () => {
  await inPlace(directoryPlace, async (place) => {
    await using hub = await TestHub.start('acme/flights', files(), 'hf_token')
    const { files: tree } = await registerFrom(place, hub, 'hf://acme/flights@main/onnx/model.onnx')
    const digest = tree.files[0]?.digest ?? 'sha256:'
    const read = () =>
      inside(
        place,
        async (workspace) => {
          await workspace.models.version('flights', 1)
          return Buffer.from(await workspace.files.read(digest))
        },
        on(place, hub),
      )

    expect(await read()).toEqual(weights)
    expect(await read()).toEqual(weights)
    expect(hub.downloads).toBe(1)
    const hex = hexOf(digest)
    writeFileSync(join(place.folder, 'machine', 'referenced', 'files', hex.slice(0, 2), hex), 'not the weights')
    expect(await read()).toEqual(weights)
    expect(hub.downloads).toBe(2)
  })
})

test('a copied version still refers to where its files are', async () => {
  await inPlace(directoryPlace, async (place) => {
    await using hub = await TestHub.start('acme/flights', files(), 'hf_token')
    await registerFrom(place, hub, 'hf://acme/flights@main')
    const before = hub.downloads
    await inPlace(gitPlace, async (target) => {
      await copy(place, target)

      expect(hub.downloads).toBe(before)
      await inside(
        target,
        async (workspace) => {
          const version = await workspace.models.version('flights', 1)
          await workspace.files.fetch(version.files, join(target.folder, 'out'))
        },
        on(target, hub),
      )
      expect(readFileSync(join(target.folder, 'out', 'onnx', 'model.onnx'))).toEqual(weights)
    })
  })
})

test('nothing is registered of a hub that refuses, lists another file than it gives, or names files outside a folder', async () => {
  await inPlace(directoryPlace, async (place) => {
    await using hub = await TestHub.start('acme/flights', files(), 'another token')
    const refusal = await registerFrom(place, hub, 'hf://acme/flights@main').catch(String)
    expect(refusal).toMatch(/TY0501: Repository not found/)
    expect(refusal).not.toMatch(/hf_token/)
    await using evil = await TestHub.start('acme/flights', [{ path: '../../etc/cron', bytes: weights, isLarge: true }])
    await expect(registerFrom(place, evil, 'hf://acme/flights@main')).rejects.toThrow(/leaves its folder/)
    await expect(registerFrom(place, evil, 'hf://acme/flights@main/none')).rejects.toThrow(/no file/)
  })
})
