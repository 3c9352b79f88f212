import { z } from 'zod'
import type { Limits, RunningContainer } from '../engines/docker/container.ts'
import { DockerEngine } from '../engines/docker/engine.ts'
import { findControlGroup } from '../engines/load/resources/find-group.ts'
import { sampleProcess } from '../engines/load/resources/process.ts'
import type { ResourceSource } from '../engines/load/resources/sample.ts'
import { ConfigError, ExternalError, InputError } from '../errors/errors.ts'
import type { Context } from '../main/context.ts'
import { isDigest } from '../records/digest.ts'
import type { ProfilePredicate } from '../records/evidence.ts'
import { packageFiles } from '../scoring/client/packaged.ts'
import { notServing } from '../scoring/client/running-server.ts'
import type { definition } from './definition.ts'

type ProfileContext = Context<typeof definition>

/** A container that serves a package. */
export interface ServingContainer {
  readonly url: string
  readonly watch: ResourceSource | undefined
  readonly served: ProfilePredicate['served']
  /** The most memory that its main process had so far; 0 when it has ended. */
  readonly mainPeak: () => { readonly mainPeakBytes: number }
  stop(): Promise<void>
}

const startLimitMs = 120_000

const readyLine = z.object({ event: z.literal('ready'), url: z.url(), engine: z.string() })

/**
 * What the inputs allow a container.
 *
 * @throws InputError when they limit what is no container.
 */
export function limitsOf({ inputs, host }: ProfileContext): Limits {
  const { image, cpus, memory } = inputs
  const given = { cpus, memory }
  const faults = Object.entries(given).flatMap(([name, value]) => {
    if (value === undefined || image !== undefined) return []
    const problem = `limits a container, and there is none: give ${host.inputName('image')}, too`
    return [{ subject: host.inputName(name), source: { kind: 'input' }, problem } as const]
  })
  if (faults.length > 0) throw new InputError({ faults })
  return {
    ...(cpus === undefined ? {} : { cpus }),
    ...(memory === undefined ? {} : { memoryBytes: memory * 2 ** 20 }),
  }
}

/**
 * Runs the image within the limits at a free port of this machine.
 *
 * @throws InputError when the engine does not have the image, or package did not make it; ConfigError TY0404 when it does not
 *   become ready; ExternalError TY0503 when the engine fails.
 */
export async function serveContainer(
  context: ProfileContext,
  image: string,
  limits: Limits,
): Promise<ServingContainer> {
  const { host, signal } = context
  demandThisMachine(host.env['DOCKER_HOST'])
  const engine = await DockerEngine.open()
  const id = await engine.imageId(image)
  if (id === undefined) throw refused(context, image, `is not in the engine; pull it first: docker pull ${image}`)
  const digest = (await engine.labels(id))['dev.trainyard.package']
  if (digest === undefined || !isDigest(digest)) throw refused(context, image, 'is no image that the step package made')
  const startedAt = performance.now()
  const container = await engine.startServer(id, {
    command: ['node', packageFiles.server, '--host', '127.0.0.1', '--port', '0'],
    limits,
    isReady: (line) => readyIn(line) !== undefined,
    limitMs: startLimitMs,
    signal,
  })
  const ready = readyIn(container.ready ?? '')
  if (ready === undefined) throw notServing(`of the image ${image} ${endOf(container)}`, container.log)
  const startMs = Math.round(performance.now() - startedAt)
  const served = { package: { digest }, image: { id, name: image }, limits, engine: ready.engine, startMs }
  return {
    url: ready.url,
    watch: watchOf(context, container),
    served,
    mainPeak: () => ({ mainPeakBytes: peakOf(container) }),
    stop: () => stop(context, container),
  }
}

/** @throws ConfigError TY0503 where the container’s network is not this machine’s. */
function demandThisMachine(address = ''): void {
  if (process.platform === 'linux' && (address === '' || address.startsWith('unix:'))) return
  const where = process.platform === 'linux' ? `the engine at ${address} may be another machine` : process.platform
  const details = `A container is measured over the network of the machine that it runs on, which must be this one, and Linux: ${where}. Run the container yourself and give its url.`
  throw new ConfigError({ code: 'TY0503', details })
}

function watchOf({ host }: ProfileContext, { pid, id }: RunningContainer): ResourceSource | undefined {
  const group = findControlGroup({ pid, name: id })
  if (group === undefined)
    host.log.warning('Processor time and memory are not known: the control group of the container cannot be seen here')
  return group
}

function peakOf({ pid, id }: RunningContainer): number {
  if (findControlGroup({ pid, name: id }) === undefined) return 0
  try {
    return sampleProcess(pid).peakMemoryBytes ?? 0
  } catch (error) {
    if (error instanceof ExternalError) return 0
    throw error
  }
}

async function stop({ host, inputs }: ProfileContext, container: RunningContainer): Promise<void> {
  try {
    if (await container.ranOutOfMemory())
      host.log.warning(`The container ran out of memory: ${inputs.memory ?? 'its'} MiB are too few for this load`)
  } finally {
    await container.remove()
  }
}

function endOf({ exitCode }: RunningContainer): string {
  if (exitCode === undefined) return `is not ready after ${startLimitMs / 1000} s`
  return `ended with exit code ${exitCode}${exitCode === 137 ? ', as one does that needs more memory than it may have' : ''}`
}

function readyIn(line: string): z.output<typeof readyLine> | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    return readyLine.safeParse(JSON.parse(line)).data
  } catch {
    return undefined
  }
}

function refused({ host }: ProfileContext, value: string, problem: string): InputError {
  return new InputError({ faults: [{ subject: host.inputName('image'), source: { kind: 'input' }, value, problem }] })
}
