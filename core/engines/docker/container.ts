import type Dockerode from 'dockerode'
import { PassThrough } from 'node:stream'
import { LineSplitter } from '../process/lines.ts'

/** How a container is tried. */
export interface Trial {
  /** Whether this line of its log says that it is ready. */
  readonly isReady: (line: string) => boolean
  readonly limitMs: number
  readonly signal: AbortSignal
}

/** What a container did that was tried. */
export interface Tried {
  /** The line; undefined when it ended first, or the time was over. */
  readonly ready: string | undefined
  readonly exitCode: number | undefined
  readonly log: readonly string[]
}

/** What a container may use at most; as much as there is, where it does not say. */
export interface Limits {
  /** Processors, and parts of one. */
  readonly cpus?: number
  /** Without swap. */
  readonly memoryBytes?: number
}

/** A server to run in a container. */
export interface ServerRun extends Trial {
  readonly command: readonly string[]
  readonly limits: Limits
}

/** A container that runs until it is removed. */
export interface RunningContainer extends Tried {
  readonly id: string
  /** On the machine of the engine. */
  readonly pid: number
  /** Whether the kernel ended something in it because it wanted more memory than its limit. */
  ranOutOfMemory(): Promise<boolean>
  remove(): Promise<void>
}

/** Marks the containers that Trainyard runs, for whoever has to clear up after a machine that died. */
const label = 'dev.trainyard.started'

const keptLines = 20

/**
 * How a server's container is made: on this machine's own network, since a published port passes through a process of the engine
 * that costs more time than a small model; and with nothing that it could write to.
 */
export function serverOptions(image: string, { command, limits }: ServerRun): Dockerode.ContainerCreateOptions {
  const { cpus, memoryBytes } = limits
  return {
    Image: image,
    Cmd: [...command],
    Labels: { [label]: 'profile' },
    HostConfig: {
      NetworkMode: 'host',
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      ...(cpus === undefined ? {} : { NanoCpus: Math.round(cpus * 1e9) }),
      ...(memoryBytes === undefined ? {} : { Memory: memoryBytes, MemorySwap: memoryBytes }),
    },
  }
}

/** Starts a container that was made, and waits until it is ready, or ended, or the time is over. */
export async function watch(
  container: Dockerode.Container,
  docker: Dockerode,
  { isReady, limitMs, signal }: Trial,
): Promise<Tried> {
  const stream = await container.attach({ stream: true, stdout: true, stderr: true })
  const lines = new LineSplitter()
  const log: string[] = []
  const output = new PassThrough()
  docker.modem.demuxStream(stream, output, output)
  const ready = new Promise<string>((resolve) => {
    output.on('data', (chunk: Buffer) => {
      for (const line of lines.push(chunk)) {
        log.push(line)
        if (log.length > keptLines) log.shift()
        if (isReady(line)) resolve(line)
      }
    })
  })
  await container.start()
  const limit = AbortSignal.any([signal, AbortSignal.timeout(limitMs)])
  const late = new Promise<undefined>((resolve) =>
    limit.addEventListener('abort', () => resolve(undefined), { once: true }),
  )
  const end = ended(container)
  // A container that is removed while it runs has no end that anybody waits for.
  end.catch(() => undefined)
  const first = await Promise.race([ready, end, late])
  signal.throwIfAborted()
  if (typeof first === 'string') return { ready: first, exitCode: undefined, log }
  return { ready: undefined, exitCode: first?.exitCode, log }
}

async function ended(container: Dockerode.Container): Promise<{ readonly exitCode: number }> {
  const { StatusCode } = (await container.wait()) as { StatusCode: number }
  return { exitCode: StatusCode }
}
