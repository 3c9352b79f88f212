import { describe, expect, it } from 'vitest'
import type { LoadProgress } from '../../../core/engines/load/result.ts'
import { load } from './load.ts'
import { LoadedServer } from './start-server.ts'

describe('coordinated omission', () => {
  it('does not hide a server that stops for a second of six', async () => {
    await using server = await LoadedServer.start('well')
    let isStopped = false
    const stopOnce = ({ elapsedMs }: LoadProgress): void => {
      if (isStopped || elapsedMs < 2000) return
      isStopped = true
      server.signal('SIGSTOP')
      setTimeout(() => server.signal('SIGCONT'), 1000)
    }

    const result = await load({ url: server.url, rate: 500, durationMs: 6000 }, stopOnce)

    // The requests of one second of six waited evenly 0 to 1000 ms; the others did not. A client that waits for answers sees
    // one slow request a connection, and a 99th percentile of some ms.
    expect(result.total.counts.statuses).toEqual({ '200': result.total.counts.due })
    expect(result.total.latency?.p50).toBeLessThan(400)
    expect(result.total.latency?.p90).toBeGreaterThan(300)
    expect(result.total.latency?.p99).toBeGreaterThan(850)
    expect(result.total.latency?.max).toBeGreaterThan(950)
    expect(Math.min(...result.windows.map(({ latency }) => latency?.p99 ?? Infinity))).toBeLessThan(500)
  })

  it('does not hide it when hardly any requests can be under way, though the time of service does', async () => {
    await using server = await LoadedServer.start('well')
    const wait = setTimeout(() => server.signal('SIGSTOP'), 1200)
    const go = setTimeout(() => server.signal('SIGCONT'), 2200)

    const result = await load({ url: server.url, rate: 400, durationMs: 3000, maxInFlight: 4 })

    clearTimeout(wait)
    clearTimeout(go)
    expect(result.generator.mostInFlight).toBe(4)
    expect(result.generator.waited).toBeGreaterThan(200)
    expect(result.total.latency?.p99).toBeGreaterThan(700)
    expect(result.total.service?.p99).toBeLessThan((result.total.latency?.p99 ?? 0) / 2)
  })
})

describe('a thread of its own', () => {
  it('does not care what the thread does that asked for it', async () => {
    await using server = await LoadedServer.start('well')
    let isBlocked = false
    const result = await load({ url: server.url, rate: 200, durationMs: 3000 }, ({ elapsedMs }) => {
      if (isBlocked || elapsedMs < 500) return
      isBlocked = true
      const until = performance.now() + 2000
      while (performance.now() < until);
    })

    expect(isBlocked).toBe(true)
    expect(result.total.counts.statuses).toEqual({ '200': result.total.counts.due })
    // On one thread, two thirds of all requests would have been a second late on average.
    expect(result.generator.lag?.p50).toBeLessThan(500)
  })
})
