import { fieldsOf } from './wire.ts'

/** Places of fields in ModelProto and OperatorSetIdProto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto). */
const opsetImport = 8
const domain = 1
const version = 2

/**
 * The version of ONNX's own operators that a model file asks for. A runtime that knows none as new cannot open it.
 *
 * @returns Undefined where the file does not say, or is no ONNX file.
 */
export function opsetOf(model: Uint8Array): number | undefined {
  try {
    const versions = [...fieldsOf(model)].flatMap(({ number, bytes }) =>
      number === opsetImport && bytes !== undefined ? ownVersion(bytes) : [],
    )
    return versions.length === 0 ? undefined : Math.max(...versions)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function ownVersion(opset: Uint8Array): readonly number[] {
  const fields = [...fieldsOf(opset)]
  const name = fields.find(({ number }) => number === domain)?.bytes
  const isOwn = name === undefined || name.length === 0 || new TextDecoder().decode(name) === 'ai.onnx'
  return isOwn ? fields.filter(({ number }) => number === version).map(({ value }) => Number(value)) : []
}
