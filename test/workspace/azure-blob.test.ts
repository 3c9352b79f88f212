import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe } from 'vitest'
import { type ObjectServer, startAzure } from '../support/object-servers.ts'
import { hasTool } from '../support/tools.ts'
import { promises } from './contract.ts'
import { azurePlace } from './places/objects.ts'
import { scratch } from './places.ts'

describe.runIf(hasTool('azurite'))('over a real emulator of Azure', () => {
  const folder = scratch()
  let server: ObjectServer

  beforeAll(async () => {
    server = await startAzure(folder)
    Object.assign(process.env, server.env)
  }, 60_000)

  afterAll(async () => {
    await server[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true, force: true })
  })

  promises(azurePlace(() => server))
})
