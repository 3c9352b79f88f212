import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { main } from '../../core/main/main.ts'
import { definition } from '../../core/profile/definition.ts'
import { run } from '../../core/profile/run.ts'
import { type Bench, failureOf, said, type Step } from '../main/bench.ts'
import { aScene, packaging } from '../package/a-scene.ts'
import { importBase, useEngine } from '../support/docker.ts'

const profiling: Step<typeof definition> = { definition, run }
const quick = { candidate: 'flights@1', rates: '20', duration: '2s', maxLag: '5s' }
const image = 'acme/flights:1'

let bench: Bench

beforeAll(async () => {
  bench = await aScene()
})
afterAll(async () => {
  await bench[Symbol.asyncDispose]()
})

describe('an image', () => {
  const running = useEngine(async (engine) => {
    const base = await importBase(engine, 'native')
    await bench.go(packaging, { candidate: 'flights@1', image: 'acme/flights', base })
  })

  test('is run within its limits, measured with them, and removed', async () => {
    const host = await bench.run(profiling, { ...quick, image, cpus: '0.25', memory: '256' })

    expect(failureOf(host)).toBe('')
    expect(said(host, 'warning')).toBe('')
    const { Id } = await running().docker.getImage(image).inspect()
    await bench.look(async ({ models, evidence }) => {
      const { files } = await models.version('flights', 1)
      const [record] = await evidence.about(files.digest, 'profile')
      expect(await evidence.read(record?.id ?? 'sha256:')).toMatchObject({
        predicate: {
          served: {
            image: { id: Id, name: image },
            limits: { cpus: 0.25, memoryBytes: 256 * 2 ** 20 },
            engine: expect.stringContaining('onnxruntime-node') as string,
          },
          rates: [
            {
              rate: 20,
              errors: 0,
              cpuMsPerRequest: expect.any(Number) as number,
              memoryBytes: expect.any(Number) as number,
              throttledShare: expect.any(Number) as number,
            },
          ],
        },
      })
    })
    const measured = z.array(z.object({ memoryBytes: z.number(), throttledShare: z.number() }))
    const [rate] = measured.parse(JSON.parse(host.outputs.get('results') ?? ''))
    expect(rate?.memoryBytes).toBeGreaterThan(30e6)
    expect(rate?.throttledShare).toBeLessThanOrEqual(1)
    expect(host.summaryText).toContain('that may use 0.25 CPU and 256 MiB of memory')
    expect(await running().docker.listContainers({ all: true })).toEqual([])
  })

  test('that serves another version is not taken for this one, and its container is removed', async () => {
    const host = await bench.run(profiling, { ...quick, candidate: 'sums@1', image })

    expect(failureOf(host)).toContain('ask the server about the model')
    expect(await running().docker.listContainers({ all: true })).toEqual([])
  })

  test('that gets too little memory to start is an error, and nothing of it is left', async () => {
    const host = await bench.run(profiling, { ...quick, image, memory: '16' })

    expect(host.ended?.exitCode).toBe(2)
    expect(failureOf(host)).toContain('ended with exit code 137')
    expect(await running().docker.listContainers({ all: true })).toEqual([])
  })

  test('is removed when the step is cancelled', async () => {
    const host = bench.host({ ...quick, duration: '60s', image })
    const ended = main(definition, run, host)
    while (host.progressed.length === 0) await sleep(50)

    host.cancel()
    await ended

    expect(host.ended?.exitCode).toBe(130)
    expect(await running().docker.listContainers({ all: true })).toEqual([])
  })

  test('that package did not make is refused', async () => {
    const id = await importBase(running(), 'missing')

    const host = await bench.run(profiling, { ...quick, image: id })

    expect(host.ended?.exitCode).toBe(2)
    expect(failureOf(host)).toContain('is no image that the step package made')
  })

  test('that the engine does not have says how to get it', async () => {
    const host = await bench.run(profiling, { ...quick, image: 'acme/none:1' })

    expect(host.ended?.exitCode).toBe(2)
    expect(failureOf(host)).toContain('docker pull acme/none:1')
  })
})

test('limits without an image are refused, both at once', async () => {
  const host = await bench.run(profiling, { ...quick, cpus: '1', memory: '256' })

  expect(host.ended?.exitCode).toBe(2)
  expect(failureOf(host)).toContain('cpus limits a container, and there is none: give image, too')
  expect(failureOf(host)).toContain('memory limits a container')
})

test('an image and a folder exclude each other', async () => {
  const host = await bench.run(profiling, { ...quick, image, folder: 'package' })

  expect(host.ended?.exitCode).toBe(2)
  expect(failureOf(host)).toContain('exclude each other: give one')
})
