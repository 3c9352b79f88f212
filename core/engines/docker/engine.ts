import type Dockerode from 'dockerode'
import type { Readable } from 'node:stream'
import { z } from 'zod'
import { Cancelled, errorMessage, ExternalError, TimedOut } from '../../errors/errors.ts'
import { type Digest, isDigest } from '../../records/digest.ts'
import { type Addition, compose } from './archive.ts'
import { type RunningContainer, type ServerRun, serverOptions, type Trial, type Tried, watch } from './container.ts'
import { streamOf } from './tar.ts'

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

  /** The labels of an image. @throws ExternalError TY0503 when the engine does not have it. */
  labels(name: string): Promise<Readonly<Record<string, string>>> {
    return told(`look for the image ${name}`, async () => {
      const { Config } = await this.#docker.getImage(name).inspect()
      return Config.Labels ?? {}
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

  /**
   * Runs a container of an image until it is removed, which whoever called this has to see to, unless this fails. `ready` is
   * undefined when it did not become ready: it is removed already then.
   */
  startServer(image: Digest, run: ServerRun): Promise<RunningContainer> {
    return told(`run the image ${image}`, async () => {
      const container = await this.#docker.createContainer(serverOptions(image, run))
      const remove = async () => {
        await container.remove({ force: true })
      }
      try {
        const tried = await watch(container, this.#docker, run)
        const { State } = await container.inspect()
        const ranOutOfMemory = async () => (await container.inspect()).State.OOMKilled
        if (tried.ready === undefined) await remove()
        return { ...tried, id: container.id, pid: State.Pid, ranOutOfMemory, remove }
      } catch (error) {
        await remove()
        throw error
      }
    })
  }
}

function statusOf(error: unknown): number | undefined {
  return z.object({ statusCode: z.number() }).safeParse(error).data?.statusCode
}

/** Says which operation failed, with the engine's own words. */
async function told<T>(operation: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    if (error instanceof ExternalError || error instanceof Cancelled || error instanceof TimedOut) throw error
    const status = statusOf(error)
    const facts = { operation, ...(status === undefined ? {} : { status }) }
    throw new ExternalError({ code: 'TY0503', facts, details: errorMessage(error), cause: error })
  }
}
