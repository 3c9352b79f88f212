/** One field of a message in protobuf's wire format. Groups, which ONNX has none of, are not read. */
export interface Field {
  readonly number: number
  /** The bytes of a length-delimited field: a text, a message, packed numbers; otherwise undefined. */
  readonly bytes: Uint8Array | undefined
  /** The value of a varint; otherwise 0. */
  readonly value: bigint
  /** Where the whole field stands in the message, its tag included. */
  readonly start: number
  readonly end: number
}

/**
 * The fields of a message in their order.
 *
 * Source: https://protobuf.dev/programming-guides/encoding/
 * @throws RangeError for bytes that are no message.
 */
export function* fieldsOf(message: Uint8Array): Generator<Field> {
  let at = 0
  while (at < message.length) {
    const start = at
    const tag = varint(message, at)
    const number = Number(tag.value >> 3n)
    const type = Number(tag.value & 7n)
    at = tag.end
    if (type === 0) {
      const read = varint(message, at)
      at = read.end
      yield { number, bytes: undefined, value: read.value, start, end: at }
      continue
    }
    const size = type === 2 ? varint(message, at) : { value: BigInt(fixedSize(type)), end: at }
    at = size.end + Number(size.value)
    if (at > message.length) throw new RangeError(`a field at byte ${start} is longer than its message`)
    yield { number, bytes: type === 2 ? message.subarray(size.end, at) : undefined, value: 0n, start, end: at }
  }
}

function fixedSize(type: number): number {
  if (type === 1) return 8
  if (type === 5) return 4
  throw new RangeError(`there is no wire type ${type} in ONNX`)
}

function varint(message: Uint8Array, from: number): { readonly value: bigint; readonly end: number } {
  let value = 0n
  for (let at = from; at < from + 10; at++) {
    const byte = message[at]
    if (byte === undefined) break
    value |= BigInt(byte & 127) << BigInt(7 * (at - from))
    if (byte < 128) return { value, end: at + 1 }
  }
  throw new RangeError(`there is no number at byte ${from}`)
}
