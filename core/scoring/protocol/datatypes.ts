import { isKnownType, type KnownType } from '../../engines/onnx/tensors.ts'

/** The datatypes of the Open Inference Protocol, by ONNX's names for the same. FP16 travels in the binary form alone, which Node 20 cannot read. */
const datatypes = {
  bool: 'BOOL',
  uint8: 'UINT8',
  uint16: 'UINT16',
  uint32: 'UINT32',
  uint64: 'UINT64',
  int8: 'INT8',
  int16: 'INT16',
  int32: 'INT32',
  int64: 'INT64',
  float32: 'FP32',
  float64: 'FP64',
  string: 'BYTES',
} as const satisfies Record<KnownType, string>

/** A datatype as requests and answers name it. */
export type Datatype = (typeof datatypes)[KnownType]

/** The protocol's name for a type of ONNX; undefined where it cannot be served. */
export function datatypeOf(type: string): Datatype | undefined {
  return isKnownType(type) ? datatypes[type] : undefined
}

/** Types whose values a double cannot hold exactly. */
export function isWide(type: string): type is 'int64' | 'uint64' {
  return type === 'int64' || type === 'uint64'
}

/** The number of values in a tensor of this shape. */
export function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, dimension) => product * dimension, 1)
}
