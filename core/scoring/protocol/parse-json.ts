import { isUtf8 } from 'node:buffer'
import { parse } from 'lossless-json'
import { errorMessage } from '../../errors/errors.ts'
import { malformed } from './refused.ts'

/** A whole number so long that a double may not hold it, at the place of a value. */
const longInteger = /[[,:\s]-?\d{16,}\s*[,\]}]/

/**
 * Reads a JSON text without losing anything: whole numbers beyond 2^53 become bigints. The exact parser is ten times as slow as
 * Node's, so it runs only when the model takes 64-bit integers (`isExact`) and the text has a number of that length.
 *
 * @throws Refused 400 when it is no JSON in UTF-8.
 */
export function parseJson(bytes: Buffer, { isExact }: { readonly isExact: boolean }): unknown {
  // Decoding would silently replace what is no UTF-8.
  if (!isUtf8(bytes)) throw malformed('The body is not UTF-8')
  const text = bytes.toString('utf8')
  try {
    return isExact && longInteger.test(text) ? parse(text, undefined, exactNumber) : JSON.parse(text)
  } catch (error) {
    // Lists within lists, deeper than any tensor, exhaust the exact parser's stack.
    throw malformed(
      `The body is not JSON: ${error instanceof RangeError ? 'it is nested too deeply' : errorMessage(error)}`,
    )
  }
}

function exactNumber(text: string): number | bigint {
  const number = Number(text)
  return /^-?\d+$/.test(text) && !Number.isSafeInteger(number) ? BigInt(text) : number
}
