import { type KnownType, stores, type TensorData } from '../../engines/onnx/tensors.ts'
import { elementsOf } from './datatypes.ts'
import { malformed, type Refused, shown } from './refused.ts'

/** What a tensor of a request should be, and how its faults are introduced: `inputs[0].data`. */
export interface Expected {
  readonly type: KnownType
  readonly shape: readonly number[]
  readonly where: string
}

/**
 * The values of a tensor that is written as JSON: a flat list in row-major order, or lists nested as the shape says.
 *
 * Numbers are taken as they are or not at all: what does not fit the datatype is refused. A 64-bit integer may be a number of any
 * length (`parseJson` reads it exactly) or a string of digits, and a missing float is `"NaN"`, as in the JSON form of protocol
 * buffers (https://protobuf.dev/programming-guides/json/).
 *
 * @throws Refused 400 that names the first value that does not fit.
 */
export function valuesFromJson(data: unknown, expected: Expected): TensorData {
  const values = flat(data, expected)
  return convert(expected.type, values, (at, problem) => {
    const place = Array.isArray(data) && Array.isArray(data[0]) ? nestedPlace(at, expected.shape) : `[${at}]`
    return malformed(`${expected.where}${place} ${problem}`)
  })
}

function flat(data: unknown, { shape, where }: Expected): readonly unknown[] {
  if (!Array.isArray(data)) throw malformed(`${where} must be a list, and is ${shown(data)}`)
  const list: readonly unknown[] = data
  const values = shape.length > 1 && Array.isArray(list[0]) ? flattened(list, { shape, where }) : list
  const wanted = elementsOf(shape)
  if (values.length === wanted) return values
  throw malformed(`${where} has ${values.length} values, and the shape [${shape.join(', ')}] has ${wanted}`)
}

/** Takes one level of nesting for each dimension. Any other depth or length is a mistake that would shift values. */
function flattened(list: readonly unknown[], { shape, where }: Omit<Expected, 'type'>): readonly unknown[] {
  const [length, ...inner] = shape
  if (list.length !== length)
    throw malformed(`${where} has ${list.length} elements, and its dimension in the shape is ${length}`)
  if (inner.length === 0) return list
  return list.flatMap((element: unknown, at) => {
    const place = `${where}[${at}]`
    if (!Array.isArray(element))
      throw malformed(`${place} must be a list, as its neighbours are, and is ${shown(element)}`)
    return flattened(element, { shape: inner, where: place })
  })
}

/** `[1][0]` for the third value of a matrix with two columns. */
function nestedPlace(at: number, shape: readonly number[]): string {
  let rest = at
  const indices = shape.toReversed().map((dimension) => {
    const index = rest % dimension
    rest = Math.floor(rest / dimension)
    return `[${index}]`
  })
  return indices.toReversed().join('')
}

type Complain = (at: number, problem: string) => Refused

function convert(type: KnownType, values: readonly unknown[], complain: Complain): TensorData {
  switch (type) {
    case 'string':
      return texts(values, complain)
    case 'bool':
      return truths(values, complain)
    case 'float32':
    case 'float64':
      return floats(type, values, complain)
    case 'int64':
    case 'uint64':
      return wideIntegers(type, values, complain)
    default:
      return integers(type, values, complain)
  }
}

/** A character that the runtime would lose: it ends a text at NUL, and cannot write half a surrogate pair in UTF-8. */
const unwritable = /[\0\p{Cs}]/u

function texts(values: readonly unknown[], complain: Complain): string[] {
  return values.map((value, at) => {
    if (typeof value !== 'string') throw complain(at, `must be a string, and is ${shown(value)}`)
    if (unwritable.test(value))
      throw complain(at, 'holds a NUL or half of a surrogate pair, which no model can be given')
    return value
  })
}

function truths(values: readonly unknown[], complain: Complain): Uint8Array {
  return Uint8Array.from(values, (value, at) => {
    if (typeof value !== 'boolean') throw complain(at, `must be true or false, and is ${shown(value)}`)
    return value ? 1 : 0
  })
}

function floats(type: 'float32' | 'float64', values: readonly unknown[], complain: Complain): TensorData {
  const store = new stores[type](values.length)
  for (const [at, value] of values.entries()) {
    const number = typeof value === 'number' ? value : specialNumber(value)
    if (number === undefined) {
      const hint = value === null ? '; write "NaN" for a missing value' : ''
      throw complain(at, `must be a number, and is ${shown(value)}${hint}`)
    }
    store[at] = number
    if (Number.isFinite(number) && !Number.isFinite(store[at])) throw complain(at, `is ${number}, too large for FP32`)
  }
  return store
}

const special: ReadonlyMap<unknown, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
])

function specialNumber(value: unknown): number | undefined {
  return typeof value === 'bigint' ? Number(value) : special.get(value)
}

type SmallInteger = 'int8' | 'int16' | 'int32' | 'uint8' | 'uint16' | 'uint32'

function integers(type: SmallInteger, values: readonly unknown[], complain: Complain): TensorData {
  const store = new stores[type](values.length)
  for (const [at, value] of values.entries()) {
    if (typeof value === 'number') store[at] = value
    if (store[at] !== value)
      throw complain(at, `must be a whole number that ${type.toUpperCase()} holds, and is ${shown(value)}`)
  }
  return store
}

function wideIntegers(type: 'int64' | 'uint64', values: readonly unknown[], complain: Complain): TensorData {
  const store = new stores[type](values.length)
  for (const [at, value] of values.entries()) {
    const integer = exactInteger(value)
    if (integer !== undefined) store[at] = integer
    if (integer === undefined || store[at] !== integer)
      throw complain(at, `must be a whole number that ${type.toUpperCase()} holds, and is ${shown(value)}`)
  }
  return store
}

/** A number beyond 2^53 that is a double by now (`1e17`) is none: nobody knows which whole number was meant. */
function exactInteger(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : undefined
  return typeof value === 'string' && /^-?\d{1,20}$/.test(value) ? BigInt(value) : undefined
}
