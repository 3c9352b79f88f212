import { resolve } from 'node:path'
import { allowedEnvironment } from '../engines/process/allowed-environment.ts'
import type { ResourceSource } from '../engines/load/resources/sample.ts'
import { InputError } from '../errors/errors.ts'
import type { Context } from '../main/context.ts'
import type { ProfilePredicate } from '../records/evidence.ts'
import type { ModelVersion } from '../records/model.ts'
import { readPackage } from '../scoring/client/packaged.ts'
import { startServer } from '../scoring/client/running-server.ts'
import { limitsOf, serveContainer } from './container.ts'
import type { definition } from './definition.ts'
import { askAbout, engineOf, type ServedVersion } from './subject.ts'

type ProfileContext = Context<typeof definition>

/** A server that answers for the version, and what is known of it. */
export interface Serving {
  readonly url: string
  /** Undefined where it cannot be seen: of a server that somebody else started, and where the system does not tell. */
  readonly watch: ResourceSource | undefined
  readonly served: ProfilePredicate['served']
  /** The most memory that the main process of a container had so far. */
  readonly mainPeak?: () => { readonly mainPeakBytes: number }
  readonly version: ServedVersion
  stop(): Promise<void>
}

const startLimitMs = 60_000

/**
 * Starts the package or its image, or takes the server at the address, and makes sure that it serves the version's very file.
 *
 * @throws InputError when there is no package, or it serves another file under this name; ConfigError TY0404 when it does not
 *   become ready; ExternalError when the server at the address does not answer.
 */
export async function serve(context: ProfileContext, version: ModelVersion): Promise<Serving> {
  const { inputs, project } = context
  const limits = limitsOf(context)
  if (inputs.image !== undefined) {
    const container = await serveContainer(context, inputs.image, limits)
    return checked(context, version, { ...container, input: 'image' })
  }
  return inputs.url === undefined
    ? start(context, version, inputs.folder ?? resolve(project.folder, 'package'))
    : take(context, version, inputs.url.href.replace(/\/+$/, ''))
}

async function start(context: ProfileContext, version: ModelVersion, folder: string): Promise<Serving> {
  const { host, signal } = context
  const { digest } = await readPackage(folder)
  const server = await startServer({ folder, env: allowedEnvironment(host.env), signal, startLimitMs })
  const { url, pid, engine, startMs } = server
  const served = { package: { digest }, engine, startMs: Math.round(startMs) }
  const watch = process.platform === 'linux' ? ({ kind: 'process', pid } as const) : undefined
  return checked(context, version, { url, watch, served, stop: () => server.stop(), input: 'folder' })
}

/** A server that was started for the version, if it serves it; it is stopped otherwise. */
async function checked(
  context: ProfileContext,
  version: ModelVersion,
  { input, ...server }: Omit<Serving, 'version'> & { readonly input: string },
): Promise<Serving> {
  try {
    const found = await versionAt(context, version, { url: server.url, input: context.host.inputName(input) })
    return { ...server, version: found }
  } catch (error) {
    await server.stop()
    throw error
  }
}

async function take(context: ProfileContext, version: ModelVersion, url: string): Promise<Serving> {
  const { host, signal } = context
  const found = await versionAt(context, version, { url, input: host.inputName('url') })
  if (found.digest === undefined)
    host.log.warning(
      `The server at ${url} does not say which file it serves; that it is this version is taken on trust`,
    )
  const served = { address: url, engine: await engineOf({ url, signal }) }
  return { url, watch: undefined, served, version: found, stop: () => Promise.resolve() }
}

async function versionAt(
  { signal }: ProfileContext,
  { model, version, files }: ModelVersion,
  { url, input }: { readonly url: string; readonly input: string },
): Promise<ServedVersion> {
  const reference = `${model}@${version}`
  const found = await askAbout({ url, model, version, signal })
  const isOwn = found.digest === undefined || files.files.some(({ digest }) => digest === found.digest)
  if (isOwn) return found
  const problem = `serves another file as ${reference}: ${found.digest} is none of its files`
  throw new InputError({ faults: [{ subject: input, source: { kind: 'input' }, problem }] })
}
