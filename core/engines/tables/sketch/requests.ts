import { z } from 'zod'
import { TableSketch } from '../../../stats/profile/table-sketch.ts'
import { type Place, refusal, scanJsonLines } from '../json-lines.ts'
import { addValue, type Reading } from './cell.ts'

/** The part of a request of the Open Inference Protocol, version 2, that holds its inputs. */
const requestShape = z.object({
  inputs: z.array(
    z.object({
      name: z.string().min(1),
      datatype: z.string(),
      shape: z.array(z.int().nonnegative()).min(1),
      data: z.array(z.unknown()),
    }),
  ),
})

type Tensor = z.infer<typeof requestShape>['inputs'][number]

/**
 * Sketches collected requests: JSON Lines whose every line is the body of a request to a model
 * (https://github.com/kserve/open-inference-protocol). Each row of a batch is a row; an input of several numbers a row
 * becomes the columns `name[0]`, `name[1]`, …
 *
 * @throws ConfigError with file and line where a line is no such request.
 */
export async function sketchRequests(file: string, reading: Reading): Promise<TableSketch> {
  const table = new TableSketch()
  for await (const { object, line } of scanJsonLines(file)) {
    reading.signal?.throwIfAborted()
    const body = requestShape.safeParse(object)
    if (!body.success) throw refusal({ file, line }, 'is not the body of a request of the Open Inference Protocol')
    const rows = body.data.inputs.map((tensor) => addTensor(table, tensor, { reading, place: { file, line } }))
    const [first = 0] = rows
    if (rows.some((count) => count !== first)) throw refusal({ file, line }, 'has inputs of different numbers of rows')
    table.addRows(first)
  }
  table.fill()
  return table
}

interface TensorPlace {
  readonly reading: Reading
  readonly place: Place
}

/** Adds the values of an input and returns how many rows it has: its first dimension. */
function addTensor(
  table: TableSketch,
  { name, datatype, shape, data }: Tensor,
  { reading, place }: TensorPlace,
): number {
  const values: readonly unknown[] = data.flat(Number.POSITIVE_INFINITY)
  const [rows = 0, ...rest] = shape
  const width = rest.reduce((product, size) => product * size, 1)
  if (values.length !== rows * width)
    throw refusal({ ...place, name }, 'does not hold as many values as its shape says')
  const columns = Array.from({ length: width }, (_, at) =>
    table.column(rest.length === 0 || width === 1 ? name : `${name}[${at}]`),
  )
  const typed = { ...reading, isDecimal: datatype.startsWith('FP') || datatype === 'BF16' }
  for (const [at, value] of values.entries()) {
    const column = columns[at % width]
    if (column !== undefined) addValue(column, value, typed)
  }
  return rows
}
