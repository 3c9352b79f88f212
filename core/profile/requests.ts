import { batches } from '../engines/onnx/batches.ts'
import { firstRows, modelColumns } from '../engines/tables/model-columns.ts'
import { ConfigError } from '../errors/errors.ts'
import type { ExampleRows } from '../main/example-rows.ts'
import type { Signature } from '../records/model.ts'
import { writeRequest } from '../scoring/client/tensors.ts'

/** Enough that no cache of a server holds them all, few enough to be made at once. */
const mostRequests = 1000

/**
 * The requests that are sent in turn: the data's rows, so many in each. A model that demands a number of rows gets that number.
 *
 * @throws ConfigError TY0304 when the rows do not fit the model, or are fewer than one request has.
 */
export function requestsFrom(
  { table, features }: Pick<ExampleRows, 'table' | 'features'>,
  signature: Signature,
  rowsPerRequest: number,
): readonly string[] {
  const whole = Math.min(mostRequests, Math.floor(table.rows / rowsPerRequest)) * rowsPerRequest
  if (whole === 0) {
    const details = `${table.file} has ${table.rows} rows, and each request is to have ${rowsPerRequest}`
    throw new ConfigError({ code: 'TY0304', details })
  }
  const columns = firstRows(modelColumns(signature, table, features), { of: table.rows, rows: whole })
  return Array.from(batches(signature, { columns, rows: whole, largest: rowsPerRequest }), ({ feeds }) =>
    writeRequest(feeds),
  )
}
