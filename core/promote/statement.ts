import { type PromotionPredicate, type Statement, statement } from '../records/evidence.ts'
import type { ModelVersion } from '../records/model.ts'
import type { Allowed } from './decide.ts'

interface Promotion {
  readonly version: ModelVersion
  readonly from: number | undefined
  readonly decision: Allowed
}

/** What is claimed about the version's bytes when it is promoted. */
export function promotionStatement({ version, from, decision }: Promotion): Statement<PromotionPredicate> {
  const { model, version: number, files } = version
  return statement(
    'promotion',
    { name: `${model}@${number}`, digest: files.digest },
    {
      model,
      version: number,
      ...(from === undefined ? {} : { from }),
      ...(decision.kind === 'gated' ? { gate: decision.gate.id } : { forced: { reason: decision.reason } }),
    },
  )
}
