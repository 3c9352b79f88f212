import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import type { Digest } from '../../records/digest.ts'
import type { Predictions } from '../facts.ts'

/** The parts of predictions, in the order in which they are written. */
const parts = ['classes', 'probabilities', 'values'] as const

const bytesEach = Float64Array.BYTES_PER_ELEMENT
const [compressed, expanded] = [promisify(gzip), promisify(gunzip)]

/** The digest of the numbers themselves, in the order of the rows, whatever they came from. */
export function digestOf(predictions: Predictions): Digest {
  const hash = createHash('sha256')
  for (const part of parts) {
    const numbers = predictions[part]
    hash.update(`${numbers?.length ?? -1}\n`)
    if (numbers !== undefined) hash.update(bytesOf(numbers))
  }
  for (const [name, numbers] of Object.entries(predictions.customs ?? {}))
    hash.update(`${name} ${numbers.length}\n`).update(bytesOf(numbers))
  return `sha256:${hash.digest('hex')}`
}

/** Predictions as bytes: a line of lengths, then the numbers as they are (64 bits, little-endian); together as gzip has it. */
export async function pack(predictions: Predictions): Promise<Uint8Array> {
  const lengths = parts.map((part) => predictions[part]?.length ?? -1)
  const head = Buffer.from(`trainyard predictions 1 ${lengths.join(' ')}\n`, 'utf8')
  const numbers = parts.flatMap((part) => predictions[part] ?? []).map(bytesOf)
  return compressed(Buffer.concat([head, ...numbers]))
}

/**
 * Predictions of their bytes; undefined where they are none.
 *
 * @param mostNumbers as many as there can be for the rows: more are not unpacked.
 */
export async function unpack(bytes: Uint8Array, mostNumbers: number): Promise<Predictions | undefined> {
  const whole = await expanded(bytes, { maxOutputLength: longestHead + mostNumbers * bytesEach }).catch(() => undefined)
  const end = whole?.indexOf('\n') ?? -1
  const head = /^trainyard predictions 1 (-1|\d+) (-1|\d+) (-1|\d+)$/.exec(whole?.toString('latin1', 0, end) ?? '')
  if (whole === undefined || head === null) return undefined
  const lengths = head.slice(1).map(Number)
  const total = lengths.reduce((sum, length) => sum + Math.max(0, length), 0)
  if (whole.length !== end + 1 + total * bytesEach) return undefined
  // A copy: numbers have to begin where their size divides the place.
  const numbers = new Float64Array(new Uint8Array(whole.subarray(end + 1)).buffer)
  let at = 0
  const found = parts.flatMap((part, index) => {
    const length = lengths[index] ?? -1
    if (length < 0) return []
    at += length
    return [[part, numbers.slice(at - length, at)] as const]
  })
  return Object.fromEntries(found)
}

const longestHead = 200

function bytesOf(numbers: Float64Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength)
}
