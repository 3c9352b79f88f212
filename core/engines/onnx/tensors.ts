import { ConfigError } from '../../errors/errors.ts'
import type { TensorSignature } from '../../records/model.ts'

/** The values of one input, row after row: `rows` times the size of one row. Numbers are cast to the type that the model takes. */
export type Column = Numbers | readonly string[]

type Numbers = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array

/** How the values of each type are stored, by ONNX's names. A bool is 0 or 1. */
export const stores = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
} as const

type NumberType = keyof typeof stores

/** The types of ONNX that can be given and read here. float16 and complex numbers cannot. */
export type KnownType = NumberType | 'string'

/** The values of a tensor as the runtime takes and gives them. */
export type TensorData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | string[]

/** Whether a type of ONNX is known here. */
export function isKnownType(type: string): type is KnownType {
  return type === 'string' || Object.hasOwn(stores, type)
}

/**
 * The column in the type that the model takes.
 *
 * @throws ConfigError TY0304 when it holds text where numbers are taken, or the other way round, or numbers that the type cannot hold.
 */
export function cast({ name, type }: TensorSignature, column: Column): { type: KnownType; data: TensorData } {
  if (!isKnownType(type))
    throw refusal(`The input ${name} has the type ${type}, which cannot be given; export it as float32`)
  if (isText(column)) {
    if (type !== 'string') throw refusal(`The column ${name} is text, and the model takes ${type}`)
    return { type, data: [...column] }
  }
  if (type === 'string') throw refusal(`The column ${name} holds numbers, and the model takes text`)
  return { type, data: column instanceof stores[type] ? column : castNumbers({ name, type }, column) }
}

function castNumbers({ name, type }: { name: string; type: NumberType }, column: Numbers): TensorData {
  if (type === 'float32') return Float32Array.from(column, Number)
  if (type === 'float64') return Float64Array.from(column, Number)
  const numbers = wholeNumbers(name, type, column)
  if (type === 'int64') return BigInt64Array.from(numbers, BigInt)
  if (type === 'uint64') return BigUint64Array.from(numbers, BigInt)
  const cast = stores[type].from(numbers)
  const bad = cast.findIndex((value, at) => value !== numbers[at] || (type === 'bool' && value > 1))
  if (bad >= 0) throw unfit({ name, type }, column, bad)
  return cast
}

function wholeNumbers(name: string, type: NumberType, column: Numbers): number[] {
  const numbers = Array.from(column, Number)
  const lowest = type === 'uint64' ? 0 : Number.MIN_SAFE_INTEGER
  const bad = numbers.findIndex((value) => !Number.isSafeInteger(value) || value < lowest)
  if (bad >= 0) throw unfit({ name, type }, column, bad)
  return numbers
}

function unfit({ name, type }: Pick<TensorSignature, 'name' | 'type'>, column: Numbers, at: number): ConfigError {
  return refusal(`The column ${name} holds ${column[at]} in row ${at + 1}, and the model takes ${type}`)
}

/** Pieces of one output, one after another. All have the type of the first. */
export function joined(pieces: readonly TensorData[]): TensorData {
  const [first] = pieces
  if (first === undefined) return []
  if (Array.isArray(first)) return pieces.flatMap((piece) => (Array.isArray(piece) ? piece : []))
  if (pieces.length === 1) return first
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0)
  const bytes = new Uint8Array(length * first.BYTES_PER_ELEMENT)
  let offset = 0
  for (const piece of pieces) {
    if (Array.isArray(piece)) continue
    bytes.set(new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength), offset)
    offset += piece.byteLength
  }
  return sameKind(first, bytes.buffer)
}

function sameKind(like: Exclude<TensorData, string[]>, buffer: ArrayBuffer): TensorData {
  const store = Object.values(stores).find((each) => like instanceof each)
  if (store === undefined) throw new TypeError('not the values of a tensor')
  return new store(buffer)
}

function isText(column: Column): column is readonly string[] {
  return Array.isArray(column)
}

function refusal(details: string): ConfigError {
  return new ConfigError({ code: 'TY0304', details })
}
