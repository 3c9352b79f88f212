import type { Judgement, Reuse } from '../../records/evidence.ts'
import type { Criteria } from '../criteria.ts'
import { reuseSentence } from './words.ts'

/** What is asked now: of which files, and the digest of the whole question. */
export type Asking = Pick<Judgement, 'candidate' | 'question'>

/** Rounding in a sum of shares is no overspending. */
const slack = 1e-9

/** The error probability of the judgement at a place, from 1 on: the whole alpha where it is not spent. */
export function alphaOfPlace({ alpha, reuse }: Pick<Criteria, 'alpha' | 'reuse'>, place: number): number {
  if (reuse === undefined) return alpha
  return reuse.candidates === undefined ? (alpha * 6) / (Math.PI * place) ** 2 : alpha / reuse.candidates
}

/**
 * What the uses of evaluation data so far mean for the next one. Pure.
 *
 * Without a rule the criteria's alpha stays what it is, and the count is only told. With one, the alphas of all judgements
 * add up to at most the criteria's, so that the probability that any of the models which truly violate the criteria passes is at
 * most that (Bonferroni); provided that no candidate was made or chosen by what this data said of others before. What judgements without a rule
 * took is not counted as spent, but their places are.
 *
 * @param before All judgements of the model on this data, oldest first, each question once.
 */
export function reuseOf(
  { alpha: total, reuse: rule }: Pick<Criteria, 'alpha' | 'reuse'>,
  before: readonly Judgement[],
  { candidate, question }: Asking,
): Reuse {
  const asked = before.findIndex((one) => one.question === question)
  const earlier = asked < 0 ? before : before.slice(0, asked)
  const judged = new Set(earlier.map((one) => one.candidate).filter((one) => one !== candidate)).size
  const own = earlier.filter((one) => one.candidate === candidate).length
  const place = earlier.length + 1
  if (rule === undefined) {
    const bare = { judged, place, alpha: total }
    return { ...bare, sentence: reuseSentence(bare, own) }
  }
  const { spend, candidates } = rule
  const alpha = alphaOfPlace({ alpha: total, reuse: rule }, place)
  const spent = earlier.reduce((sum, one) => sum + (one.spent ?? 0), 0)
  const isExhausted = place > (candidates ?? Infinity) || spent + alpha > total * (1 + slack)
  const spending = { rule: spend, total, ...(candidates !== undefined && { candidates }), isExhausted }
  const facts = { judged, place, alpha, spending }
  return { ...facts, sentence: reuseSentence(facts, own) }
}
