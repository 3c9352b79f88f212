import type { Signature, TensorSignature } from '../../records/model.ts'
import type { Session } from './runtime.ts'

/** The type that an output has in a signature when it is a sequence or a map: a classifier exported with ZipMap has one. */
export const notATensor = 'sequence'

/** The runtime's way to write an unnamed free dimension: -1, read as an unsigned number of 32 bits. */
const unnamedFree = 2 ** 32 - 1

type Metadata = Session['inputMetadata'][number]

/** What a session says about its inputs and outputs. */
export function signatureOf(session: Session): Signature {
  return { inputs: session.inputMetadata.map(tensorOf), outputs: session.outputMetadata.map(tensorOf) }
}

function tensorOf(value: Metadata): TensorSignature {
  if (!value.isTensor) return { name: value.name, type: notATensor, shape: [] }
  return { name: value.name, type: value.type, shape: value.shape.map(dimensionOf) }
}

/** Free dimensions, named or not, are -1. */
function dimensionOf(dimension: number | string): number {
  return typeof dimension === 'string' || dimension === unnamedFree || dimension < 0 ? -1 : dimension
}
