import type { Tensor, Tensors } from '../../engines/onnx/engine.ts'
import type { TensorData } from '../../engines/onnx/tensors.ts'
import { bytesOf } from './binary-values.ts'
import { datatypeOf } from './datatypes.ts'
import type { InferRequest } from './request.ts'

/** Who answers. */
export interface Responder {
  readonly name: string
  readonly version: number
}

/** A written answer. With a `headerLength`, that many bytes are JSON and the rest are the values of binary tensors. */
export interface InferAnswer {
  readonly body: string | Buffer
  readonly headerLength?: number
}

/**
 * Writes the answer to an inference request: the outputs in the order in which they were asked for, each flat and row-major.
 *
 * A 64-bit integer is written with all its digits, and what JSON has no number for as `"NaN"`, `"Infinity"` and `"-Infinity"`.
 *
 * @throws Error when the model did not give an output that it says it has.
 */
export function writeAnswer(responder: Responder, { id, outputs }: InferRequest, results: Tensors): InferAnswer {
  const binary: Buffer[] = []
  const written = outputs.map(({ name, isBinary }) => {
    const tensor = results.get(name)
    if (tensor === undefined) throw new Error(`the model gave no output ${name}`)
    if (!isBinary) return outputText(name, tensor, `"data":[${jsonValues(tensor)}]`)
    const bytes = bytesOf(tensor.data)
    binary.push(bytes)
    return outputText(name, tensor, `"parameters":{"binary_data_size":${bytes.length}}`)
  })
  const from = `"model_name":${JSON.stringify(responder.name)},"model_version":"${responder.version}"`
  const echo = id === undefined ? '' : `,"id":${JSON.stringify(id)}`
  const text = `{${from}${echo},"outputs":[${written.join(',')}]}`
  if (binary.length === 0) return { body: text }
  const header = Buffer.from(text, 'utf8')
  return { body: Buffer.concat([header, ...binary]), headerLength: header.length }
}

function outputText(name: string, { type, shape }: Tensor, rest: string): string {
  return `{"name":${JSON.stringify(name)},"datatype":"${datatypeOf(type)}","shape":[${shape.join(',')}],${rest}}`
}

/**
 * The values of a tensor as JSON, without the brackets around them: flat, as requests and answers write them.
 */
export function jsonValues({ type, data }: Tensor): string {
  if (Array.isArray(data)) return data.map((text) => JSON.stringify(text)).join(',')
  if (type === 'bool' && data instanceof Uint8Array)
    return Array.from(data, (value) => (value === 0 ? 'false' : 'true')).join(',')
  if (!isFloats(data) || data.every(Number.isFinite)) return data.join(',')
  return Array.from(data, (value) => (Number.isFinite(value) ? String(value) : `"${value}"`)).join(',')
}

function isFloats(data: Exclude<TensorData, string[]>): data is Float32Array | Float64Array {
  return data instanceof Float32Array || data instanceof Float64Array
}
