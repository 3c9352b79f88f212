import type { Tensor, Tensors } from '../../engines/onnx/engine.ts'
import { isKnownType, type KnownType } from '../../engines/onnx/tensors.ts'
import type { TensorSignature } from '../../records/model.ts'
import { valuesFromBytes } from './binary-values.ts'
import { datatypeOf, isWide } from './datatypes.ts'
import { valuesFromJson } from './json-values.ts'
import { parseJson } from './parse-json.ts'
import { malformed, shown } from './refused.ts'

/** An input or output that can be served. */
export interface Port {
  readonly name: string
  readonly type: KnownType
  /** A dimension of -1 is free. */
  readonly shape: readonly number[]
}

/** Whether values of this kind can travel in a request or an answer. */
export function isServable(tensor: TensorSignature): tensor is Port {
  return isKnownType(tensor.type)
}

/** What a model takes and gives. */
export interface Ports {
  readonly inputs: readonly Port[]
  readonly outputs: readonly Port[]
  /** The classes of the columns of each output that names them. */
  readonly classes?: ReadonlyMap<string, readonly string[]>
}

/** A body as it came. With a `headerLength`, that many bytes are JSON and the rest are the values of binary tensors. */
export interface InferBody {
  readonly bytes: Buffer
  readonly headerLength: number | undefined
}

/** A request that fits the model. */
export interface InferRequest {
  readonly id: string | undefined
  readonly inputs: Tensors
  readonly outputs: readonly WantedOutput[]
}

/** An output that is asked for, and whether its values are to follow the JSON text as bytes. */
export interface WantedOutput {
  readonly name: string
  readonly isBinary: boolean
}

/**
 * Reads an inference request of the Open Inference Protocol and checks it against the model.
 *
 * @throws Refused 400 that says what is wrong, with its place: `inputs[1].shape`.
 */
export function parseInfer({ bytes, headerLength = bytes.length }: InferBody, ports: Ports): InferRequest {
  if (headerLength > bytes.length)
    throw malformed(`Inference-Header-Content-Length is ${headerLength}, and the body has ${bytes.length} bytes`)
  const isExact = ports.inputs.some(({ type }) => isWide(type))
  const request = record(parseJson(bytes.subarray(0, headerLength), { isExact }), 'The body')
  const id = request['id']
  if (id !== undefined && typeof id !== 'string') throw malformed(`id must be a string, and is ${shown(id)}`)
  const isBinary = flag(parameters(request, '')['binary_data_output'], 'parameters.binary_data_output') ?? false
  const outputs = wantedOutputs(request['outputs'], ports.outputs, isBinary)
  return { id, outputs, inputs: readInputs(request['inputs'], ports.inputs, bytes.subarray(headerLength)) }
}

type Json = Readonly<Record<string, unknown>>

function readInputs(given: unknown, ports: readonly Port[], rest: Buffer): Tensors {
  const inputs = new Map<string, Tensor>()
  let taken = 0
  for (const [at, element] of list(given, 'inputs').entries()) {
    const where = `inputs[${at}]`
    const input = record(element, where)
    const port = portOf(input['name'], ports, { where, what: 'input' })
    if (inputs.has(port.name)) throw malformed(`${where}: the input ${shown(port.name)} is given twice`)
    checkDatatype(input['datatype'], port, where)
    const expected = { type: port.type, shape: readShape(input['shape'], port, where), where }
    const size = binarySize(input, where)
    if (size === undefined) {
      inputs.set(port.name, {
        ...expected,
        data: valuesFromJson(input['data'], { ...expected, where: `${where}.data` }),
      })
      continue
    }
    if (taken + size > rest.length)
      throw malformed(
        `${where}.parameters.binary_data_size is ${size}, and ${rest.length - taken} bytes are left in the body`,
      )
    inputs.set(port.name, { ...expected, data: valuesFromBytes(rest.subarray(taken, taken + size), expected) })
    taken += size
  }
  const missing = ports.find(({ name }) => !inputs.has(name))
  if (missing !== undefined) throw malformed(`inputs: ${shown(missing.name)} is missing`)
  if (taken < rest.length) throw malformed(`${rest.length - taken} bytes at the end of the body belong to no input`)
  return inputs
}

