import { type PromotionPredicate, type Statement, statement } from '../records/evidence.ts'
import type { ModelVersion } from '../records/model.ts'
import type { Allowed } from './decide.ts'
import type { Traffic } from './traffic.ts'

interface Promotion {
  readonly version: ModelVersion
  readonly from: number | undefined
  readonly decision: Allowed
  readonly traffic?: Traffic | undefined
}

/** What is claimed about the version's bytes when it is promoted. */
export function promotionStatement({ version, from, decision, traffic }: Promotion): Statement<PromotionPredicate> {
  const { model, version: number, files } = version
  return statement(
    'promotion',
    { name: `${model}@${number}`, digest: files.digest },
    {
      model,
      version: number,
      ...(from === undefined ? {} : { from }),
      ...(decision.kind === 'gated' ? { gate: decision.gate.id } : {}),
      ...trafficPart(traffic),
      ...forcedPart({ decision, traffic }),
    },
  )
}

function trafficPart(traffic: Traffic | undefined): Pick<PromotionPredicate, 'endpoint' | 'canary'> {
  if (traffic === undefined) return {}
  const { endpoint, access } = traffic
  const canary = access.kind === 'canary' || access.kind === 'stable' ? access.canary : undefined
  return { endpoint, ...(canary === undefined ? {} : { canary: canary.id }) }
}

function forcedPart({
  decision,
  traffic,
}: Pick<Promotion, 'decision' | 'traffic'>): Pick<PromotionPredicate, 'forced'> {
  if (decision.kind === 'forced') return { forced: { reason: decision.reason } }
  return traffic?.access.kind === 'forced' ? { forced: { reason: traffic.access.reason } } : {}
}
