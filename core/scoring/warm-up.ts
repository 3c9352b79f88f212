import type { EngineModel, Tensor, Tensors } from '../engines/onnx/engine.ts'
import { type KnownType, stores, type TensorData } from '../engines/onnx/tensors.ts'
import { errorMessage } from '../errors/errors.ts'
import { seededRandom } from '../stats/random.ts'
import { cutOutputs, joinInputs } from './batch.ts'
import { elementsOf } from './protocol/datatypes.ts'
import type { Ports } from './protocol/request.ts'

/** What the first runs of a model showed. */
export interface WarmUp {
  /** How long a run with one row takes. */
  readonly rowMs: number
  /** Whether rows of several requests may be joined into one run. */
  readonly isBatched: boolean
  /** Why not. */
  readonly reason?: string
}

/** Enough for the wasm code to be compiled by V8's optimiser for small models, and for large ones just one run more. */
const repeats = 20
const repeatMs = 100

/** Two builds of a matrix product may differ in the last digits, by the number of rows that they are given. */
const tolerance = 1e-4

/**
 * Runs a model on made-up rows, so that the first request does not pay for what is done once; and sees whether it treats each row
 * alone. Two rows are run one by one and together: where the answers differ (a mean over all rows, a normalisation by them),
 * one client's rows would change another's answer, and the model is never given both at once.
 */
export async function warmUp(model: EngineModel, ports: Ports): Promise<WarmUp> {
  const names = ports.outputs.map(({ name }) => name)
  try {
    const rows = [madeUp(ports, 0), madeUp(ports, 1)]
    const alone = [await model.run(madeUp(ports, 0), names), await model.run(madeUp(ports, 1), names)]
    const rowMs = await repeat(() => model.run(madeUp(ports, 1), names))
    if (ports.inputs.length === 0 || ports.inputs.some(({ shape }) => shape[0] !== -1))
      return { rowMs, isBatched: false, reason: 'the number of rows is fixed' }
    const together = cutOutputs(await model.run(joinInputs(rows), names), [1, 1])
    if (together === undefined) return { rowMs, isBatched: false, reason: 'an output does not have a row for each row' }
    const isAlike = together.every((outputs, at) => areAlike(outputs, alone[at]))
    return isAlike
      ? { rowMs, isBatched: true }
      : { rowMs, isBatched: false, reason: 'rows change the answers of other rows' }
  } catch (error) {
    return { rowMs: 0, isBatched: false, reason: `the model refuses made-up rows: ${errorMessage(error)}` }
  }
}

/** @returns how long the fastest run took: what others do on this machine makes the rest slower */
async function repeat(run: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  let fastest = Number.POSITIVE_INFINITY
  for (let at = 0; at < repeats && performance.now() - startedAt < repeatMs; at += 1) {
    const begin = performance.now()
    await run()
    fastest = Math.min(fastest, performance.now() - begin)
  }
  return fastest
}

/** One row for each input, another for each seed; as many as the model demands where it demands a number. */
function madeUp({ inputs }: Ports, seed: number): Tensors {
  return new Map(
    inputs.map(({ name, type, shape }) => {
      const given = shape.map((dimension) => (dimension < 0 ? 1 : dimension))
      return [name, { type, shape: given, data: values(type, elementsOf(given), seed) }] as const
    }),
  )
}

function values(type: KnownType, count: number, seed: number): TensorData {
  if (type === 'string') return Array.from({ length: count }, () => (seed === 0 ? 'a' : 'b'))
  // Whole numbers are often places in a table: the first ones exist in every table.
  if (type === 'int64' || type === 'uint64') return new stores[type](count).fill(BigInt(seed))
  if (type !== 'float32' && type !== 'float64') return new stores[type](count).fill(seed)
  const random = seededRandom(seed)
  return new stores[type](count).map(random)
}

function areAlike(one: Tensors, other: Tensors | undefined): boolean {
  return [...one].every(([name, tensor]) => isAlike(tensor, other?.get(name)))
}

function isAlike(one: Tensor, other: Tensor | undefined): boolean {
  if (other === undefined || one.data.length !== other.data.length) return false
  return Array.from<unknown, boolean>(one.data, (value, at) => isClose(value, other.data[at])).every(Boolean)
}

function isClose(one: unknown, other: unknown): boolean {
  if (typeof one !== 'number' || typeof other !== 'number') return one === other
  if (Object.is(one, other)) return true
  return Math.abs(one - other) <= tolerance * Math.max(1, Math.abs(one), Math.abs(other))
}
