import type { Signature, TensorSignature } from '../records/model.ts'

/**
 * What callers of the champion would trip over: an input that they do not send, or that has another type or shape; an
 * output that they read and that is gone or different. More outputs are compatible.
 *
 * @returns One sentence per break; empty when compatible, or when one of the two has no signature.
 */
export function incompatibilities(
  candidate: Signature | undefined,
  champion: Signature | undefined,
): readonly string[] {
  if (candidate === undefined || champion === undefined) return []
  return [
    ...candidate.inputs.flatMap((input) =>
      differences('input', input, champion.inputs, 'which the champion does not take'),
    ),
    ...champion.inputs.flatMap((input) => absent('input', input, candidate.inputs)),
    ...champion.outputs.flatMap((output) =>
      differences('output', output, candidate.outputs, 'which the candidate does not give'),
    ),
  ]
}

function differences(
  kind: string,
  one: TensorSignature,
  others: readonly TensorSignature[],
  ifAbsent: string,
): readonly string[] {
  const other = others.find(({ name }) => name === one.name)
  if (other === undefined) return [`The ${kind} ${one.name} (${typeText(one)}) is one ${ifAbsent}.`]
  return isSame(one, other)
    ? []
    : [`The ${kind} ${one.name} is ${typeText(one)} on one side and ${typeText(other)} on the other.`]
}

function absent(kind: string, one: TensorSignature, others: readonly TensorSignature[]): readonly string[] {
  return others.some(({ name }) => name === one.name)
    ? []
    : [`The champion’s ${kind} ${one.name} (${typeText(one)}) is one that the candidate does not take.`]
}

function isSame(a: TensorSignature, b: TensorSignature): boolean {
  return a.type === b.type && a.shape.length === b.shape.length && a.shape.every((size, axis) => size === b.shape[axis])
}

function typeText({ type, shape }: TensorSignature): string {
  return `${type}[${shape.map((size) => (size < 0 ? '?' : String(size))).join(', ')}]`
}
