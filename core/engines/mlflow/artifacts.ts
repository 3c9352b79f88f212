import { Readable } from 'node:stream'
import { z } from 'zod'
import { ExternalError } from '../../errors/errors.ts'
import { safeAddress } from '../http/address.ts'
import { download } from '../http/download.ts'
import { httpFetch } from '../http/fetch.ts'
import { request } from '../http/request.ts'
import { askIfThere, checkRights } from './ask.ts'
import type { MlflowConnection } from './connection.ts'
import { uploadInParts } from './parts.ts'

/** A file or folder in the artifact store. */
export interface Artifact {
  /** From the root of the store. */
  readonly path: string
  readonly isFolder: boolean
  readonly size: number
}

/** Bytes to store. */
export interface ArtifactSource {
  readonly size: number
  /** May be called again after a failure, and from a place in the middle. */
  open(): Readable
}

/** Larger files go in parts, where the server's store takes parts. Bytes. */
const partsAbove = 64 * 2 ** 20

const attempts = 4

/** The scheme of addresses that the server itself serves. */
const scheme = 'mlflow-artifacts:'

/** The path below the server's artifact store that an address names; undefined for one that the server does not serve. */
export function servedPath(uri: string): string | undefined {
  if (!uri.startsWith(scheme)) return undefined
  const path = uri
    .slice(scheme.length)
    .replace(/^\/\/[^/]*/, '')
    .replace(/^\/+|\/+$/g, '')
  // What another release of the server calls the same root.
  return path.replace(/^api\/2\.0\/mlflow-artifacts\/artifacts\//, '')
}

/** The address of a path in the server's artifact store. */
export function servedUri(path: string): string {
  return `${scheme}/${path}`
}

/** The artifact store behind an MLflow server, through its proxy: nobody but the server needs credentials for the store. */
export class MlflowArtifacts {
  readonly #connection: MlflowConnection
  #takesParts = true

  constructor(connection: MlflowConnection) {
    this.#connection = connection
  }

  /** Stores a file under a path, over what is there. */
  async put(path: string, source: ArtifactSource): Promise<void> {
    if (this.#takesParts && source.size > partsAbove) {
      if (await uploadInParts(this.#connection, path, source)) return
      this.#takesParts = false
    }
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#putWhole(path, source)
      } catch (error) {
        if (attempt >= attempts || !(error instanceof ExternalError)) throw error
      }
    }
  }

  /** A file's bytes, or undefined where there is none. */
  async get(path: string): Promise<Readable | undefined> {
    const { url, operation } = this.#asked('read', path)
    const bytes = download({ operation, url, headers: this.#connection.headers })
    try {
      const first = await bytes.next()
      return Readable.from(continued(first, bytes), { objectMode: false })
    } catch (error) {
      if (!(error instanceof ExternalError)) throw error
      const { status = 0 } = error.facts
      checkRights({ status }, { operation, url })
      if (status === 404 || isAbsence(status, error.details)) return undefined
      throw error
    }
  }

  /** What lies directly in a folder; nothing where there is none. */
  async list(folder: string): Promise<readonly Artifact[]> {
    const found = await askIfThere(this.#connection, {
      operation: `list the artifacts in ${folder}`,
      method: 'GET',
      path: 'mlflow-artifacts/artifacts',
      query: { path: folder },
      shape: z.object({
        files: z
          .array(
            z.object({ path: z.string(), is_dir: z.boolean().default(false), file_size: z.coerce.number().default(0) }),
          )
          .default([]),
      }),
    })
    return (found?.files ?? []).map(({ path, is_dir: isFolder, file_size: size }) => ({
      path: `${folder}/${path.split('/').at(-1) ?? ''}`,
      isFolder,
      size,
    }))
  }

  /** Every file below a folder. */
  async *walk(folder: string): AsyncGenerator<Artifact> {
    for (const artifact of await this.list(folder)) {
      if (artifact.isFolder) yield* this.walk(artifact.path)
      else yield artifact
    }
  }

  /** Removes a file; one that is gone already is no error. */
  async remove(path: string): Promise<void> {
    const { url, operation } = this.#asked('remove', path)
    const answer = await request({
      operation,
      method: 'DELETE',
      url,
      headers: this.#connection.headers,
      accept: [401, 403, 404, 500],
    })
    checkRights(answer, { operation, url })
    if (answer.status === 500 && !isAbsence(500, answer.text())) {
      throw this.#failure({ operation, url, status: 500, text: answer.text() })
    }
  }

  async #putWhole(path: string, source: ArtifactSource): Promise<void> {
    const { url, operation } = this.#asked('store', path)
    const isSmall = source.size <= 2 ** 16
    const response = await httpFetch(url, {
      method: 'PUT',
      headers: {
        ...this.#connection.headers,
        'content-type': 'application/octet-stream',
        ...(isSmall ? {} : { 'content-length': String(source.size) }),
      },
      ...(isSmall ? { body: await bytesOf(source) } : { body: source.open(), duplex: 'half' as const }),
    })
    const text = await response.text()
    if (response.ok) return
    checkRights({ status: response.status }, { operation, url })
    throw this.#failure({ operation, url, status: response.status, text })
  }

  #asked(verb: string, path: string): { readonly operation: string; readonly url: string } {
    const encoded = path.split('/').map(encodeURIComponent).join('/')
    return {
      operation: `${verb} the artifact ${path}`,
      url: `${this.#connection.url}/api/2.0/mlflow-artifacts/artifacts/${encoded}`,
    }
  }

  #failure({
    operation,
    url,
    status,
    text,
  }: {
    readonly operation: string
    readonly url: string
    readonly status: number
    readonly text: string
  }): ExternalError {
    const hint =
      status === 503 && text.includes('serve-artifacts')
        ? 'The server does not serve artifacts: start it with --artifacts-destination and without --no-serve-artifacts.'
        : text.replaceAll(/\s+/g, ' ').slice(0, 300)
    return new ExternalError({ facts: { operation, address: safeAddress(url), status }, details: hint })
  }
}

/** What was begun to be read, from its beginning. */
async function* continued(first: IteratorResult<Buffer, void>, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  try {
    if (first.done !== true) yield first.value
    yield* rest
  } finally {
    await rest.return(undefined)
  }
}

/** A store of files tells what is missing as an internal error. */
function isAbsence(status: number, text: string): boolean {
  return status >= 400 && /No such (file|artifact)|not found|NoSuchKey|does not exist/i.test(text)
}

async function bytesOf(source: ArtifactSource): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of source.open()) parts.push(part as Buffer)
  return Buffer.concat(parts)
}
