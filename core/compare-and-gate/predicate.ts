import { relative, sep } from 'node:path'
import type { Context } from '../main/context.ts'
import type { Subject } from '../main/subject.ts'
import { toolVersion } from '../main/version.ts'
import type { GatePredicate, Reuse } from '../records/evidence.ts'
import type { Verdict } from '../records/verdict.ts'
import { endpointBudgetOf } from './budgets/endpoint.ts'
import type { Champion } from './champion.ts'
import type { Criteria } from './criteria.ts'
import type { CustomModule } from './customs/modules.ts'
import type { definition } from './definition.ts'
import type { Told } from './disclosure/told.ts'
import type { EvaluationNumbers } from './evaluation.ts'
import type { Facts } from './facts.ts'
import { inconclusiveRule } from './inconclusive.ts'
import type { Predicted } from './predict.ts'
import { shapeOf } from './shape/shape.ts'

/** What is compared, and on which rows. */
export interface Comparison {
  readonly candidate: Subject
  readonly champion: Champion | undefined
  readonly evaluation: EvaluationNumbers
  /** What makes values for metrics of the project's own. */
  readonly modules: readonly CustomModule[]
}

/** What is found out about it. */
export interface Found extends Comparison {
  readonly predicted: Pick<Predicted, 'facts' | 'digests'>
  readonly verdict: Verdict
  /** What the verdict tells of slices and groups, and so may the rest. */
  readonly told: Told
  readonly reuse: Reuse
}

/** What the gate claims: the verdict with all that it stands on. */
export function predicateOf(context: Context<typeof definition>, found: Found): GatePredicate {
  const { inputs, project } = context
  const endpointBudget = endpointBudgetOf(context)
  const { candidate, champion, evaluation, predicted, verdict, reuse, modules } = found
  const { criteria, force, reason } = inputs
  // A candidate that passes anyway is not forced.
  const isForced = force && reason !== undefined && verdict.kind !== 'pass'
  const isLeftOpen = verdict.kind === 'inconclusive' && !isForced
  return {
    model: inputs.model,
    candidate: candidate.reference,
    ...(champion && { champion: comparedWith(champion) }),
    ...(endpointBudget && { endpointBudget }),
    verdict,
    ...(isForced && { forced: { reason } }),
    ...(isLeftOpen && { onInconclusive: inconclusiveRule(inputs.onInconclusive, criteria.value) }),
    criteria: {
      digest: criteria.digest,
      file: relative(project.folder, criteria.path).split(sep).join('/'),
      ...(modules.length > 0 && { customs: modules.map(({ name, module, digest }) => ({ name, module, digest })) }),
    },
    data: {
      digest: evaluation.digest,
      rows: evaluation.rows,
      file: evaluation.name,
      ...unitColumns(criteria.value.data, evaluation),
    },
    predictions: predicted.digests,
    shape: shapeOf(criteria.value, { ...rowsOf(evaluation, predicted), told: found.told }),
    reuse,
    tool: { name: 'trainyard', version: toolVersion },
  }
}

function unitColumns(
  { weight, cluster }: Criteria['data'],
  { units }: EvaluationNumbers,
): Pick<GatePredicate['data'], 'weight' | 'cluster'> {
  const { clusters } = units
  return {
    ...(weight !== undefined && { weight }),
    ...(cluster !== undefined && clusters && { cluster: { column: cluster, clusters: new Set(clusters).size } }),
  }
}

function comparedWith({ reference, files, endpoint }: Champion): NonNullable<GatePredicate['champion']> {
  return { reference, digest: files.digest, ...(endpoint !== undefined && { endpoint }) }
}

/** The rows as the gate has decided on them. */
function rowsOf({ labels, slices, groups, units }: EvaluationNumbers, { facts }: Found['predicted']): Facts {
  return { ...facts, ...units, labels, slices, groups }
}
