import type { Reuse } from '../../records/evidence.ts'
import { significant } from '../words.ts'

/** What a verdict says when nothing of the criteria's alpha is left. */
export const exhausted = 'This data has judged as many candidates as the criteria allow; use new data.'

/**
 * One plain sentence about the uses of the data, and what they mean for the error probability; and one about other questions that
 * were asked of this very candidate, such as one by laxer criteria.
 *
 * @param own How many those were.
 */
export function reuseSentence({ judged, place, alpha, spending }: Omit<Reuse, 'sentence'>, own: number): string {
  const before = beforeSentence(judged)
  if (spending === undefined) {
    const times = own === 1 ? 'once' : `${own} times`
    const again = ` This candidate itself was judged on it ${times} before, with other criteria, predictions or another champion.`
    return `${before}${judged > 0 ? '; the best of many looks good by luck' : ''}.${own > 0 ? again : ''}`
  }
  if (spending.isExhausted) return exhausted
  const many =
    spending.candidates === undefined
      ? `it is judgement ${place} on this data, and their number has no end`
      : `it is judgement ${place} of ${spending.candidates} on this data`
  return `Judged at an error probability of ${significant(alpha)} instead of ${significant(spending.total)}, because ${many}.`
}

function beforeSentence(judged: number): string {
  if (judged === 0) return 'This data has judged no other candidate before'
  return `This data has judged ${judged === 1 ? 'one other candidate' : `${judged} other candidates`} before`
}
