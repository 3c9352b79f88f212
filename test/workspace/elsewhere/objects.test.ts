import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { openObjectStore } from '../../../core/engines/objects/store.ts'
import { startS3 } from '../../support/object-servers.ts'
import { needTool } from '../../support/tools.ts'
import { directoryPlace, inPlace, inside } from '../places.ts'
import { register } from '../records.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

test('a version refers to what lies below a key of a bucket, and is refused when an object was written over or removed', async (context) => {
  needTool(context, 'versitygw')
  await inPlace(directoryPlace, async (place) => {
    await using server = await startS3(place.folder)
    for (const [name, value] of Object.entries(server.env)) vi.stubEnv(name, value)
    mkdirSync(join(place.folder, 's3', 'models'))
    const address = { kind: 's3', bucket: 'models', prefix: '', endpoint: server.url, region: undefined } as const
    const store = await openObjectStore(address)
    await store.put('flights/model.onnx', Buffer.from('weights'))
    await store.put('flights/sub/labels.txt', Buffer.from('late'))
    await store.put('flights-2/other', Buffer.from('x'))
    const url = `s3://models/flights?endpoint=${encodeURIComponent(server.url)}`
    const opening = { env: { TRAINYARD_CACHE: join(place.folder, 'cache') } }

    await inside(
      place,
      async (workspace) => {
        const { source, files } = await workspace.files.refer(url)
        expect(files.files.map(({ path, size }) => [path, size])).toEqual([
          ['model.onnx', 7],
          ['sub/labels.txt', 4],
        ])
        await register(workspace, files, { source })
        const one = await workspace.files.refer(url.replace('flights?', 'flights/model.onnx?'))
        expect(one.files.files.map(({ path }) => path)).toEqual(['model.onnx'])
      },
      opening,
    )
    const fetch = (name: string) =>
      inside(
        place,
        async ({ models, files }) =>
          files.fetch((await models.version('flights', 1)).files, join(place.folder, name)).catch(String),
        { env: { TRAINYARD_CACHE: join(place.folder, `cache-${name}`) } },
      )

    expect(await fetch('whole')).toBeUndefined()
    expect(readFileSync(join(place.folder, 'whole', 'sub', 'labels.txt'), 'utf8')).toBe('late')
    await store.put('flights/model.onnx', Buffer.from('changed'))
    expect(await fetch('changed')).toMatch(
      /TY0223.*s3:\/\/models\/flights\/model\.onnx.* was registered with the digest/,
    )
    await store.remove('flights/model.onnx')
    expect(await fetch('gone')).toMatch(/TY0223.*is not there any more/)
    store.close()
  })
}, 60_000)
