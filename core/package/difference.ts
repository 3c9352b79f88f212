import type { Tensor, Tensors } from '../engines/onnx/engine.ts'

/** How far what a server answered is from what the model says in the step. */
export type Difference =
  | { readonly kind: 'alike'; readonly most: number }
  /** A sentence about the first place where they differ. */
  | { readonly kind: 'unlike'; readonly sentence: string }

/** Two builds of the runtime differ in the last digits of a float32: relative to the value, or to 1 where that is larger. */
const tolerance = 1e-4

/** Compares an answer with the model's own outputs: all of them, whatever their order. */
export function differenceOf(own: Tensors, answer: Tensors): Difference {
  let most = 0
  for (const [name, tensor] of own) {
    const other = answer.get(name)
    if (other === undefined) return { kind: 'unlike', sentence: `the output ${name} is missing` }
    const difference = differenceIn(name, tensor, other)
    if (difference.kind === 'unlike') return difference
    most = Math.max(most, difference.most)
  }
  return { kind: 'alike', most }
}

function differenceIn(name: string, wanted: Tensor, answered: Tensor): Difference {
  const [asked, given] = [wanted, answered].map(({ type, shape }) => `${type}[${shape.join(', ')}]`)
  if (asked !== given) return { kind: 'unlike', sentence: `the output ${name} is ${given}, expected ${asked}` }
  let most = 0
  for (const [at, value] of wanted.data.entries()) {
    const is = answered.data[at]
    const distance = distanceOf(value, is)
    if (!(distance <= tolerance * Math.max(1, sizeOf(value))))
      return { kind: 'unlike', sentence: `the output ${name} is ${is} at place ${at + 1}, expected ${value}` }
    most = Math.max(most, distance)
  }
  return { kind: 'alike', most }
}

function distanceOf(one: unknown, other: unknown): number {
  if (Object.is(one, other)) return 0
  if (typeof one === 'number' && typeof other === 'number') return Math.abs(one - other)
  return one === other ? 0 : Number.POSITIVE_INFINITY
}

/** Of a finite number; an infinite one would make room for every difference. */
function sizeOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? Math.abs(value) : 0
}
