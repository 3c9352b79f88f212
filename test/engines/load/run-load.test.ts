import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { poissonArrivals } from '../../../core/engines/load/generator/arrivals.ts'
import type { LoadResult } from '../../../core/engines/load/result.ts'
import { runLoad } from '../../../core/engines/load/run-load.ts'
import { ExternalError } from '../../../core/errors/errors.ts'
import { load } from './load.ts'
import { LoadedServer } from './start-server.ts'

/** How many requests a plan sends in a stretch of time, warm-up counted from 0. */
function due(rate: number, seed: number, [fromMs, toMs]: readonly [number, number]): number {
  const next = poissonArrivals(rate, seed)
  let count = 0
  for (let at = next(); at < toMs; at = next()) if (at >= fromMs) count++
  return count
}

function ended({ total }: LoadResult): number {
  const { statuses, errors, timedOut } = total.counts
  return [...Object.values(statuses), ...Object.values(errors)].reduce((sum, count) => sum + count, timedOut)
}

describe.concurrent('a load', () => {
  it('sends what is due, all of it, and counts every request once', async () => {
    await using server = await LoadedServer.start('well')
    const plan = { url: server.url, rate: 300, durationMs: 2000, warmUpMs: 300, seed: 5 }

    const result = await load(plan)

    const measured = due(300, 5, [300, 2300])
    expect(result.kind).toBe('measured')
    expect(result.total.counts).toEqual({ due: measured, statuses: { '200': measured }, errors: {}, timedOut: 0 })
    // Five standard deviations of a Poisson count.
    expect(Math.abs(measured - 600)).toBeLessThan(5 * Math.sqrt(600))
    expect(result.windows.reduce((sum, { counts }) => sum + counts.due, 0)).toBe(measured)
    expect((await server.seen()).requests).toBe(measured + due(300, 5, [0, 300]))
  })

  it('reports windows one by one, and how the generator did', async () => {
    await using server = await LoadedServer.start('well')
    const result = await load({ url: server.url, windows: 3 })

    expect(result.windows.map(({ fromMs, toMs }) => [fromMs, toMs])).toEqual([
      [0, 300],
      [300, 600],
      [600, 900],
    ])
    expect(result.histogram.count).toBe(result.total.counts.due)
    expect(result.generator.lag?.count).toBe(result.total.counts.due)
    expect(result.generator.utilisation).toBeGreaterThan(0)
    expect(result.generator.utilisation).toBeLessThan(1)
    const { p50 = 0, p99 = 0, p999 = 0, max = 0 } = result.total.latency ?? {}
    expect([p50, p99, p999, max]).toEqual([p50, p99, p999, max].toSorted((a, b) => a - b))
    expect(p50).toBeGreaterThanOrEqual(result.total.service?.p50 ?? Infinity)
  })

  it('keeps its connections, and sends its requests round robin', async () => {
    await using server = await LoadedServer.start('well')
    const requests = [
      { body: 'first' },
      { body: new TextEncoder().encode('second'), path: '/other?x=1', method: 'PUT' },
      { headers: { accept: 'text/plain' } },
    ]
    await load({ url: server.url, requests, maxInFlight: 8 })

    const { connections, requests: count, first } = await server.seen()
    expect(connections).toBeLessThanOrEqual(8)
    expect(count).toBeGreaterThan(60)
    const firsts = first.filter(({ body, method, path }) => body === 'first' && method === 'POST' && path === '/infer')
    const seconds = first.filter(
      ({ body, method, path }) => body === 'second' && method === 'PUT' && path === '/other?x=1',
    )
    const thirds = first.filter(({ body, method, path }) => body === '' && method === 'GET' && path === '/infer')
    // Over several connections the order of arrival may differ a little.
    for (const kind of [firsts, seconds, thirds])
      expect(Math.abs(kind.length - first.length / 3)).toBeLessThanOrEqual(4)
  })

  it('ends at once when it is stopped, with the reason', async () => {
    await using server = await LoadedServer.start('well')
    const controller = new AbortController()
    const reason = new Error('enough')
    const plan = { url: server.url, requests: [{}], rate: 50, durationMs: 60_000, warmUpMs: 0, seed: 1 }
    const running = runLoad(plan, { signal: controller.signal, onProgress: () => controller.abort(reason) })
    await expect(running).rejects.toBe(reason)
    await expect(runLoad(plan, { signal: controller.signal })).rejects.toBe(reason)
  })

  it('fails with a listener that fails', async () => {
    await using server = await LoadedServer.start('well')
    const running = load({ url: server.url, durationMs: 60_000 }, () => {
      throw new Error('no room on the screen')
    })
    await expect(running).rejects.toThrow('no room on the screen')
  })
})

