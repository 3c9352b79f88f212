import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { DockerEngine } from '../engines/docker/engine.ts'
import { writeLayer } from '../engines/docker/layer.ts'
import { InputError } from '../errors/errors.ts'
import type { Context } from '../main/context.ts'
import { type Digest, isDigest } from '../records/digest.ts'
import type { PackagePredicate } from '../records/evidence.ts'
import type { Tree } from '../records/tree.ts'
import { packageFiles } from '../scoring/client/packaged.ts'
import { notServing } from '../scoring/client/running-server.ts'
import type { definition } from './definition.ts'
import type { PackagedModel } from './models.ts'

type PackageContext = Context<typeof definition>

/** The package that an image is made of. */
export interface ImageContent {
  readonly folder: string
  readonly tree: Tree
  readonly models: readonly PackagedModel[]
  readonly port: number
}

/** An image that was made and tried. */
export type Image = NonNullable<PackagePredicate['image']>

/** Where the package lies in an image. A base that has onnxruntime-node in `node_modules` there serves by it. */
const home = 'package'

/** Nobody in particular: the user that images without a shell call nonroot. */
const user = '65532:65532'

const startLimitMs = 60_000

const namePattern = /^[a-z0-9]+(?:[._/:-]+[a-z0-9]+)*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?$/
const tagged = /:[A-Za-z0-9_][A-Za-z0-9_.-]*$/

const readyLine = z.object({ event: z.literal('ready'), engine: z.string() })

/** The image that is asked for. */
export interface ImagePlan {
  /** With its tag. */
  readonly name: string
  /** Pinned by a digest. */
  readonly base: string
}

/**
 * What image the inputs ask for; undefined when they ask for none.
 *
 * @throws InputError when the name is none, or the base is not pinned.
 */
export function imagePlan({ inputs, host }: PackageContext, models: readonly PackagedModel[]): ImagePlan | undefined {
  const { image, base = '' } = inputs
  if (image === undefined) return undefined
  if (!namePattern.test(image)) throw refused(host.inputName('image'), image, 'is not the name of an image')
  if (!isDigest(base.slice(base.lastIndexOf('@') + 1))) {
    const problem = 'is not pinned: a name or a tag may mean another image tomorrow; write name@sha256:…'
    throw refused(host.inputName('base'), base, problem)
  }
  return { name: tagged.test(image) ? image : `${image}:${models[0]?.version.version ?? 0}`, base }
}

/**
 * Makes an image of a package out of the base, and runs it once, without network and without anything to write to, until it is
 * ready: it has loaded its models then, after their digests.
 *
 * @throws InputError when the engine does not have the base; ExternalError TY0503 when the engine fails; ConfigError TY0404 with
 *   its log when the container does not become ready.
 */
export async function makeImage(context: PackageContext, plan: ImagePlan, content: ImageContent): Promise<Image> {
  const { host, signal } = context
  const { name } = plan
  const engine = await DockerEngine.open()
  const base = await baseOf(context, plan, engine)
  const file = join(host.context.tempFolder, `trainyard-layer-${randomUUID()}.tar`)
  try {
    const layer = await writeLayer({ ...content, below: home }, file)
    const id = await engine.makeImage(base, { layer, name, ...configOf(content, base) })
    const isReady = (line: string) => engineIn(line) !== undefined
    const tried = await engine.tryImage(id, { isReady, limitMs: startLimitMs, signal })
    if (tried.ready === undefined) throw notServing(`of the image ${name} ${endOf(tried.exitCode)}`, tried.log)
    const runtime = engineIn(tried.ready) ?? ''
    host.log.info(`${name} is ${id}, and ready by ${runtime} when it is run (${engine.name})`)
    return { id, name, base, engine: runtime }
  } finally {
    await rm(file, { force: true })
  }
}

async function baseOf({ host }: PackageContext, { base }: ImagePlan, engine: DockerEngine): Promise<Digest> {
  const id = await engine.imageId(base)
  if (id !== undefined) return id
  throw refused(host.inputName('base'), base, `is not in the engine; pull it first: docker pull ${base}`)
}

function configOf({ tree, models, port }: ImageContent, base: Digest) {
  const [first] = models
  return {
    env: ['NODE_ENV=production', 'ORT_DISABLE_TELEMETRY=1'],
    config: {
      User: user,
      WorkingDir: `/${home}`,
      Cmd: ['node', packageFiles.server, '--host', '0.0.0.0'],
      ExposedPorts: { [`${port}/tcp`]: {} },
      Labels: {
        'org.opencontainers.image.title': first?.version.model ?? '',
        'org.opencontainers.image.version': String(first?.version.version ?? ''),
        'org.opencontainers.image.base.digest': base,
        'dev.trainyard.package': tree.digest,
        'dev.trainyard.models': models.map(({ reference }) => reference).join(' '),
        'dev.trainyard.digests': models.map(({ version }) => version.files.digest).join(' '),
      },
    },
  }
}

function engineIn(line: string): string | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    return readyLine.safeParse(JSON.parse(line)).data?.engine
  } catch {
    return undefined
  }
}

function endOf(exitCode: number | undefined): string {
  return exitCode === undefined ? `is not ready after ${startLimitMs / 1000} s` : `ended with exit code ${exitCode}`
}

function refused(subject: string, value: string, problem: string): InputError {
  return new InputError({ faults: [{ subject, source: { kind: 'input' }, value, problem }] })
}
