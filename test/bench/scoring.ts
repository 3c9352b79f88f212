import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { z } from 'zod'
import { benchTools, tools } from '../../scripts/lib/tools.mjs'
import { root } from '../../scripts/lib/sources.mjs'
import { fixtureFile, newPackage } from '../scoring/scoring-server.ts'
import { type Bench, fixed, median } from './timing.ts'

const rounds = 3
const requests = 12_000
const warmUp = 3_000
const limitMs = 6_000
const ticksPerSecond = 100

/** One row of the flights model: two floats and a text. */
const body = JSON.stringify({
  id: '42',
  inputs: [
    { name: 'dep_delay', datatype: 'FP32', shape: [1, 1], data: [12.5] },
    { name: 'distance', datatype: 'FP32', shape: [1, 1], data: [1089] },
    { name: 'carrier', datatype: 'BYTES', shape: [1, 1], data: ['UA'] },
  ],
})
const answerLength = 230

/** A server under test, in a process of its own. */
interface Contestant {
  readonly name: string
  readonly process: ChildProcess
  readonly url: string
}

const seen = z.object({
  requests: z.number(),
  failed: z.number(),
  seconds: z.number(),
  p50: z.number(),
  p99: z.number(),
})

/** One measurement. `cpuUs`: the server's processor time for each request. */
interface Measured {
  readonly rps: number
  readonly cpuUs: number
  readonly p50: number
  readonly p99: number
}

/** The scoring server against a server that does nothing, and against FastAPI with the same runtime: same rows, same loopback. */
export const scoring: Bench = {
  name: 'scoring',
  async run() {
    const started: Contestant[] = []
    const folders: string[] = []
    try {
      for (const { name, command, folder } of await commands()) {
        if (folder !== undefined) folders.push(folder)
        started.push(await start(name, command))
      }
      const lines: string[] = []
      for (const connections of [1, 64]) lines.push(...(await compare(started, connections)))
      return lines
    } finally {
      for (const { process } of started) process.kill('SIGKILL')
      for (const folder of folders) await rm(folder, { recursive: true, force: true })
    }
  },
}

interface Started {
  readonly name: string
  readonly command: readonly string[]
  readonly folder?: string
}

async function commands(): Promise<readonly Started[]> {
  const native = installed('onnxruntime-node')
  const fastapi = installed('fastapi')
  const noOp = join(root, 'test/bench/scoring/no-op.mjs')
  const list: Started[] = [{ name: 'no-op node:http', command: [process.execPath, noOp, String(answerLength)] }]
  for (const [name, library] of [
    ['scoring, wasm', undefined],
    ['scoring, native', native],
  ] as const) {
    if (name === 'scoring, native' && library === undefined) continue
    const folder = await newPackage({ models: ['flights'], native: library })
    list.push({ name, command: [process.execPath, join(folder, 'serve.mjs')], folder })
  }
  const peer = join(root, 'test/bench/scoring/fast_api.py')
  if (fastapi !== undefined)
    list.push({ name: 'FastAPI + onnxruntime', command: [fastapi, peer, fixtureFile('flights')] })
  return list
}

/** Installs what the comparison needs, and says aloud where that is not possible. */
function installed(name: string): string | undefined {
  const tool = [...tools, ...benchTools].find((one) => one.name === name)
  try {
    if (tool?.path() === undefined) tool?.install()
  } catch (error) {
    console.warn(`scoring: WITHOUT ${name}: ${error instanceof Error ? error.message : String(error)}`)
  }
  return tool?.path()
}

async function start(name: string, command: readonly string[]): Promise<Contestant> {
  const [program = '', ...args] = command
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { PATH: process.env['PATH'] } })
  const ended = once(child, 'exit').then(() => {
    throw new Error(`${name} ended before it was ready`)
  })
  const ready = (async () => {
    for await (const line of createInterface({ input: child.stdout })) {
      const { event, url } = JSON.parse(line) as { event: string; url?: string }
      if (event === 'ready') return `${url}/v2/models/flights/infer`
    }
    return ended
  })()
  return { name, process: child, url: await Promise.race([ready, ended]) }
}

/** Each in turn, A B C D A B C D …, so that a machine that slows down slows all. */
async function compare(contestants: readonly Contestant[], connections: number): Promise<readonly string[]> {
  const measured = new Map<string, Measured[]>(contestants.map(({ name }) => [name, []]))
  for (const contestant of contestants) await measure(contestant, connections, warmUp)
  for (let round = 0; round < rounds; round += 1)
    for (const contestant of contestants)
      measured.get(contestant.name)?.push(await measure(contestant, connections, requests))
  const middle = (name: string, of: keyof Measured) => median((measured.get(name) ?? []).map((one) => one[of]))
  const bound = contestants[0]?.name ?? ''
  return contestants.map(({ name }) => {
    const [rps, cpuUs] = [middle(name, 'rps'), middle(name, 'cpuUs')]
    const ratios = `${fixed(rps / middle(bound, 'rps'), 2)} of the bound's rps, ${fixed(cpuUs / middle(bound, 'cpuUs'), 2)} of its CPU`
    const latency = `p50 ${fixed(middle(name, 'p50'), 2)} ms, p99 ${fixed(middle(name, 'p99'), 1)} ms`
    return `scoring c=${String(connections).padEnd(2)} ${name.padEnd(22)} ${fixed(rps, 0).padStart(6)} rps, ${fixed(cpuUs, 0).padStart(4)} µs CPU a request, ${latency}: ${ratios}`
  })
}

async function measure(
  { name, process: server, url }: Contestant,
  connections: number,
  count: number,
): Promise<Measured> {
  const before = cpuSeconds(server.pid)
  const load = [join(root, 'test/bench/scoring/load.ts'), url, connections, count, limitMs, body].map(String)
  const { stdout } = await promisify(execFile)(process.execPath, load)
  const result = seen.parse(JSON.parse(stdout))
  if (result.failed > 0) throw new Error(`${name} failed ${result.failed} of ${result.requests} requests`)
  const cpuUs = ((cpuSeconds(server.pid) - before) / result.requests) * 1e6
  return { rps: result.requests / result.seconds, cpuUs, p50: result.p50, p99: result.p99 }
}

/** User and system time so far. Linux tells it in ticks of 10 ms. */
function cpuSeconds(pid: number | undefined): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}
