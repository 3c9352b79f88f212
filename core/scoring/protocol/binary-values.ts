import { isUtf8 } from 'node:buffer'
import { endianness } from 'node:os'
import { type KnownType, stores, type TensorData } from '../../engines/onnx/tensors.ts'
import { elementsOf } from './datatypes.ts'
import type { Expected } from './json-values.ts'
import { malformed } from './refused.ts'

// The binary tensor extension of the protocol, which real clients use by default: the values follow the JSON text, little-endian
// and row-major; a text is its length in four bytes, and then UTF-8.
// https://kserve.github.io/website/docs/concepts/architecture/data-plane/v2-protocol/binary-tensor-data-extension

/** Whether values can be copied as they lie in memory. All systems that ONNX Runtime is built for are little-endian. */
const isLittleEndian = endianness() === 'LE'

/**
 * The values of a tensor from its binary form.
 *
 * @throws Refused 400 when the bytes are not those of a tensor of this type and shape.
 */
export function valuesFromBytes(bytes: Buffer, { type, shape, where }: Expected): TensorData {
  const count = elementsOf(shape)
  if (type === 'string') return textsFromBytes(bytes, count, where)
  const width = stores[type].BYTES_PER_ELEMENT
  if (bytes.length !== count * width) {
    const needed = `the shape [${shape.join(', ')}] needs ${count * width}`
    throw malformed(`${where}.parameters.binary_data_size is ${bytes.length} bytes, and ${needed}`)
  }
  // A copy, because the tensor may begin at an address where no number of its width can.
  const values = storeOver(type, new Uint8Array(bytes).buffer)
  if (type === 'bool' && bytes.some((value) => value > 1))
    throw malformed(`${where} holds a BOOL that is neither 0 nor 1`)
  return values
}

/** The binary form of a tensor's values. */
export function bytesOf(data: TensorData): Buffer {
  if (!Array.isArray(data)) {
    demandLittleEndian()
    return Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  }
  return Buffer.concat(
    data.flatMap((text) => {
      const bytes = Buffer.from(text, 'utf8')
      const length = Buffer.alloc(4)
      length.writeUInt32LE(bytes.length)
      return [length, bytes]
    }),
  )
}

function storeOver(type: Exclude<KnownType, 'string'>, buffer: ArrayBuffer): TensorData {
  demandLittleEndian()
  return new stores[type](buffer)
}

function demandLittleEndian(): void {
  if (!isLittleEndian) throw new Error('the binary form of tensors is not supported on big-endian systems')
}

function textsFromBytes(bytes: Buffer, count: number, where: string): string[] {
  const texts: string[] = []
  let at = 0
  while (at < bytes.length) {
    const begin = at + 4
    const end = begin <= bytes.length ? begin + bytes.readUInt32LE(at) : Number.POSITIVE_INFINITY
    if (end > bytes.length) throw malformed(`${where}: text ${texts.length} of the binary data is cut off`)
    const text = bytes.subarray(begin, end)
    if (!isUtf8(text) || text.includes(0))
      throw malformed(`${where}: text ${texts.length} of the binary data is not UTF-8 without NUL`)
    texts.push(text.toString('utf8'))
    at = end
  }
  if (texts.length !== count) throw malformed(`${where} has ${texts.length} texts, and its shape has ${count}`)
  return texts
}
