import type { Outputs } from '../../engines/onnx/model.ts'
import { ConfigError } from '../../errors/errors.ts'

/** The classes that a model says itself, by their place: an output of texts or whole numbers that are all classes. */
export function labelsOf(outputs: Outputs, classes: readonly string[], rows: number): Float64Array | undefined {
  const places = new Map(classes.map((name, place) => [name, place]))
  for (const { data } of Object.values(outputs)) {
    if (data instanceof Float32Array || data instanceof Float64Array || data.length !== rows) continue
    const found = Array.from<string | number | bigint>(data).map((label) => places.get(String(label)))
    const known = found.filter((place) => place !== undefined)
    if (known.length === rows) return Float64Array.from(known)
  }
  return undefined
}

interface Answer {
  readonly given: Float64Array
  readonly probabilities: Float64Array
  readonly columns: number
  readonly classes: readonly string[]
  readonly side: string
}

/**
 * Demands that the criteria list the classes in the model's own order, as far as its labels and probabilities can tell: a
 * class is more probable where the model says it than elsewhere. In another order every metric would say the opposite.
 *
 * @throws ConfigError TY0304
 */
export function demandOrder(answer: Answer): void {
  const { columns, classes, side } = answer
  const wrong = classes.find((_, place) => isLessProbable(answer, place))
  if (wrong === undefined) return
  const details =
    columns === 1
      ? `${side} says ${wrong} where its probability of it is low: the probability has to be that of the last of data.classes (${classes.join(', ')})`
      : `${side} says ${wrong} where its probability of it is low: data.classes of the criteria (${classes.join(', ')}) has to be in the model’s order`
  throw new ConfigError({ code: 'TY0304', details })
}

function isLessProbable({ given, probabilities, columns }: Answer, place: number): boolean {
  const sums = { said: 0, other: 0 }
  const counts = { said: 0, other: 0 }
  for (let row = 0; row < given.length; row++) {
    const one = probabilities[columns === 1 ? row : row * columns + place] ?? 0
    const p = columns === 1 && place === 0 ? 1 - one : one
    const which = given[row] === place ? 'said' : 'other'
    sums[which] += p
    counts[which] += 1
  }
  if (counts.said === 0 || counts.other === 0) return false
  return sums.said / counts.said < sums.other / counts.other
}
