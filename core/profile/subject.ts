import { z } from 'zod'
import { askDirectly } from '../engines/http/direct.ts'
import { ConfigError, ExternalError, errorMessage } from '../errors/errors.ts'
import type { Signature, TensorSignature } from '../records/model.ts'
import { typeOf } from '../scoring/client/tensors.ts'

const limitMs = 30_000

const portShape = z.object({ name: z.string(), datatype: z.string(), shape: z.array(z.int()) })
const metadataShape = z.object({
  inputs: z.array(portShape),
  outputs: z.array(portShape),
  parameters: z.looseObject({ digest: z.string().optional() }).optional(),
})

/** A model version as a server says it serves it. */
export interface ServedVersion {
  readonly signature: Signature
  /** Of the ONNX file; undefined where the server does not say. */
  readonly digest: string | undefined
}

/** Where a version is asked for. */
export interface Place {
  /** Of the server, without a slash at its end. */
  readonly url: string
  readonly model: string
  readonly version: number
  readonly signal: AbortSignal
}

/** The address of a version by the Open Inference Protocol. */
export function versionUrl({ url, model, version }: Omit<Place, 'signal'>): string {
  return `${url}/v2/models/${model}/versions/${version}`
}

/**
 * Asks a server about a version.
 *
 * @throws ExternalError TY0501 or TY0502 when it does not answer as the Open Inference Protocol says; ConfigError when the version
 *   takes what cannot be sent.
 */
export async function askAbout(place: Place): Promise<ServedVersion> {
  const address = versionUrl(place)
  const facts = { operation: 'ask the server about the model', address }
  const { status, text } = await askDirectly({ ...facts, url: address, timeoutMs: limitMs, signal: place.signal })
  if (status !== 200) throw new ExternalError({ facts: { ...facts, status }, details: text.slice(0, 300) })
  const metadata = metadataOf(text, facts)
  const signature = { inputs: metadata.inputs.map(tensorOf), outputs: metadata.outputs.map(tensorOf) }
  return { signature, digest: metadata.parameters?.digest }
}

/** The engine that a server says it uses; its name, where it says no more. */
export async function engineOf({ url, signal }: Pick<Place, 'url' | 'signal'>): Promise<string> {
  const facts = { operation: 'ask the server what it is', address: `${url}/v2` }
  const { text } = await askDirectly({ ...facts, url: facts.address, timeoutMs: limitMs, signal })
  const said = z.object({ name: z.string(), engine: z.string().optional() }).safeParse(jsonOrNone(text))
  return said.success ? (said.data.engine ?? said.data.name) : 'unknown'
}

function metadataOf(text: string, facts: ExternalError['facts']): z.output<typeof metadataShape> {
  try {
    return metadataShape.parse(JSON.parse(text))
  } catch (cause) {
    const details = `The answer is not what the Open Inference Protocol says: ${errorMessage(cause)}`
    throw new ExternalError({ facts, details, cause })
  }
}

function tensorOf({ name, datatype, shape }: z.output<typeof portShape>): TensorSignature {
  const type = typeOf(datatype)
  if (type !== undefined) return { name, type, shape }
  throw new ConfigError({ code: 'TY0304', details: `${name} has the datatype ${datatype}, which cannot be sent` })
}

function jsonOrNone(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
