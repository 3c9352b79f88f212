import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Bench, failureOf } from '../main/bench.ts'
import { importBase, useEngine } from '../support/docker.ts'
import { aScene, packaging } from './a-scene.ts'

let base = ''
let bench: Bench

beforeAll(async () => {
  bench = await aScene()
})
afterAll(async () => {
  await bench[Symbol.asyncDispose]()
})

describe('an image', () => {
  const running = useEngine(async (engine) => {
    base = await importBase(engine, 'native')
  })

  test('runs the package as nobody, by the native runtime, and is the same when it is made again', async () => {
    const { docker } = running()
    const inputs = { candidate: 'flights@1', image: 'acme/flights', base }

    const first = await bench.go(packaging, inputs)
    const second = await bench.go(packaging, inputs)

    expect(second).toMatchObject({ image: 'acme/flights:1', imageId: first['imageId'], digest: first['digest'] })
    const { Id, Config, Architecture } = await docker.getImage('acme/flights:1').inspect()
    expect(Id).toBe(first['imageId'])
    expect(Architecture).toBe('amd64')
    expect(Config).toMatchObject({
      User: '65532:65532',
      WorkingDir: '/package',
      Cmd: ['node', 'serve.mjs', '--host', '0.0.0.0'],
      ExposedPorts: { '8080/tcp': {} },
      Labels: {
        'org.opencontainers.image.title': 'flights',
        'org.opencontainers.image.version': '1',
        'org.opencontainers.image.base.digest': base,
        'dev.trainyard.package': first['digest'],
        'dev.trainyard.models': 'flights@1',
      },
    })
    expect(Config.Env).toContain('ORT_DISABLE_TELEMETRY=1')
    await bench.look(async ({ models, evidence }) => {
      const { files } = await models.version('flights', 1)
      expect(Config.Labels?.['dev.trainyard.digests']).toBe(files.digest)
      const [record] = await evidence.about(files.digest, 'package')
      expect(await evidence.read(record?.id ?? 'sha256:')).toMatchObject({
        predicate: {
          package: { digest: first['digest'] },
          image: {
            id: Id,
            name: 'acme/flights:1',
            base,
            engine: expect.stringContaining('onnxruntime-node') as string,
          },
        },
      })
    })
    expect(await docker.listContainers({ all: true })).toEqual([])
  })

  test.each([
    ['broken', 2, 'ended with exit code 1'],
    ['missing', 4, '"node": executable file not found'],
  ] as const)(
    'of a base whose node is %s is not kept: nothing is recorded, and nothing runs on',
    async (node, exitCode, words) => {
      const { docker } = running()
      await using other = await aScene()
      const before = await other.entries()

      const inputs = { candidate: 'flights@1', image: 'flights:bad', base: await importBase(running(), node) }
      const host = await other.run(packaging, inputs)

      expect(host.ended?.exitCode).toBe(exitCode)
      expect(failureOf(host)).toContain(words)
      expect(await other.entries()).toEqual(before)
      expect(await readdir(other.folder)).not.toContain('package')
      expect(await docker.listContainers({ all: true })).toEqual([])
    },
  )

  test('of a base that the engine does not have says how to get it', async () => {
    const missing = `node:24-slim@sha256:${'0'.repeat(64)}`

    const host = await bench.run(packaging, { candidate: 'flights@1', image: 'flights', base: missing })

    expect(host.ended?.exitCode).toBe(2)
    expect(failureOf(host)).toContain(`docker pull ${missing}`)
  })
})

test.each([
  ['a base that is not pinned', { image: 'flights', base: 'node:24-slim' }, 'base "node:24-slim" is not pinned'],
  ['no base', { image: 'flights' }, 'base is missing, which is needed when image is given'],
  ['no name', { image: 'Flights of Mine', base: `sha256:${'0'.repeat(64)}` }, 'is not the name of an image'],
])('%s is refused before anything is made', async (_, inputs, words) => {
  const host = await bench.run(packaging, { candidate: 'flights@1', folder: 'unmade', ...inputs })

  expect(host.ended?.exitCode).toBe(2)
  expect(failureOf(host)).toContain(words)
  expect(await readdir(bench.folder)).not.toContain('unmade')
})

test('where no engine answers, the error says so', async () => {
  const before = process.env['DOCKER_HOST']
  process.env['DOCKER_HOST'] = `unix://${join(bench.folder, 'no-socket')}`
  try {
    const host = await bench.run(packaging, {
      candidate: 'flights@1',
      image: 'flights',
      base: `sha256:${'0'.repeat(64)}`,
    })

    expect(host.ended?.exitCode).toBe(4)
    expect(failureOf(host)).toContain('reach the Docker engine')
  } finally {
    if (before === undefined) delete process.env['DOCKER_HOST']
    else process.env['DOCKER_HOST'] = before
  }
})
