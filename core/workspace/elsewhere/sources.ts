import { createHash } from 'node:crypto'
import { Hub, type HubFile } from '../../engines/hub/hub.ts'
import { download } from '../../engines/http/download.ts'
import { request } from '../../engines/http/request.ts'
import { OciRegistry } from '../../engines/oci/registry.ts'
import { ExternalError, InputError } from '../../errors/errors.ts'
import type { Digest } from '../../records/digest.ts'
import { isSafePath } from '../../records/tree.ts'
import { type Elsewhere, parseElsewhere } from './address.ts'
import { type Found, measured, type PlacedFile } from './found.ts'
import { inStore, openObject } from './objects.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The files at an address, with their digests: what the place itself says of them is enough; where it says nothing, as the hub of
 * small files, they are read once.
 *
 * @throws InputError when there is no file, or one whose name leads out of a folder
 */
export async function findFiles(text: string, env: Environment): Promise<Found> {
  const address = parseElsewhere(text)
  const found = await findBy(address, env)
  if (found.files.length === 0) throw new InputError({ details: `there is no file at ${text}` })
  const bad = found.files.find(({ path }) => !isSafePath(path))
  if (bad !== undefined)
    throw new InputError({ details: `${text} has a file whose name leaves its folder: ${bad.path}` })
  return found
}

/** The bytes at the place of one file, not verified. */
export function openPlace(place: string, env: Environment): AsyncIterable<Buffer> {
  const address = parseElsewhere(place)
  if (address.kind === 'hf') return new Hub(env).open(address.repository, address.revision, address.path ?? '')
  if (address.kind === 'https') return download({ operation: 'download a file', url: address.url })
  if (address.kind === 'objects') return openObject(address)
  const { registry, repository, reference } = address
  return new OciRegistry(registry, env).open(repository, reference as Digest)
}

function findBy(address: Elsewhere, env: Environment): Promise<Found> {
  if (address.kind === 'hf') return onHub(address, new Hub(env))
  if (address.kind === 'objects') return inStore(address)
  return address.kind === 'oci' ? inRegistry(address, new OciRegistry(address.registry, env)) : onWeb(address)
}

async function onHub({ repository, revision, path }: Extract<Elsewhere, { kind: 'hf' }>, hub: Hub): Promise<Found> {
  const commit = /^[0-9a-f]{40}$/.test(revision) ? revision : await hub.commit(repository, revision)
  const base = `hf://${repository}@${commit}`
  const all = await hub.files(repository, commit)
  const wanted = all.filter((file) => path === undefined || file.path === path || file.path.startsWith(`${path}/`))
  const files: PlacedFile[] = []
  for (const file of wanted) {
    const digest: Digest =
      file.sha256 === undefined
        ? await smallDigest(file, hub.open(repository, commit, file.path), base)
        : `sha256:${file.sha256}`
    files.push({ path: file.path, digest, size: file.size, place: `${base}/${file.path}` })
  }
  return { source: path === undefined ? base : `${base}/${path}`, files }
}

/** The sha256 of a file of which the hub knows only git's name: what comes has to have that name. */
async function smallDigest(file: HubFile, bytes: AsyncIterable<Buffer>, base: string): Promise<Digest> {
  const git = createHash('sha1').update(`blob ${file.size}\0`)
  const hash = createHash('sha256')
  for await (const chunk of bytes) {
    git.update(chunk)
    hash.update(chunk)
  }
  const name = git.digest('hex')
  if (name === file.gitName) return `sha256:${hash.digest('hex')}`
  throw new ExternalError({
    code: 'TY0223',
    details: `${file.path} has the git name ${name}, and the hub lists it as ${file.gitName}`,
    facts: { operation: 'read a file of the hub', address: `${base}/${file.path}` },
  })
}

async function inRegistry(
  { registry, repository, reference }: Extract<Elsewhere, { kind: 'oci' }>,
  client: OciRegistry,
): Promise<Found> {
  const { digest, layers } = await client.manifest(repository, reference)
  const base = `oci://${registry}/${repository}@`
  const files = layers.map(({ title, size, digest: layer }) => {
    if (title === undefined) {
      throw new InputError({
        details: `${base}${digest} has a layer without the name of a file (${layer}): push files so that each has its name, as \`oras push\` does`,
      })
    }
    return { path: title, digest: layer, size, place: `${base}${layer}` }
  })
  return { source: `${base}${digest}`, files }
}

async function onWeb({ url, digest }: Extract<Elsewhere, { kind: 'https' }>): Promise<Found> {
  const path = decodeURIComponent(new URL(url).pathname.split('/').at(-1) ?? '')
  const measured = digest === undefined ? await measureWeb(url) : { digest, size: await sizeOnWeb(url) }
  return { source: `${url}#${measured.digest.replace(':', '=')}`, files: [{ path, ...measured, place: url }] }
}

async function sizeOnWeb(url: string): Promise<number> {
  const answer = await request({ operation: 'ask for the size of a file', method: 'HEAD', url })
  const size = Number(answer.header('content-length') ?? Number.NaN)
  return Number.isSafeInteger(size) ? size : (await measureWeb(url)).size
}

async function measureWeb(url: string): Promise<{ readonly digest: Digest; readonly size: number }> {
  return measured(download({ operation: 'read a file for its digest', url }))
}
