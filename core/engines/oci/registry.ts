import { createHash } from 'node:crypto'
import { z } from 'zod'
import { ExternalError } from '../../errors/errors.ts'
import { type Digest, isDigest } from '../../records/digest.ts'
import { safeAddress } from '../http/address.ts'
import { download } from '../http/download.ts'
import { type HttpAnswer, request } from '../http/request.ts'
import { dockerCredentials } from './credentials.ts'

/** A blob that a manifest names. */
export interface OciLayer {
  readonly digest: Digest
  readonly size: number
  /** The name of the file, where whoever pushed it gave one (`org.opencontainers.image.title`). */
  readonly title: string | undefined
}

/** A manifest, under the digest of its bytes. */
export interface OciManifest {
  readonly digest: Digest
  readonly layers: readonly OciLayer[]
}

const manifestTypes = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
]

const digestShape = z.string().refine(isDigest)
const manifestShape = z.object({
  layers: z.array(
    z.object({
      digest: digestShape,
      size: z.number(),
      annotations: z.record(z.string(), z.string()).default({}),
    }),
  ),
})
const tokenShape = z.object({ token: z.string().optional(), access_token: z.string().optional() })

/**
 * Reads from a registry by the OCI distribution API
 * (https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md), with the credentials of `docker login`: directly, or for
 * a token where the registry asks for one. A registry on this machine is asked over plain HTTP, as Docker does.
 */
export class OciRegistry {
  readonly #url: string
  readonly #registry: string
  readonly #env: Readonly<Record<string, string | undefined>>
  readonly #authorizations = new Map<string, Promise<string | undefined>>()

  constructor(registry: string, env: Readonly<Record<string, string | undefined>>) {
    const isHere = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(registry)
    this.#url = `${isHere ? 'http' : 'https'}://${registry}`
    this.#registry = registry
    this.#env = env
  }

  /** The manifest under a tag or a digest. @throws ExternalError when its bytes do not have the digest that names it */
  async manifest(repository: string, reference: string): Promise<OciManifest> {
    const url = `${this.#url}/v2/${repository}/manifests/${reference}`
    const operation = `read the manifest ${reference} of ${repository}`
    const headers = { accept: manifestTypes.join(', '), ...(await this.#headers(repository)) }
    const answer = await request({ operation, url, headers })
    const digest: Digest = `sha256:${createHash('sha256').update(answer.bytes).digest('hex')}`
    const failure = (details: string) => new ExternalError({ facts: { operation, address: safeAddress(url) }, details })
    if (isDigest(reference) && reference !== digest) throw failure(`The manifest has the digest ${digest}.`)
    const parsed = manifestShape.safeParse(answer.json())
    if (!parsed.success) throw failure(`It is no manifest of files: ${z.prettifyError(parsed.error)}`)
    const layers = parsed.data.layers.map(({ digest: layer, size, annotations }) => ({
      digest: layer,
      size,
      title: annotations['org.opencontainers.image.title'],
    }))
    return { digest, layers }
  }

  /** The bytes of a blob, not verified. */
  async *open(repository: string, digest: Digest): AsyncGenerator<Buffer> {
    yield* download({
      operation: `download ${digest} of ${repository}`,
      url: `${this.#url}/v2/${repository}/blobs/${digest}`,
      headers: await this.#headers(repository),
    })
  }

  async #headers(repository: string): Promise<Readonly<Record<string, string>>> {
    const known = this.#authorizations.get(repository) ?? this.#authorize(repository)
    this.#authorizations.set(repository, known)
    const authorization = await known
    return authorization === undefined ? {} : { authorization }
  }

  /** Asks how the registry wants to be asked (https://distribution.github.io/distribution/spec/auth/token/). */
  async #authorize(repository: string): Promise<string | undefined> {
    const answer = await request({ operation: 'ask the registry', url: `${this.#url}/v2/`, accept: [401] })
    if (answer.status !== 401) return undefined
    const challenge = answer.header('www-authenticate') ?? ''
    const credentials = await dockerCredentials(this.#registry, this.#env)
    const basic = credentials === undefined ? undefined : `Basic ${credentials}`
    if (/^basic\b/i.test(challenge)) return basic
    const realm = parameter(challenge, 'realm')
    if (!/^bearer\b/i.test(challenge) || realm === undefined) return basic
    return this.#token(realm, { challenge, repository, basic })
  }

  async #token(
    realm: string,
    asked: { readonly challenge: string; readonly repository: string; readonly basic: string | undefined },
  ): Promise<string | undefined> {
    const { challenge, repository, basic } = asked
    const url = new URL(realm)
    const isSafe = url.protocol === 'https:' || url.hostname === new URL(this.#url).hostname
    if (!isSafe) throw this.#refusal(`It sends us for a token to ${safeAddress(realm)}, over plain HTTP.`)
    const service = parameter(challenge, 'service')
    if (service !== undefined) url.searchParams.set('service', service)
    url.searchParams.set('scope', `repository:${repository}:pull`)
    const headers = basic === undefined ? {} : { authorization: basic }
    const answer = await request({ operation: 'ask for a token of the registry', url: url.href, headers })
    const token = tokenIn(answer)
    if (token === undefined) throw this.#refusal('The answer to a request for a token holds none.')
    return `Bearer ${token}`
  }

  #refusal(details: string): ExternalError {
    return new ExternalError({ facts: { operation: 'authenticate to the registry', address: this.#url }, details })
  }
}

function tokenIn(answer: HttpAnswer): string | undefined {
  const parsed = tokenShape.safeParse(answer.json())
  return parsed.success ? (parsed.data.token ?? parsed.data.access_token) : undefined
}

function parameter(challenge: string, name: string): string | undefined {
  return new RegExp(`\\b${name}="([^"]*)"`, 'i').exec(challenge)?.[1]
}
