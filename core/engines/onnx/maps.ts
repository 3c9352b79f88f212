import { type Field, fieldsOf } from './wire.ts'

/** A model that gives numbers where it gave maps. */
export interface WithoutMaps {
  readonly bytes: Uint8Array
  /** The classes of each output that was a map, in the order of its numbers. */
  readonly classes: ReadonlyMap<string, readonly string[]>
}

/** Places of fields (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto). */
const inModel = { graph: 7, opsetImport: 8 }
const inGraph = { node: 1, output: 12, valueInfo: 13 }
const inNode = { input: 1, output: 2, operator: 4, attribute: 5, domain: 7 }
const inAttribute = { name: 1, int: 8, text: 9 }
const firstField = 1
const float32 = 1

const utf8 = new TextDecoder()

/**
 * Takes the maps from class to probability out of a model (`ZipMap` of ai.onnx.ml, as scikit-learn’s converter adds one): the runtime
 * computes them, and cannot hand them out. The output of the same name is then the tensor [rows, classes] that the map was made of.
 * A model without such an output, or whose maps go on into other operators, stays as it is; so does what is no model.
 *
 * Source: https://github.com/onnx/onnx/blob/main/docs/Operators-ml.md#ai.onnx.ml.ZipMap
 */
export function withoutMaps(model: Uint8Array): WithoutMaps {
  const asItIs = { bytes: model, classes: new Map<string, readonly string[]>() }
  // Nearly no model has one, and some are large.
  if (!Buffer.from(model.buffer, model.byteOffset, model.byteLength).includes('ZipMap')) return asItIs
  try {
    const fields = [...fieldsOf(model)]
    const graph = fields.find(({ number }) => number === inModel.graph)
    const maps = graph?.bytes === undefined ? new Map<string, readonly string[]>() : mapsIn(graph.bytes)
    if (graph?.bytes === undefined || maps.size === 0) return asItIs
    const before = model.subarray(0, graph.start)
    const rest = model.subarray(graph.end)
    const added = fields.some(importsOwn) ? [] : [ownOperators]
    const changed = field(inModel.graph, graphWithout(graph.bytes, maps))
    return { bytes: Buffer.concat([before, changed, rest, ...added]), classes: maps }
  } catch (error) {
    // The runtime says what is wrong with a file that is no model.
    if (error instanceof RangeError) return asItIs
    throw error
  }
}

/** The outputs of a graph that are maps and nothing else needs, with their classes. */
function mapsIn(graph: Uint8Array): ReadonlyMap<string, readonly string[]> {
  const nodes = all(graph, inGraph.node)
  const needed = new Set(nodes.flatMap((node) => all(node, inNode.input).map(text)))
  const outputs = new Set(all(graph, inGraph.output).map(nameOf))
  const found = nodes.filter(isMap).flatMap((node) => {
    const [name] = all(node, inNode.output).map(text)
    const classes = classesOf(node)
    const isAlone = name !== undefined && outputs.has(name) && !needed.has(name) && classes.length > 0
    return isAlone ? [[name, classes] as const] : []
  })
  return new Map(found)
}

function isMap(node: Uint8Array): boolean {
  const [operator] = all(node, inNode.operator).map(text)
  const [domain] = all(node, inNode.domain).map(text)
  return operator === 'ZipMap' && domain === 'ai.onnx.ml'
}

function classesOf(node: Uint8Array): readonly string[] {
  for (const attribute of all(node, inNode.attribute)) {
    const name = all(attribute, inAttribute.name).map(text)[0]
    if (name === 'classlabels_strings') return all(attribute, inAttribute.text).map(text)
    if (name === 'classlabels_int64s') return integers(attribute).map(String)
  }
  return []
}

/** Whole numbers, each in a field of its own or packed into one. */
function integers(attribute: Uint8Array): readonly bigint[] {
  return [...fieldsOf(attribute)].flatMap(({ number, bytes, value }) => {
    if (number !== inAttribute.int) return []
    return (bytes === undefined ? [value] : unpacked(bytes)).map((one) => BigInt.asIntN(64, one))
  })
}

function unpacked(bytes: Uint8Array): readonly bigint[] {
  const numbers: bigint[] = []
  let value = 0n
  let shift = 0n
  for (const byte of bytes) {
    value |= BigInt(byte & 127) << shift
    shift += 7n
    if (byte >= 128) continue
    numbers.push(value)
    value = 0n
    shift = 0n
  }
  return numbers
}

function graphWithout(graph: Uint8Array, maps: ReadonlyMap<string, readonly string[]>): Uint8Array {
  const parts = [...fieldsOf(graph)].map((one) => changedPart(graph, one, maps))
  return Buffer.concat(parts)
}

function changedPart(graph: Uint8Array, one: Field, maps: ReadonlyMap<string, readonly string[]>): Uint8Array {
  const { number, bytes, start, end } = one
  const whole = graph.subarray(start, end)
  if (bytes === undefined) return whole
  if (number === inGraph.node) {
    const [output = ''] = all(bytes, inNode.output).map(text)
    return isMap(bytes) && maps.has(output) ? field(inGraph.node, identity(bytes)) : whole
  }
  const classes = number === inGraph.output || number === inGraph.valueInfo ? maps.get(nameOf(bytes)) : undefined
  if (classes === undefined) return whole
  return number === inGraph.valueInfo ? new Uint8Array() : field(inGraph.output, tensorOutput(nameOf(bytes), classes))
}

/** A node that hands the map's tensor on under the map's name. */
function identity(node: Uint8Array): Uint8Array {
  const [input = new Uint8Array()] = all(node, inNode.input)
  const [output = new Uint8Array()] = all(node, inNode.output)
  return Buffer.concat([
    field(inNode.input, input),
    field(inNode.output, output),
    field(inNode.operator, Buffer.from('Identity')),
  ])
}

/** A ValueInfoProto of the type tensor(float32)[rows, classes]. */
function tensorOutput(name: string, classes: readonly string[]): Uint8Array {
  const rows = field(firstField, new Uint8Array())
  const columns = field(firstField, number(firstField, classes.length))
  const tensor = Buffer.concat([number(firstField, float32), field(2, Buffer.concat([rows, columns]))])
  return Buffer.concat([field(firstField, Buffer.from(name)), field(2, field(firstField, tensor))])
}

/** An OperatorSetIdProto for ONNX's own operators, for a model that had none of them. */
const ownOperators = field(inModel.opsetImport, number(2, 13))

function importsOwn({ number: place, bytes }: Field): boolean {
  if (place !== inModel.opsetImport || bytes === undefined) return false
  const [domain = ''] = all(bytes, firstField).map(text)
  return domain === '' || domain === 'ai.onnx'
}

/** The length-delimited fields with one number. */
function all(message: Uint8Array, wanted: number): readonly Uint8Array[] {
  return [...fieldsOf(message)].flatMap(({ number: place, bytes }) =>
    place === wanted && bytes !== undefined ? [bytes] : [],
  )
}

function nameOf(valueInfo: Uint8Array): string {
  return all(valueInfo, firstField).map(text)[0] ?? ''
}

function text(bytes: Uint8Array): string {
  return utf8.decode(bytes)
}

function field(place: number, bytes: Uint8Array): Uint8Array {
  return Buffer.concat([varint(place * 8 + 2), varint(bytes.length), bytes])
}

function number(place: number, value: number): Uint8Array {
  return Buffer.concat([varint(place * 8), varint(value)])
}

function varint(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = value
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128)
  return Uint8Array.of(...bytes, rest)
}
