import { rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { hexOf } from '../../core/records/digest.ts'
import { openWorkspace } from '../../core/workspace/open.ts'
import { type ObjectServer, startAzure, startS3 } from '../support/object-servers.ts'
import { Loopback } from '../support/loopback.ts'
import { hasTool } from '../support/tools.ts'
import { newBucket, newContainer, placeAt, storeAt } from './places/objects.ts'
import { directoryPlace, gitPlace, inside, openOptions, type PlaceKind, scratch } from './places.ts'
import { keep, register, runStart, trail } from './records.ts'

const folder = scratch()
const before = { ...process.env }

afterEach(() => {
  for (const name of Object.keys(process.env)) if (before[name] === undefined) delete process.env[name]
  Object.assign(process.env, before)
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What the token service answers: the server's own user, since versitygw knows no sessions and refuses their tokens. */
function sessionFor({ env }: ObjectServer): string {
  const secret = `<SecretAccessKey>${env['AWS_SECRET_ACCESS_KEY'] ?? ''}</SecretAccessKey>`
  const until = new Date(Date.now() + 3_600_000).toISOString()
  const credentials = `<AccessKeyId>${env['AWS_ACCESS_KEY_ID'] ?? ''}</AccessKeyId>${secret}<Expiration>${until}</Expiration>`
  const result = `<Credentials>${credentials}</Credentials>`
  return `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult>${result}</AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`
}

async function firstWrite(url: string): Promise<void> {
  const workspace = await openWorkspace(openOptions(url, folder))
  try {
    await workspace.runs.start(runStart())
  } finally {
    await workspace.close()
  }
}

describe.runIf(hasTool('versitygw'))('S3', () => {
  let server: ObjectServer
  let url = ''

  beforeAll(async () => {
    server = await startS3(scratch())
  }, 60_000)

  beforeEach(async () => {
    Object.assign(process.env, server.env)
    url = await newBucket(server)
  })

  afterAll(() => server[Symbol.asyncDispose]())

  test('without credentials says where they were looked for, and what to add on each CI system', async () => {
    delete process.env['AWS_ACCESS_KEY_ID']
    delete process.env['AWS_SECRET_ACCESS_KEY']

    const refused = await firstWrite(url).catch((error: unknown) => error)

    expect(refused).toMatchObject({ code: 'TY0230', exitCode: 2 })
    expect(String(refused)).toMatch(/role-to-assume[^]*id-token: write/)
  })

  test('lets a job in by its web identity: the token of the CI system is exchanged for a session', async () => {
    const asked: URLSearchParams[] = []
    await using sts = await Loopback.start(({ text }) => {
      asked.push(new URLSearchParams(text))
      return { status: 200, headers: { 'content-type': 'text/xml' }, body: sessionFor(server) }
    })
    writeFileSync(join(folder, 'token'), 'the-token-of-the-job')
    delete process.env['AWS_ACCESS_KEY_ID']
    delete process.env['AWS_SECRET_ACCESS_KEY']
    Object.assign(process.env, {
      AWS_ROLE_ARN: 'arn:aws:iam::111122223333:role/trainyard',
      AWS_WEB_IDENTITY_TOKEN_FILE: join(folder, 'token'),
      AWS_ENDPOINT_URL_STS: sts.url,
    })

    await firstWrite(url)

    expect(asked).toHaveLength(1)
    expect(Object.fromEntries(asked[0] ?? [])).toMatchObject({
      Action: 'AssumeRoleWithWebIdentity',
      RoleArn: 'arn:aws:iam::111122223333:role/trainyard',
      WebIdentityToken: 'the-token-of-the-job',
    })
  })

  test('with a session that the server does not take is refused, and not taken for an outage', async () => {
    process.env['AWS_SESSION_TOKEN'] = 'of-another-cloud'

    await expect(firstWrite(url)).rejects.toMatchObject({ code: 'TY0230' })
  })

  test('with wrong credentials says which right is missing, and never the secret', async () => {
    process.env['AWS_SECRET_ACCESS_KEY'] = 'another-secret'

    const refused = await firstWrite(url).catch((error: unknown) => error)

    expect(refused).toMatchObject({ code: 'TY0230' })
    expect(String(refused)).toMatch(/SignatureDoesNotMatch[^]*s3:GetObject on arn:aws:s3:::models-/)
    expect(String(refused)).not.toContain('another-secret')
  })

  test('without its bucket, or out of reach, is told apart', async () => {
    await expect(firstWrite(url.replace('s3://models', 's3://none'))).rejects.toMatchObject({
      code: 'TY0230',
      details: expect.stringContaining('does not exist') as string,
    })
    await expect(firstWrite('s3://models/x?endpoint=http%3A%2F%2F127.0.0.1%3A9')).rejects.toMatchObject({
      code: 'TY0502',
    })
  })

  test.each([directoryPlace, gitPlace])('keeps model files apart from a ledger in $name', async (kind: PlaceKind) => {
    await using place = await kind.create()
    const old = await inside(place, async (workspace) => {
      const tree = await keep(workspace, place.folder, 'from before')
      await register(workspace, tree)
      return tree
    })
    await inside(place, async (workspace) => register(workspace, await keep(workspace, place.folder, 'apart')), {
      blobs: url,
    })

    const store = await storeAt(url)
    const keys: string[] = []
    for await (const { key } of store.list('')) keys.push(key)
    store.close()
    expect(keys.filter((key) => key.startsWith('files/'))).toHaveLength(1)
    expect(keys.filter((key) => key.startsWith('entries/'))).toEqual([])
    await inside(
      place,
      async (workspace) => {
        const texts = (await workspace.models.versions('flights')).map(async ({ files }) =>
          Buffer.from(await workspace.files.read(files.files[0]?.digest ?? 'sha256:')).toString('utf8'),
        )
        expect(await Promise.all(texts)).toEqual(['apart', 'from before'])
        expect(await trail(workspace)).toHaveLength(2)
      },
      { blobs: url },
    )
    expect(keys).not.toContain(`files/${hexOf(old.files[0]?.digest ?? 'sha256:')}`)
  })

  test('a file over 95 MB goes there, and not onto a branch: the error shows the lines to add', async () => {
    await using place = await gitPlace.create()
    const from = join(place.folder, 'large.bin')
    writeFileSync(from, '')
    truncateSync(from, 95_000_001)
    const put = (opening: { blobs?: string }) =>
      inside(place, (workspace) => workspace.files.put([{ path: 'large.bin', from }]), opening)

    const refused = await put({}).catch((error: unknown) => error)

    expect(refused).toMatchObject({ code: 'TY0231', exitCode: 2 })
    const lines = String(refused)
      .split('\n')
      .filter((line) => line.startsWith('  '))
    expect(parse(lines.join('\n'))).toEqual({
      version: 1,
      workspace: { url: 'git:', blobs: 's3://<bucket>/<prefix>' },
    })
    expect((await put({ blobs: url })).files).toMatchObject([{ size: 95_000_001 }])
  }, 60_000)

  test('a collector takes what nobody put again since it looked, and nothing else', async () => {
    await using place = await placeAt(url)
    const [first, second] = await inside(place, async (workspace) => [
      await keep(workspace, place.folder, 'one'),
      await keep(workspace, place.folder, 'two'),
    ])
    const { ObjectBlobs } = await import('../../core/workspace/blobs/objects.ts')
    const { ObjectPlace } = await import('../../core/workspace/object-place.ts')
    const collector = new ObjectBlobs(new ObjectPlace(await storeAt(url)))
    const found = []
    for await (const blob of collector.list()) found.push(blob)

    await inside(place, (workspace) => keep(workspace, place.folder, 'one'))
    const gone = await collector.remove(found)

    expect(found).toHaveLength(2)
    expect(gone.map(({ digest }) => digest)).toEqual([second?.files[0]?.digest])
    expect(await collector.has(first?.files[0]?.digest ?? 'sha256:')).toBe(true)
    expect(await collector.tidy({ isDry: false })).toEqual([])
    await collector.close()
  })
})

describe.runIf(hasTool('azurite'))('Azure Blob Storage', () => {
  let server: ObjectServer

  beforeAll(async () => {
    server = await startAzure(scratch())
  }, 60_000)

  beforeEach(() => Object.assign(process.env, server.env))

  afterAll(() => server[Symbol.asyncDispose]())

  test('with a wrong key says which role is missing, and never the key', async () => {
    const url = await newContainer(server)
    const wrong = Buffer.from('a wrong key').toString('base64')
    process.env['AZURE_STORAGE_CONNECTION_STRING'] = (server.env['AZURE_STORAGE_CONNECTION_STRING'] ?? '').replace(
      /AccountKey=[^;]*/,
      `AccountKey=${wrong}`,
    )

    const refused = await firstWrite(url).catch((error: unknown) => error)

    expect(refused).toMatchObject({ code: 'TY0230' })
    expect(String(refused)).toContain('Storage Blob Data Reader')
    expect(String(refused)).not.toContain(wrong)
  })

  test('is not shown the key of another account, and refuses what is no connection string', async () => {
    await expect(firstWrite('azblob://another/models?endpoint=http://127.0.0.1:9/another')).rejects.toMatchObject({
      code: 'TY0230',
      details: expect.stringContaining('not https') as string,
    })
    process.env['AZURE_STORAGE_CONNECTION_STRING'] = 'secret words'
    const refused = await firstWrite('azblob://acme/models').catch((error: unknown) => error)

    expect(refused).toMatchObject({ code: 'TY0230' })
    expect(String(refused)).not.toContain('secret words')
  })

  test('without its container is told so', async () => {
    await expect(firstWrite('azblob://devstoreaccount1/none-such/x')).rejects.toMatchObject({
      code: 'TY0230',
      details: expect.stringContaining('does not exist') as string,
    })
  })
})