describe.concurrent('what fails', () => {
  it('is counted by its status, and is not in the latencies', async () => {
    await using server = await LoadedServer.start('fifth-fails')
    const result = await load({ url: server.url, warmUpMs: 0 })
    const { due: all, statuses } = result.total.counts
    expect(statuses).toEqual({ '200': all - Math.floor(all / 5), '503': Math.floor(all / 5) })
    expect(result.total.latency?.count).toBe(statuses['200'])
  })

  it('is counted by its code where nobody listens', async () => {
    const result = await load({ url: `http://127.0.0.1:${await freePort()}/`, durationMs: 600 })
    const { due: all, errors, statuses } = result.total.counts
    expect(errors).toEqual({ ECONNREFUSED: all })
    expect(statuses).toEqual({})
    expect(result.total.latency).toBeUndefined()
  })

  it('is counted where answers break off', async () => {
    await using server = await LoadedServer.start('breaks')
    const result = await load({ url: server.url, durationMs: 600 })
    const { errors, statuses } = result.total.counts
    expect(statuses).toEqual({})
    expect(Object.values(errors).reduce((sum, count) => sum + count, 0)).toBe(result.total.counts.due)
  })

  it('is given up after its time, waiting or under way, with that time in the latencies', async () => {
    await using server = await LoadedServer.start('never')
    const result = await load({ url: server.url, durationMs: 900, timeoutMs: 300, maxInFlight: 5 })
    const { due: all, timedOut } = result.total.counts
    expect(timedOut).toBe(all)
    expect(result.total.latency?.count).toBe(all)
    expect(result.total.latency?.p50).toBeGreaterThanOrEqual(300)
    expect(result.total.service).toBeUndefined()
    expect(ended(result)).toBe(all)
  })
})

describe.concurrent('a run whose limit is the generator', () => {
  it('is refused at a rate that no generator can make, long before its end', async () => {
    await using server = await LoadedServer.start('well')
    const result = await load({ url: server.url, rate: 3_000_000, durationMs: 20_000, warmUpMs: 0, maxInFlight: 4 })
    expect(result).toMatchObject({ kind: 'generator-limited' })
    expect('reason' in result && result.reason).toMatch(/^At 3000000 requests a second the generator/)
    expect((await server.seen()).requests).toBeLessThan(100_000)
  })

  it('is refused when requests were sent later than allowed', async () => {
    // Nothing is measured there, so that the absolute limit alone counts; no timer is as exact as a microsecond.
    const url = `http://127.0.0.1:${await freePort()}/`
    const result = await load({ url, durationMs: 600, maxLagMs: 0.001 })
    expect(result).toMatchObject({ kind: 'generator-limited' })
    expect('reason' in result && result.reason).toContain('0.001 ms are allowed')
  })
})

describe.concurrent('the resources of a watched process', () => {
  it('are measured over the same windows', async () => {
    await using server = await LoadedServer.start('well')
    const watch = { kind: 'process', pid: server.pid } as const
    const result = await load({ url: server.url, rate: 300, durationMs: 3000, windows: 3, watch })

    expect(result.resourcesLost).toBeUndefined()
    expect(result.windows.every(({ resources }) => resources !== undefined)).toBe(true)
    const sum = result.windows.reduce((all, { resources }) => all + (resources?.cpuMs ?? 0), 0)
    expect(result.total.resources?.cpuMs).toBeCloseTo(sum, 6)
    expect(sum).toBeGreaterThan(0)
    expect(result.total.resources?.cores).toBeCloseTo(sum / 3000, 1)
    expect(result.total.resources?.cpuMsPerRequest).toBeGreaterThan(0)
    expect(result.total.resources?.memoryBytes).toBeGreaterThan(10e6)
    expect(result.total.resources?.peakMemoryBytes).toBeGreaterThanOrEqual(result.total.resources?.memoryBytes ?? 0)
  })

  it('are missing from the windows after its end, which is said', async () => {
    await using server = await LoadedServer.start('well')
    const watch = { kind: 'process', pid: server.pid } as const
    const result = await load({ url: server.url, durationMs: 3000, windows: 3, watch }, ({ elapsedMs }) => {
      if (elapsedMs > 1400 && elapsedMs < 2000) server.signal('SIGKILL')
    })
    expect(result.resourcesLost).toContain('no such process')
    expect(result.windows[0]?.resources).toBeDefined()
    expect(result.windows[2]?.resources).toBeUndefined()
  })

  it('are refused where there is no such process from the start', async () => {
    const watch = { kind: 'process', pid: 2 ** 22 + 1 } as const
    await expect(load({ url: 'http://127.0.0.1:9/', watch })).rejects.toThrow(ExternalError)
  })
})

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}
