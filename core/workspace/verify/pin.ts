import { isDigest } from '../../records/digest.ts'
import type { Token } from '../ledger/ledger.ts'
import { type Finding, finding } from './finding.ts'

/** The head of a ledger as it is kept outside: `41:sha256:2c26…`. */
export function pinText({ seq, digest }: Token): string {
  return `${seq}:${digest}`
}

/** Reads a pin; the word `sha256:` may be left out. Undefined for anything else. */
export function parsePin(text: string): Token | undefined {
  const [, seq = '', hex = ''] = /^([1-9]\d{0,15}):(?:sha256:)?([0-9a-f]{64})$/.exec(text.trim()) ?? []
  const digest = `sha256:${hex}`
  return isDigest(digest) ? { seq: Number(seq), digest } : undefined
}

/**
 * Compares pins with a ledger: one that was cut off, and one that was written anew as a whole, agree with themselves, and only
 * somebody who remembers an entry can tell.
 *
 * @param last The last place that is taken.
 */
export function checkPins(
  pins: readonly Token[],
  last: number,
  digestAt: (seq: number) => Token['digest'] | undefined,
): readonly Finding[] {
  return pins.flatMap(({ seq, digest }) => {
    if (seq > last) {
      const end = last === 0 ? 'is empty' : `ends at entry ${last}`
      return [
        finding('pin', `the ledger ${end}, and entry ${seq} was pinned: the newest entries were cut off`, { seq }),
      ]
    }
    const found = digestAt(seq)
    // Reported as an entry that cannot be read.
    if (found === undefined || found === digest) return []
    const problem = `entry ${seq} is another one than was pinned (${found} and not ${digest}): the history was rewritten`
    return [finding('pin', problem, { seq })]
  })
}
