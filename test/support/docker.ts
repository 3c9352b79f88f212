import { execFileSync, spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Docker from 'dockerode'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { root } from '../../scripts/lib/sources.mjs'
import { skipAloud, tool } from './tools.ts'

/** A Docker engine of a test's own: its socket, its images and its containers are in a folder that is removed. */
export interface TestEngine extends AsyncDisposable {
  readonly host: string
  readonly docker: Docker
}

/** Why no engine can be started here; undefined where it can. */
function whyNoEngine(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'the images of tests are for Linux on x64'
  if (process.getuid?.() !== 0) return 'a Docker engine needs root'
  const missing = ['dockerd', 'node-root', 'onnxruntime-node'].filter((name) => tool(name) === undefined)
  return missing.length === 0 ? undefined : `${missing.join(', ')} cannot be installed here`
}

/** Starts an engine without a network. @throws with the last lines of its log when it does not answer */
async function startEngine(): Promise<TestEngine> {
  const folder = mkdtempSync(join(tmpdir(), 'trainyard-docker-'))
  const socket = join(folder, 'sock')
  const log = join(folder, 'log')
  const places = ['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec'), '-p', join(folder, 'pid')]
  const closed = ['--iptables=false', '--ip6tables=false', '--bridge=none']
  const output = openSync(log, 'w')
  const child = spawn(tool('dockerd') ?? 'dockerd', [...places, ...closed, '-H', `unix://${socket}`], {
    stdio: ['ignore', output, output],
  })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const docker = new Docker({ socketPath: socket })
  const stop = async () => {
    child.kill('SIGTERM')
    await ended
    // The engine leaves the network namespace of the machine mounted, which containers on the network of the machine had.
    for (const line of readFileSync('/proc/self/mounts', 'utf8').split('\n')) {
      const place = line.split(' ')[1] ?? ''
      if (place.startsWith(`${folder}/`)) execFileSync('umount', [place])
    }
    rmSync(folder, { recursive: true, force: true })
  }
  for (let tries = 0; tries < 300 && child.exitCode === null; tries += 1) {
    if (await docker.ping().then(Boolean, () => false))
      return { host: `unix://${socket}`, docker, [Symbol.asyncDispose]: stop }
    await sleep(100)
  }
  const last = readFileSync(log, 'utf8').trim().split('\n').slice(-3).join('\n')
  await stop()
  throw new Error(`dockerd does not answer: ${last}`)
}

/**
 * An engine for the tests of a file, with `prepare` done once it runs; where none can run, its tests are skipped aloud.
 * `DOCKER_HOST` names it meanwhile.
 */
export function useEngine(prepare: (engine: TestEngine) => Promise<void>): () => TestEngine {
  const why = whyNoEngine()
  let engine: TestEngine | undefined
  beforeAll(async () => {
    if (why !== undefined) return
    engine = await startEngine()
    process.env['DOCKER_HOST'] = engine.host
    await prepare(engine)
  }, 120_000)
  beforeEach((context) => {
    if (why !== undefined) skipAloud(context, why)
  })
  afterAll(() => engine?.[Symbol.asyncDispose]())
  return () => {
    if (engine === undefined) throw new Error('no engine runs')
    return engine
  }
}

/** What `node` is in a base: Node itself beside onnxruntime-node, a program that only fails, or nothing. */
export type NodeInBase = 'native' | 'broken' | 'missing'

/** Imports an image made from Debian packages. @returns its id */
export async function importBase({ docker }: TestEngine, node: NodeInBase): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'trainyard-base-'))
  try {
    const archive = join(folder, 'root.tar')
    const added = join(folder, 'added')
    cpSync(tool('node-root') ?? '', archive)
    mkdirSync(join(added, 'usr/bin'), { recursive: true })
    mkdirSync(join(added, 'package'))
    if (node === 'native') {
      cpSync(join(root, 'node_modules/node20-linux-x64/bin/node'), join(added, 'usr/bin/node'))
      cpSync(join(tool('onnxruntime-node') ?? '', 'node_modules'), join(added, 'package/node_modules'), {
        recursive: true,
      })
    }
    if (node === 'broken') cpSync('/bin/false', join(added, 'usr/bin/node'))
    const paths = node === 'missing' ? ['package'] : ['package', 'usr/bin/node']
    execFileSync('tar', ['--owner=0', '--group=0', '--mtime=@0', '-rf', archive, '-C', added, ...paths])
    const progress = await docker.importImage(archive)
    const events = await new Promise<readonly { status?: string }[]>((resolve, reject) => {
      docker.modem.followProgress(progress, (error, output: { status?: string }[]) =>
        error ? reject(error) : resolve(output),
      )
    })
    return events.map(({ status = '' }) => status).find((status) => status.startsWith('sha256:')) ?? 'not imported'
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
