import { z } from 'zod'
import { ConfigError, ExternalError } from '../../errors/errors.ts'
import { safeAddress } from '../http/address.ts'
import { download } from '../http/download.ts'
import { type HttpAnswer, request } from '../http/request.ts'

/** A file of a repository at one commit. */
export interface HubFile {
  readonly path: string
  readonly size: number
  /** The sha256 of its bytes in hexadecimal digits, which the hub knows of large files alone. */
  readonly sha256: string | undefined
  /** The name that git has for a small file: the sha1 of its bytes with a head. */
  readonly gitName: string
}

const infoShape = z.object({ sha: z.string().regex(/^[0-9a-f]{40}$/) })
const treeShape = z.array(
  z.object({
    type: z.string(),
    path: z.string(),
    oid: z.string(),
    size: z.number().default(0),
    lfs: z.object({ oid: z.string(), size: z.number() }).optional(),
  }),
)

/**
 * Model repositories of the Hugging Face Hub, by its HTTP API (https://huggingface.co/docs/hub/api), which other servers speak as
 * well: `HF_ENDPOINT` names one, `HF_TOKEN` is for private repositories, as in the hub's own client.
 */
export class Hub {
  readonly url: string
  readonly #headers: Readonly<Record<string, string>>

  /** @throws ConfigError when the token would cross the network in clear */
  constructor(env: Readonly<Record<string, string | undefined>>) {
    this.url = (env['HF_ENDPOINT'] ?? 'https://huggingface.co').replace(/\/+$/, '')
    const token = env['HF_TOKEN']
    this.#headers = token === undefined || token === '' ? {} : { authorization: `Bearer ${token}` }
    const { protocol, hostname } = new URL(this.url)
    const isSafe = protocol === 'https:' || ['127.0.0.1', '[::1]', 'localhost'].includes(hostname)
    if (isSafe || this.#headers['authorization'] === undefined) return
    throw new ConfigError({
      details: `${safeAddress(this.url)} is asked over plain HTTP: HF_TOKEN would cross the network in clear`,
    })
  }

  /** The commit that a branch, a tag or a commit means now. */
  async commit(repository: string, revision: string): Promise<string> {
    const url = `${this.url}/api/models/${repository}/revision/${encodeURIComponent(revision)}`
    const answer = await this.#ask(`find ${repository}@${revision} on the hub`, url)
    return parsed(infoShape, answer, url).sha
  }

  /** Every file at a commit, in the hub's order. */
  async files(repository: string, commit: string): Promise<readonly HubFile[]> {
    const found: HubFile[] = []
    let url: string | undefined = `${this.url}/api/models/${repository}/tree/${commit}?recursive=true`
    while (url !== undefined) {
      const answer = await this.#ask(`list the files of ${repository} on the hub`, url)
      for (const { type, path, oid, size, lfs } of parsed(treeShape, answer, url)) {
        if (type === 'file') found.push({ path, size: lfs?.size ?? size, sha256: lfs?.oid, gitName: oid })
      }
      url = this.#nextPage(answer, url)
    }
    return found
  }

  /** The bytes of a file. Where the hub sends us to another server, the token stays behind. */
  open(repository: string, commit: string, path: string): AsyncIterable<Buffer> {
    const encoded = path.split('/').map(encodeURIComponent).join('/')
    return download({
      operation: `download ${path} of ${repository} from the hub`,
      url: `${this.url}/${repository}/resolve/${commit}/${encoded}`,
      headers: this.#headers,
    })
  }

  #ask(operation: string, url: string): Promise<HttpAnswer> {
    return request({ operation, url, headers: this.#headers })
  }

  /** A page is followed on the same server alone: the token goes with it. */
  #nextPage(answer: HttpAnswer, url: string): string | undefined {
    const next = /<([^>]*)>\s*;\s*rel="?next"?/.exec(answer.header('link') ?? '')?.[1]
    if (next === undefined) return undefined
    const address = new URL(next, url)
    if (address.origin === new URL(this.url).origin) return address.href
    const facts = { operation: 'list files on the hub', address: safeAddress(url) }
    throw new ExternalError({ facts, details: `The next page is on another server, ${address.origin}.` })
  }
}

function parsed<T>(shape: z.ZodType<T>, answer: HttpAnswer, url: string): T {
  const result = shape.safeParse(answer.json())
  if (result.success) return result.data
  const facts = { operation: 'read an answer of the hub', address: safeAddress(url), status: answer.status }
  throw new ExternalError({ facts, details: z.prettifyError(result.error) })
}
