import type { Context, Ending } from '../main/context.ts'
import type { Digest } from '../records/digest.ts'
import type { GatePredicate } from '../records/evidence.ts'
import type { definition } from './definition.ts'

type Gate = Context<typeof definition>

/** What the ends of a gate are made with. */
interface Ends extends Pick<Gate, 'done' | 'rejected'> {
  readonly inputs: Pick<Gate['inputs'], 'onFail'>
}

/** What is claimed, with the digest of the claim. */
interface Claim {
  readonly predicate: Pick<GatePredicate, 'verdict' | 'candidate' | 'champion' | 'forced' | 'onInconclusive'>
  readonly evidence: Digest
}

/** What a verdict does to the step: a pass ends it well, and so does force; a fail and an inconclusive verdict do what inputs and criteria say. */
export function ending({ inputs, done, rejected }: Ends, { predicate, evidence }: Claim): Ending {
  const { verdict, candidate, champion, forced, onInconclusive } = predicate
  const outputs = {
    verdict: verdict.kind,
    needed: verdict.needed,
    candidate,
    champion: champion?.reference,
    results: JSON.stringify(verdict.results),
    evidence,
  }
  const [sentence = verdict.kind] = verdict.reasons
  if (verdict.kind === 'pass') {
    const message = `${candidate} passes. ${sentence}`
    return done(outputs, { message, warning: verdict.isUncompared ? message : undefined })
  }
  const reasons = [`${candidate}: ${sentence}`, ...verdict.reasons.slice(1)]
  if (forced !== undefined) {
    const message = `${candidate} is let through by force (${forced.reason}). ${sentence}`
    return done({ ...outputs, forced: true }, { message, warning: message })
  }
  const isFail = verdict.kind === 'fail'
  if ((isFail ? inputs.onFail : onInconclusive?.does) !== 'warn')
    return rejected(outputs, { code: isFail ? 'TY0301' : 'TY0302', reasons })
  const message = `${candidate} is ${isFail ? 'refused' : 'neither passed nor refused'}. ${sentence}`
  return done(outputs, { message, warning: message })
}
