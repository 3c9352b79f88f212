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
  const { inputs, outputs } = candidate
  return [
    ...inputs
      .filter(notIn(champion.inputs))
      .map((one) => `The candidate takes an input that the champion does not: ${text(one)}.`),
    ...champion.inputs
      .filter(notIn(inputs))
      .map((one) => `The candidate does not take the champion’s input ${text(one)}.`),
    ...champion.outputs
      .filter(notIn(outputs))
      .map((one) => `The candidate does not give the champion’s output ${text(one)}.`),
    ...changed(champion.inputs, inputs).map((change) => `The input ${change}.`),
    ...changed(champion.outputs, outputs).map((change) => `The output ${change}.`),
  ]
}

function notIn(others: readonly TensorSignature[]): (one: TensorSignature) => boolean {
  return (one) => !others.some(({ name }) => name === one.name)
}

function changed(before: readonly TensorSignature[], after: readonly TensorSignature[]): readonly string[] {
  return before.flatMap((one) => {
    const other = after.find(({ name }) => name === one.name)
    return other === undefined || isSame(one, other) ? [] : [`${text(one)} has become ${text(other)}`]
  })
}

function isSame(a: TensorSignature, b: TensorSignature): boolean {
  return a.type === b.type && a.shape.length === b.shape.length && a.shape.every((size, axis) => size === b.shape[axis])
}

function text({ name, type, shape }: TensorSignature): string {
  return `${name}: ${type}[${shape.map((size) => (size < 0 ? '?' : String(size))).join(', ')}]`
}
