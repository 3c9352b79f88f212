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
 * Demands that a column holds what the model takes: text or numbers.
 *
 * @throws ConfigError TY0304 when it does not, or when the type cannot be given.
 */
export function demandKind({ name, type }: TensorSignature, column: Column): void {
  if (!isKnownType(type))
    throw refusal(`The input ${name} has the type ${type}, which cannot be given; export it as float32`)
  if (isText(column) && type !== 'string') throw refusal(`The column ${name} is text, and the model takes ${type}`)
  if (!isText(column) && type === 'string') throw refusal(`The column ${name} holds numbers, and the model takes text`)
}

/**
 * A piece of a column in the type that the model takes.
 *
 * @param start where the piece begins in the column, for an error
 * @throws ConfigError TY0304 when it holds text where numbers are taken, or the other way round, or numbers that the type cannot hold.
 */
export function cast(input: TensorSignature, piece: Column, start = 0): { type: KnownType; data: TensorData } {
  const { name, type } = input
  demandKind(input, piece)
  if (isText(piece)) return { type: 'string', data: [...piece] }
  if (!isKnownType(type) || type === 'string') throw new TypeError(`no type of numbers: ${type}`)
  return { type, data: piece instanceof stores[type] ? piece : castNumbers({ name, type, start }, piece) }
}

interface Target {
  readonly name: string
  readonly type: NumberType
  readonly start: number
}

function castNumbers(target: Target, column: Numbers): TensorData {
  const { type } = target
  if (type === 'float32') return Float32Array.from(column, Number)
  if (type === 'float64') return Float64Array.from(column, Number)
  const numbers = wholeNumbers(target, column)
  if (type === 'int64') return BigInt64Array.from(numbers, BigInt)
  if (type === 'uint64') return BigUint64Array.from(numbers, BigInt)
  const cast = stores[type].from(numbers)
  const bad = cast.findIndex((value, at) => value !== numbers[at] || (type === 'bool' && value > 1))
  if (bad >= 0) throw unfit(target, column, bad)
  return cast
}

function wholeNumbers(target: Target, column: Numbers): number[] {
  const numbers = Array.from(column, Number)
  const lowest = target.type === 'uint64' ? 0 : Number.MIN_SAFE_INTEGER
  const bad = numbers.findIndex((value) => !Number.isSafeInteger(value) || value < lowest)
  if (bad >= 0) throw unfit(target, column, bad)
  return numbers
}

function unfit({ name, type, start }: Target, column: Numbers, at: number): ConfigError {
  return refusal(`The column ${name} holds ${column[at]} in row ${start + at + 1}, and the model takes ${type}`)
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
