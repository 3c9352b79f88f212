import { z } from 'zod'
import { metrics } from '../../../stats/metrics.ts'
import type { Evidence } from '../../show/evidence.ts'

const intervalShape = z.object({ low: z.number(), high: z.number(), level: z.number() })

const sliceShape = z.object({
  slice: z.string(),
  metric: z.string(),
  kind: z.enum(['harmed', 'no harm shown', 'proven', 'inconclusive']),
  isRequired: z.boolean(),
  n: z.number(),
  needed: z.number().optional(),
  candidate: z.number().optional(),
  champion: z.number().optional(),
  difference: z.number().optional(),
  interval: intervalShape.optional(),
  pValue: z.number().optional(),
})

/** What the report tells of a gate's evidence. Evidence may be of another release of Trainyard, so its form is looked at. */
const gateShape = z.object({
  model: z.string(),
  candidate: z.string(),
  champion: z.object({ reference: z.string() }).optional(),
  verdict: z.object({
    kind: z.enum(['pass', 'fail', 'inconclusive']),
    isUncompared: z.boolean().default(false),
    reasons: z.array(z.string()),
    needed: z.number().optional(),
    results: z.array(
      z.object({
        criterion: z.string(),
        metric: z.string(),
        kind: z.enum(['pass', 'fail', 'inconclusive']),
        isRequired: z.boolean(),
        candidate: z.number().optional(),
        champion: z.number().optional(),
        difference: z.number().optional(),
        interval: intervalShape.optional(),
        margin: z.number().optional(),
        bound: z.number().optional(),
        n: z.number(),
        needed: z.number().optional(),
        sentence: z.string(),
      }),
    ),
    slices: z.object({ results: z.array(sliceShape), hidden: z.number() }).optional(),
  }),
  criteria: z.object({ file: z.string() }).optional(),
  data: z.object({ file: z.string(), rows: z.number() }).optional(),
  reuse: z.object({ judged: z.number(), sentence: z.string() }).optional(),
})

/** A gate's evidence as far as the report tells of it. */
export type Gate = z.infer<typeof gateShape>
export type Criterion = Gate['verdict']['results'][number]
export type Slice = z.infer<typeof sliceShape>

/** Reads the predicate of a gate's evidence; undefined where its form is not known. */
export function readGate({ predicate }: Pick<Evidence, 'predicate'>): Gate | undefined {
  const read = gateShape.safeParse(predicate)
  return read.success ? read.data : undefined
}

/** Where a criterion stops to hold, in the unit of its interval, and on which side of that it holds. */
export interface Limit {
  readonly value: number
  readonly holds: 'above' | 'below'
}

/**
 * The limit of a criterion, from how it is written: `logLoss ≤ 0.4`, `accuracy non-inferior within 0.005`, `auc better than the
 * champion by > 0.01`. Undefined where it is about no number, or about a metric of which it is not known which way is better.
 */
export function limitOf(result: Pick<Criterion, 'criterion' | 'metric' | 'bound'>): Limit | undefined {
  const { criterion, metric, bound } = result
  const [, sign, number] = / (≤|≥|non-inferior within|better than the champion by >) (\S+)$/.exec(criterion) ?? []
  if (bound !== undefined) {
    if (sign === '≤') return { value: bound, holds: 'below' }
    return sign === '≥' ? { value: bound, holds: 'above' } : undefined
  }
  const value = Number(number)
  const direction = Object.entries(metrics).find(([name]) => name === metric)?.[1].direction
  if (number === undefined || !Number.isFinite(value) || direction === undefined) return undefined
  const least = sign === 'non-inferior within' ? -value : value
  return direction === 'higher' ? { value: least, holds: 'above' } : { value: 0 - least, holds: 'below' }
}