function wantedOutputs(given: unknown, ports: readonly Port[], isBinary: boolean): readonly WantedOutput[] {
  const asked = given === undefined ? [] : list(given, 'outputs')
  if (asked.length === 0) return ports.map(({ name }) => ({ name, isBinary }))
  const wanted = new Map<string, WantedOutput>()
  for (const [at, element] of asked.entries()) {
    const where = `outputs[${at}]`
    const output = record(element, where)
    const { name } = portOf(output['name'], ports, { where, what: 'output' })
    if (wanted.has(name)) throw malformed(`${where}: the output ${shown(name)} is asked for twice`)
    const { classification, binary_data: own } = parameters(output, `${where}.`)
    // Answering with something else than what was asked for would be worse than not answering.
    if (classification !== undefined) throw malformed(`${where}.parameters.classification is not supported`)
    wanted.set(name, { name, isBinary: flag(own, `${where}.parameters.binary_data`) ?? isBinary })
  }
  return [...wanted.values()]
}

function portOf(name: unknown, ports: readonly Port[], { where, what }: { where: string; what: string }): Port {
  if (typeof name !== 'string') throw malformed(`${where}.name must be a string, and is ${shown(name)}`)
  const port = ports.find((one) => one.name === name)
  if (port !== undefined) return port
  const names = ports.map((one) => shown(one.name)).join(', ')
  throw malformed(`${where}.name: the model has no ${what} ${shown(name)}; it has ${names}`)
}

function checkDatatype(given: unknown, { name, type }: Port, where: string): void {
  const datatype = datatypeOf(type)
  if (given !== datatype)
    throw malformed(`${where}.datatype is ${shown(given)}, and the model takes ${datatype} for ${shown(name)}`)
}

function readShape(given: unknown, { name, shape }: Port, where: string): readonly number[] {
  const values = list(given, `${where}.shape`)
  const dimensions = values.filter(isDimension)
  if (dimensions.length !== values.length)
    throw malformed(`${where}.shape must be a list of whole numbers, and is ${shown(given)}`)
  const fits =
    dimensions.length === shape.length && shape.every((wanted, at) => wanted < 0 || wanted === dimensions[at])
  if (fits) return dimensions
  const free = shape.includes(-1) ? ' (-1 is any number)' : ''
  throw malformed(
    `${where}.shape is ${shown(given)}, and the model takes [${shape.join(', ')}]${free} for ${shown(name)}`,
  )
}

function isDimension(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function binarySize(input: Json, where: string): number | undefined {
  const size = parameters(input, `${where}.`)['binary_data_size']
  if (size === undefined) return undefined
  if (input['data'] !== undefined) throw malformed(`${where} has both data and parameters.binary_data_size`)
  if (typeof size === 'number' && Number.isSafeInteger(size) && size >= 0) return size
  throw malformed(`${where}.parameters.binary_data_size must be a number of bytes, and is ${shown(size)}`)
}

/** The parameters of a request, an input or an output. Those that are not known here have no effect. */
function parameters(owner: Json, prefix: string): Json {
  return owner['parameters'] === undefined ? {} : record(owner['parameters'], `${prefix}parameters`)
}

function flag(value: unknown, where: string): boolean | undefined {
  if (value === undefined || typeof value === 'boolean') return value
  throw malformed(`${where} must be true or false, and is ${shown(value)}`)
}

function list(value: unknown, where: string): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw malformed(`${where} must be a list, and is ${shown(value)}`)
}

function record(value: unknown, where: string): Json {
  if (isRecord(value)) return value
  throw malformed(`${where} must be an object, and is ${shown(value)}`)
}

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
