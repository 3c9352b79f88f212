import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openLoop } from '../support/open-loop.ts'
import { ask, ProcessGround } from '../targets/ground.ts'
import { type Bench, fixed, inTurn, median } from './timing.ts'

const endpoint = 'bench'
const rounds = 60
const perRound = 50
const warmUp = 500
const changes = 20

/**
 * What the router of the target `process` adds to one request after another, against the same server asked directly, and how
 * many requests of an open loop it loses while the shares change.
 */
export const routing: Bench = {
  name: 'route',
  async run() {
    await using ground = await ProcessGround.make()
    const { target } = ground
    const { address } = await target.ensureEndpoint(endpoint)
    for (const name of ['v1', 'v2']) await target.start(endpoint, await ground.package(name))
    await target.setShares(endpoint, { v1: 100 })
    const direct = `http://127.0.0.1:${portOf(ground)}`

    for (const url of [address, direct]) await timesOf(url, warmUp)
    const [through, straight] = await inTurn(
      rounds,
      () => timesOf(address, perRound),
      () => timesOf(direct, perRound),
    )
    const lost = await lostWhileChanging(ground, address)
    await target.remove(endpoint)

    const [ours, theirs] = [sorted(through.flat()), sorted(straight.flat())]
    const at = (q: number) => `${fixed(quantile(ours, q), 3)} ms against ${fixed(quantile(theirs, q), 3)} ms direct`
    const added = quantile(ours, 0.5) - quantile(theirs, 0.5)
    return [
      `route   one after another: p50 ${at(0.5)}, added ${fixed(added, 3)} ms, ratio ${fixed(median(ours) / median(theirs), 2)}; p99 ${at(0.99)}`,
      `route   ${changes} changes of shares: ${lost.failures} requests lost of ${lost.sent} at 400 a second, p99 ${fixed(lost.p99Ms)} ms`,
    ]
  },
}

/** The port of the server of v1. */
function portOf(ground: ProcessGround): number {
  const folder = join(ground.state(endpoint), 'processes')
  const read = (name: string) =>
    JSON.parse(readFileSync(join(folder, name), 'utf8')) as { launch: string; port: number }
  const [claim = ''] = readdirSync(folder).filter((name) => name.startsWith('server-v1.'))
  return read(`${read(claim).launch}.ready.json`).port
}

/** Milliseconds of so many requests, one after another. */
async function timesOf(url: string, count: number): Promise<readonly number[]> {
  const times: number[] = []
  for (let turn = 0; turn < count; turn += 1) {
    const startedAt = performance.now()
    const { status } = await ask(url)
    if (status !== 200) throw new Error(`the answer was ${status}`)
    times.push(performance.now() - startedAt)
  }
  return times
}

async function lostWhileChanging({ target }: ProcessGround, url: string) {
  const load = openLoop({ url, perSecond: 400, seconds: 6 })
  await load.begun
  for (let change = 0; change < changes; change += 1) {
    const canary = [10, 25, 50, 0, 100][change % 5] ?? 0
    await target.setShares(endpoint, { v1: 100 - canary, v2: canary })
    await sleep(250)
  }
  const { sent, failures, p99Ms } = await load.findings
  return { sent, failures: failures.length, p99Ms }
}

function sorted(values: readonly number[]): readonly number[] {
  return [...values].sort((a, b) => a - b)
}

function quantile(ordered: readonly number[], q: number): number {
  return ordered[Math.floor(q * ordered.length)] ?? Number.NaN
}
