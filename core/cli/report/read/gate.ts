import { type GateEvidence, gatePredicateShape } from '../../../records/gate-evidence.ts'
import { metrics } from '../../../stats/metrics.ts'
import type { Evidence } from '../../show/evidence.ts'

/** A gate's evidence as far as the report tells of it. */
export type Gate = GateEvidence
export type Criterion = Gate['verdict']['results'][number]
export type Slice = NonNullable<Gate['verdict']['slices']>['results'][number]
export type FairnessGroups = NonNullable<Gate['verdict']['fairness']>[number]
/** How both models behave on the rows. */
export type Shape = NonNullable<Gate['shape']>

/** Reads the predicate of a gate's evidence; undefined where its form is not known. */
export function readGate({ predicate }: Pick<Evidence, 'predicate'>): Gate | undefined {
  const read = gatePredicateShape.safeParse(predicate)
  return read.success ? read.data : undefined
}

/** What one model does, and what it is called. */
export interface OneSide<T> {
  readonly side: 'candidate' | 'champion'
  readonly name: string
  readonly of: T
}

/** The candidate and, where it is told, the champion. */
export function sidesOf<T>(
  { candidate, champion }: { readonly candidate: T; readonly champion?: T | undefined },
  gate: Pick<Gate, 'candidate' | 'champion'>,
): readonly OneSide<T>[] {
  const own = { side: 'candidate', name: gate.candidate, of: candidate } as const
  if (champion === undefined) return [own]
  return [own, { side: 'champion', name: gate.champion?.reference ?? 'champion', of: champion }]
}

const limitForm =
  / (≤|≥|not worse by ≥|better by >|non-inferior within|better than the champion by >) (\S+)(?: %| by its estimate)?$/

/** Where a criterion stops to hold, in the unit of its interval, and on which side of that it holds. */
export interface Limit {
  readonly value: number
  readonly holds: 'above' | 'below'
}

/**
 * The limit of a criterion, from how it is written: `logLoss ≤ 0.4`, `accuracy not worse by ≥ 0.005` (formerly `non-inferior
 * within`), `auc better by > 0.01`; where a share is asked, of the champion's metric. Undefined where it is about no number, or about a metric of which it is not known which way is better.
 */
export function limitOf(
  result: Pick<Criterion, 'criterion' | 'metric'> &
    Partial<Pick<Criterion, 'bound' | 'direction' | 'relative' | 'champion'>>,
): Limit | undefined {
  const { criterion, metric, bound, relative, champion = Number.NaN } = result
  const [, sign, number] = limitForm.exec(criterion) ?? []
  if (bound !== undefined) {
    if (sign === '≤') return { value: bound, holds: 'below' }
    return sign === '≥' ? { value: bound, holds: 'above' } : undefined
  }
  const value = relative === undefined ? Number(number) : relative * champion
  const known = Object.entries(metrics).find(([name]) => name === metric)?.[1].direction
  const direction = result.direction ?? known
  if (number === undefined || !Number.isFinite(value) || direction === undefined) return undefined
  const least = sign?.startsWith('better') ? value : -value
  return direction === 'higher' ? { value: least, holds: 'above' } : { value: 0 - least, holds: 'below' }
}
