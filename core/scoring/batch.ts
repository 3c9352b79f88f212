import type { Tensor, Tensors } from '../engines/onnx/engine.ts'
import { joined, type TensorData } from '../engines/onnx/tensors.ts'

/** What must be equal for two requests to be joined, and how many rows one brings. */
export interface Joinable {
  readonly rows: number
  /** The shape of one row of each input. */
  readonly key: string
}

/** How a request can be joined with others; undefined when its inputs do not have one number of rows in common. */
export function joinable(inputs: Tensors): Joinable | undefined {
  let rows: number | undefined
  const key: string[] = []
  for (const [name, { shape }] of inputs) {
    const [first, ...row] = shape
    if (first === undefined || (rows !== undefined && rows !== first)) return undefined
    rows = first
    key.push(`${name}:${row.join('x')}`)
  }
  // The order in which inputs are given means nothing.
  return rows === undefined ? undefined : { rows, key: key.sort().join(' ') }
}

/** The rows of several requests, one after another. All have the same key. */
export function joinInputs(requests: readonly Tensors[]): Tensors {
  const [first] = requests
  if (first === undefined || requests.length === 1) return first ?? new Map()
  return new Map(
    [...first].map(([name, { type, shape }]) => {
      const pieces = requests.flatMap((inputs) => inputs.get(name) ?? [])
      const rows = pieces.reduce((sum, piece) => sum + (piece.shape[0] ?? 0), 0)
      return [name, { type, shape: [rows, ...shape.slice(1)], data: joined(pieces.map(({ data }) => data)) }]
    }),
  )
}

/** Gives each request its rows of the outputs; undefined when an output does not have one row per row of the inputs. */
export function cutOutputs(outputs: Tensors, rows: readonly number[]): readonly Tensors[] | undefined {
  const all = rows.reduce((sum, each) => sum + each, 0)
  if ([...outputs.values()].some(({ shape }) => shape[0] !== all)) return undefined
  let start = 0
  return rows.map((taken) => {
    const end = start + taken
    const piece = new Map([...outputs].map(([name, output]) => [name, rowsOf(output, { start, end, all })] as const))
    start = end
    return piece
  })
}

function rowsOf(
  { type, shape, data }: Tensor,
  { start, end, all }: { start: number; end: number; all: number },
): Tensor {
  const width = all === 0 ? 0 : data.length / all
  return { type, shape: [end - start, ...shape.slice(1)], data: part(data, start * width, end * width) }
}

function part(data: TensorData, start: number, end: number): TensorData {
  return Array.isArray(data) ? data.slice(start, end) : data.subarray(start, end)
}
