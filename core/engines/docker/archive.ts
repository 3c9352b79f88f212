import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { Pack } from 'tar-stream'
import { z } from 'zod'
import { ExternalError } from '../../errors/errors.ts'
import { type Digest, hexOf } from '../../records/digest.ts'
import type { Layer } from './layer.ts'
import { addEntry, type EntryHeader } from './tar.ts'

/** What an image adds to its base. */
export interface Addition {
  readonly layer: Layer
  /** The name with its tag. */
  readonly name: string
  /** How it is run, in the words of the image specification (https://github.com/opencontainers/image-spec/blob/main/config.md). */
  readonly config: {
    readonly User: string
    readonly WorkingDir: string
    readonly Cmd: readonly string[]
    readonly ExposedPorts: Readonly<Record<string, object>>
    readonly Labels: Readonly<Record<string, string>>
  }
  /** Added to the base's, `NAME=value`. */
  readonly env: readonly string[]
}

const manifestShape = z.tuple([z.looseObject({ Config: z.string(), Layers: z.array(z.string()) })])
const configShape = z.looseObject({
  config: z.looseObject({ Env: z.array(z.string()).nullish() }).nullish(),
  rootfs: z.looseObject({ diff_ids: z.array(z.string()) }),
  history: z.array(z.unknown()).nullish(),
})

/** Larger than any configuration, smaller than any layer that matters. */
const mostJsonBytes = 2 ** 20

/** What says how an archive is to be read; the new one has its own. */
const indexes = ['manifest.json', 'repositories', 'index.json', 'oci-layout']

/**
 * Makes an image out of a base, as an archive that an engine loads: the base's layers as they are, one layer more, and a
 * configuration. Nothing runs for it, so the same base and layer give the same image.
 *
 * @param base an image as an engine exports it
 * @param archive where the new one is written to; read it meanwhile
 * @returns the id that the image will have
 * @throws ExternalError TY0503 when the base is not what an engine exports.
 */
export async function compose(base: Readable, addition: Addition, archive: Pack): Promise<Digest> {
  const { extract } = await import('tar-stream')
  const entries = extract()
  base.once('error', (error) => entries.destroy(error))
  base.pipe(entries)
  const texts = new Map<string, string>()
  for await (const entry of entries) await hand(entry, archive, texts)
  const [manifest] = parsed(manifestShape, texts.get('manifest.json'))
  const config = configText(parsed(configShape, texts.get(manifest.Config)), addition)
  const id: Digest = `sha256:${createHash('sha256').update(config).digest('hex')}`
  const layerName = `${hexOf(addition.layer.digest)}/layer.tar`
  await addEntry(archive, { name: layerName, size: addition.layer.size }, createReadStream(addition.layer.file))
  archive.entry({ name: `${hexOf(id)}.json` }, config)
  const layers = [...manifest.Layers, layerName]
  const own = [{ Config: `${hexOf(id)}.json`, RepoTags: [addition.name], Layers: layers }]
  archive.entry({ name: 'manifest.json' }, JSON.stringify(own))
  archive.finalize()
  return id
}

/** A file of an archive, while it is read. */
interface Entry extends AsyncIterable<unknown> {
  readonly header: EntryHeader
  resume(): unknown
}

/** Hands a file of the base on, and keeps the text of what may describe it. */
async function hand(entry: Entry, archive: Pack, texts: Map<string, string>): Promise<void> {
  const { header } = entry
  const { name, size = 0, type } = header
  if (type === 'file' && size <= mostJsonBytes && (name.endsWith('.json') || name.startsWith('blobs/'))) {
    const bytes = await buffer(entry)
    texts.set(name, bytes.toString('utf8'))
    if (!indexes.includes(name)) archive.entry({ name, size: bytes.length }, bytes)
  } else if (type === 'file' && !indexes.includes(name)) await addEntry(archive, header, entry)
  else {
    if (type !== 'file') archive.entry(header)
    entry.resume()
  }
}

function configText(base: z.output<typeof configShape>, { layer, config, env }: Addition): string {
  return JSON.stringify({
    ...base,
    created: new Date(0).toISOString(),
    config: { ...base.config, ...config, Entrypoint: null, Env: [...(base.config?.Env ?? []), ...env] },
    container: undefined,
    container_config: undefined,
    rootfs: { ...base.rootfs, diff_ids: [...base.rootfs.diff_ids, layer.digest] },
    history: [...(base.history ?? []), { created: new Date(0).toISOString(), created_by: 'trainyard package' }],
  })
}

function parsed<T>(shape: z.ZodType<T>, text: string | undefined): T {
  const result = shape.safeParse(text === undefined ? undefined : JSON.parse(text))
  if (result.success) return result.data
  const facts = { operation: 'read the base image' }
  throw new ExternalError({ code: 'TY0503', facts, details: `it is no image archive: ${result.error.message}` })
}
