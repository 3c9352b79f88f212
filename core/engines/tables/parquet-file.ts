import type { AsyncBuffer, FileMetaData, ParquetParsers, ParquetScan, SchemaTree } from 'hyparquet'
import { ConfigError, errorMessage } from '../../errors/errors.ts'
import { unreadable } from './text.ts'

/** So many rows of one column are in memory at a time, where the file's row groups are larger. */
const rowsAtOnce = 2 ** 17

/** A Parquet file (https://parquet.apache.org/docs/file-format/), open for reading. */
export interface ParquetFile {
  readonly rows: number
  readonly columns: readonly SchemaTree[]
  /** The values of one column, in order, in pieces. */
  values(column: string, signal?: AbortSignal): AsyncGenerator<ArrayLike<unknown>>
}

export interface ParquetOptions {
  /** How values become JavaScript's, where the library's own way does not do. */
  readonly parsers?: Partial<ParquetParsers>
  readonly signal?: AbortSignal | undefined
}

/**
 * Opens a Parquet file and works on it. The library is loaded when the first one is opened.
 *
 * @throws ConfigError when it is no Parquet file, is cut off, or uses what the reader does not know.
 */
export async function withParquet<T>(
  file: string,
  { parsers, signal }: ParquetOptions,
  work: (parquet: ParquetFile) => Promise<T>,
): Promise<T> {
  const [{ asyncBufferFromFile, parquetMetadataAsync, parquetScan, parquetSchema }, { compressors }] =
    await Promise.all([import('hyparquet'), import('hyparquet-compressors')])
  try {
    const buffer: AsyncBuffer = await asyncBufferFromFile(file)
    const metadata: FileMetaData = await parquetMetadataAsync(buffer)
    const options = { file: buffer, metadata, compressors, geoparquet: false }
    const scan = await parquetScan(parsers === undefined ? options : { ...options, parsers })
    return await work({
      rows: Number(metadata.num_rows),
      columns: parquetSchema(metadata).children,
      values: (column, stop) => pieces(scan, column, stop),
    })
  } catch (error) {
    throw inWords(error, file, signal)
  }
}

async function* pieces(scan: ParquetScan, column: string, signal?: AbortSignal): AsyncGenerator<ArrayLike<unknown>> {
  for (const range of scan.ranges) {
    for (let rowStart = range.rowStart; rowStart < range.rowEnd; rowStart += rowsAtOnce) {
      signal?.throwIfAborted()
      yield await scan.readColumn({ column, rowStart, rowEnd: Math.min(range.rowEnd, rowStart + rowsAtOnce) })
    }
  }
}

function inWords(error: unknown, file: string, signal: AbortSignal | undefined): unknown {
  if (!(error instanceof Error) || error instanceof TypeError || signal?.aborted === true) return error
  if (error instanceof ConfigError) return error
  const known = unreadable(file, error)
  if (known !== error) return known
  const problem = `is no Parquet file that can be read: ${errorMessage(error)}`
  const source = { kind: 'file', file } as const
  return new ConfigError({ faults: [{ subject: 'the table', source, problem }], cause: error })
}
