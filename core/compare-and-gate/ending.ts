import type { Context, Ending } from '../main/context.ts'
import type { Digest } from '../records/digest.ts'
import type { GatePredicate } from '../records/evidence.ts'
import type { definition } from './definition.ts'

/** What a verdict does to the step: a pass ends it well, a fail rejects, and an inconclusive verdict does what the input says. */
export function ending(
  context: Context<typeof definition>,
  gate: { predicate: GatePredicate; evidence: Digest },
): Ending {
  const { inputs, done, rejected } = context
  const { verdict, candidate, champion } = gate.predicate
  const outputs = {
    verdict: verdict.kind,
    needed: verdict.needed,
    candidate,
    champion: champion?.reference,
    results: JSON.stringify(verdict.results),
    evidence: gate.evidence,
  }
  const [sentence = verdict.kind] = verdict.reasons
  if (verdict.kind === 'pass')
    return done(outputs, {
      message: `${candidate} passes. ${sentence}`,
      warning: verdict.isUncompared ? `${candidate} passes. ${sentence}` : undefined,
    })
  if (verdict.kind === 'fail') return rejected(outputs, { code: 'TY0301', reasons: verdict.reasons })
  return inputs.onInconclusive === 'warn'
    ? done(outputs, { message: sentence, warning: `${candidate} is neither passed nor refused. ${sentence}` })
    : rejected(outputs, { code: 'TY0302', reasons: verdict.reasons })
}
