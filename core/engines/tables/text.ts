import { createReadStream } from 'node:fs'
import { ConfigError } from '../../errors/errors.ts'

const chunkBytes = 2 ** 18

/**
 * The text of a file in pieces, without a byte order mark.
 *
 * @throws ConfigError when the file is missing, or is not UTF-8: a replaced character in an id would join the wrong rows.
 */
export async function* textOf(file: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: chunkBytes }) as AsyncIterable<Buffer>)
      yield decoder.decode(chunk, { stream: true })
    yield decoder.decode()
  } catch (error) {
    throw unreadable(file, error)
  }
}

/** The error in words where a file cannot be read at all; any other as it is. */
export function unreadable(file: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const problems: Partial<Record<string, string>> = {
    ENOENT: 'does not exist',
    EISDIR: 'is a folder',
    EACCES: 'may not be read',
    ERR_ENCODING_INVALID_ENCODED_DATA: 'is not UTF-8',
  }
  const problem = typeof code === 'string' ? problems[code] : undefined
  if (problem === undefined) return error
  const faults = [{ subject: 'the table', source: { kind: 'file', file } as const, problem }]
  return new ConfigError({ faults, cause: error })
}
