import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { startS3 } from '../../support/object-servers.ts'
import { needTool } from '../../support/tools.ts'
import { directoryPlace, inPlace } from '../places.ts'
import { s3Place } from '../places/objects.ts'
import { copy, memory } from './copying.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

test('a workspace moves from a folder to a bucket and back, and keeps its history', async (context) => {
  needTool(context, 'versitygw')
  await inPlace(directoryPlace, async (source) => {
    await using server = await startS3(source.folder)
    for (const [name, value] of Object.entries(server.env)) vi.stubEnv(name, value)
    cpSync(join(import.meta.dirname, '../golden/fold-1/folder'), source.url, { recursive: true })
    await inPlace(
      s3Place(() => server),
      async (bucket) => {
        await copy(source, bucket)
        expect(await memory(bucket)).toEqual(await memory(source))
        await inPlace(directoryPlace, async (target) => {
          await copy(bucket, target)
          expect(await memory(target)).toEqual(await memory(source))
        })
      },
    )
  })
}, 120_000)
