import { code, plain, table } from '../main/markdown.ts'
import type { Driven } from './drive.ts'
import type { Kept } from './journal.ts'
import { batchesOf } from './looks.ts'
import { planText } from './plan.ts'
import { progressOf } from './progress.ts'

const headings = {
  promote: (one: string, other: string) => `✅ ${one} may take over from ${other}`,
  rollback: (one: string, other: string) => `❌ ${one} was rolled back; ${other} has all the traffic`,
  hold: (one: string, other: string) => `❔ nobody can say yet whether ${one} may take over from ${other}`,
} as const

/** The page about a canary that is decided: what was decided and why, then what both sides answered. */
export function summaryOf({ decision, evidence, kept }: Extract<Driven, { kind: 'decided' }>): string {
  const [{ candidate, stable }] = kept
  const [first = '', ...rest] = decision.reasons
  return [
    `### ${headings[decision.kind](code(candidate.reference), code(stable.reference))}`,
    '',
    plain(first),
    '',
    ...rest.map((reason) => `- ${plain(reason)}`),
    '',
    sides(kept),
    '',
    `Plan ${code(planText(kept[0].plan))}, evidence ${code(evidence)}.`,
    '',
  ].join('\n')
}

/** The page about a canary that has to be looked at again. */
export function openSummary({ kept, share, reasons }: Extract<Driven, { kind: 'open' }>): string {
  const [{ candidate, endpoint }] = kept
  const heading = `### ⏳ ${code(candidate.reference)} has ${share} % of the requests at ${code(endpoint)}`
  return [heading, '', ...reasons.map((reason) => `- ${plain(reason)}`), '', sides(kept), ''].join('\n')
}

function sides(kept: Kept): string {
  const [{ candidate, stable }] = kept
  const { looks } = progressOf(kept)
  const batches = batchesOf(looks)
  const row = (side: 'canary' | 'stable', reference: string) => {
    const requests = batches.reduce((sum, batch) => sum + batch[side].requests, 0)
    const errors = batches.reduce((sum, batch) => sum + batch[side].errors, 0)
    const rate = requests === 0 ? '' : `${((100 * errors) / requests).toFixed(2)} %`
    return [side, code(reference), requests.toLocaleString('en-US'), errors.toLocaleString('en-US'), rate]
  }
  return table(
    ['', 'version', 'requests', 'errors', 'error rate'],
    [row('canary', candidate.reference), row('stable', stable.reference)],
  )
}
