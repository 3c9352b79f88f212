import type Dockerode from 'dockerode'
import { PassThrough, type Readable } from 'node:stream'
import { z } from 'zod'
import { errorMessage, ExternalError } from '../../errors/errors.ts'
import { type Digest, isDigest } from '../../records/digest.ts'
import { LineSplitter } from '../process/lines.ts'
import { type Addition, compose } from './archive.ts'
import { streamOf } from './tar.ts'

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

const keptLines = 20

/** A Docker engine: the one of DOCKER_HOST, or of the usual socket. */
export class DockerEngine {
  readonly #docker: Dockerode
  /** "Docker 20.10.24" */
  readonly name: string

  private constructor(docker: Dockerode, name: string) {
    this.#docker = docker
    this.name = name
  }

  /** @throws ExternalError TY0503 when no engine answers. */
  static async open(): Promise<DockerEngine> {
    const { default: Docker } = await import('dockerode')
    return told('reach the Docker engine', async () => {
      const docker = new Docker()
      const { Version } = await docker.version()
      return new DockerEngine(docker, `Docker ${Version}`)
    })
  }

  /** The id of an image that the engine has; undefined when it has none of that name. */
  imageId(name: string): Promise<Digest | undefined> {
    return told(`look for the image ${name}`, async () => {
      try {
        const { Id } = await this.#docker.getImage(name).inspect()
        return isDigest(Id) ? Id : undefined
      } catch (error) {
        if (statusOf(error) === 404) return undefined
        throw error
      }
    })
  }

  /**
   * Makes an image out of one that the engine has.
   *
   * @returns its id
   * @throws ExternalError TY0503 when the engine does not take it.
   */
  makeImage(base: Digest, addition: Addition): Promise<Digest> {
    return told(`make the image ${addition.name}`, async () => {
      const { pack } = await import('tar-stream')
      const archive = pack()
      const exported = (await this.#docker.getImage(base).get()) as Readable
      const made = compose(exported, addition, archive)
      // A base that cannot be read must not leave the engine waiting for more.
      made.catch((error: unknown) => archive.destroy(error instanceof Error ? error : new Error(errorMessage(error))))
      const [id] = await Promise.all([made, this.#load(streamOf(archive))])
      // The engine answers before it has looked at everything; only the image itself is a proof.
      if ((await this.imageId(id)) !== id) throw new Error('the engine has not kept it')
      return id
    })
  }

  async #load(archive: Readable): Promise<void> {
    const answer = await this.#docker.loadImage(archive)
    const events = await new Promise<readonly unknown[]>((resolve, reject) => {
      this.#docker.modem.followProgress(answer, (error, output) => (error ? reject(error) : resolve(output)))
    })
    // followProgress takes an event about an error for progress.
    const failure = z.array(z.looseObject({ error: z.string() }))
    const failed = events.flatMap((event) => failure.safeParse([event]).data ?? [])[0]
    if (failed !== undefined) throw new Error(failed.error)
  }

  /**
   * Runs a container of an image without a network and with nothing that it could write to, until it says that it is ready; then
   * removes it.
   */
  tryImage(image: Digest, trial: Trial): Promise<Tried> {
    return told(`run the image ${image}`, async () => {
      const container = await this.#docker.createContainer({
        Image: image,
        HostConfig: { NetworkMode: 'none', ReadonlyRootfs: true, CapDrop: ['ALL'] },
      })
      try {
        return await watch(container, this.#docker, trial)
      } finally {
        await container.remove({ force: true })
      }
    })
  }
}

async function watch(
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
  const first = await Promise.race([ready, ended(container), late])
  signal.throwIfAborted()
  if (typeof first === 'string') return { ready: first, exitCode: undefined, log }
  return { ready: undefined, exitCode: first?.exitCode, log }
}

async function ended(container: Dockerode.Container): Promise<{ readonly exitCode: number }> {
  const { StatusCode } = (await container.wait()) as { StatusCode: number }
  return { exitCode: StatusCode }
}

function statusOf(error: unknown): number | undefined {
  return z.object({ statusCode: z.number() }).safeParse(error).data?.statusCode
}

/** Says which operation failed, with the engine's own words. */
async function told<T>(operation: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    if (error instanceof ExternalError) throw error
    const status = statusOf(error)
    const facts = { operation, ...(status === undefined ? {} : { status }) }
    throw new ExternalError({ code: 'TY0503', facts, details: errorMessage(error), cause: error })
  }
}
