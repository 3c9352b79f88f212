import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe } from 'vitest'
import { type ObjectServer, startS3 } from '../support/object-servers.ts'
import { hasTool } from '../support/tools.ts'
import { promises } from './contract.ts'
import { s3Place } from './places/objects.ts'
import { scratch } from './places.ts'

describe.runIf(hasTool('versitygw'))('over a real S3 server', () => {
  const folder = scratch()
  let server: ObjectServer

  beforeAll(async () => {
    server = await startS3(folder)
    Object.assign(process.env, server.env)
  }, 60_000)

  afterAll(async () => {
    await server[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true, force: true })
  })

  promises(s3Place(() => server))
})
