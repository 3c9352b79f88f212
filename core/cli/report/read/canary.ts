import { z } from 'zod'
import type { Evidence } from '../../show/evidence.ts'

const answered = z.object({ requests: z.number().nonnegative(), errors: z.number().nonnegative() })

/** What the report tells of a canary's evidence, which may be of another release of Trainyard. Counts grow from look to look. */
const canaryShape = z.object({
  candidate: z.string(),
  endpoint: z.string(),
  stable: z.object({ reference: z.string() }),
  startedAt: z.string(),
  endedAt: z.string(),
  plan: z.array(z.object({ share: z.number(), forMs: z.number() })).default([]),
  looks: z.array(z.object({ at: z.string(), share: z.number(), canary: answered, stable: answered })),
  decision: z.enum(['promote', 'rollback', 'hold']),
  verdict: z.object({
    kind: z.enum(['pass', 'fail', 'inconclusive']),
    reasons: z.array(z.string()),
    ratio: z.number().optional(),
    interval: z.object({ lower: z.number(), upper: z.number().optional(), level: z.number() }).optional(),
  }),
})

/** What one side answered. */
export type Answered = z.infer<typeof answered>

/** A canary as far as the report tells of it. */
export type Canary = z.infer<typeof canaryShape>

/** Reads the predicate of a canary's evidence; undefined where its form is not known. */
export function readCanary({ predicate }: Pick<Evidence, 'predicate'>): Canary | undefined {
  const read = canaryShape.safeParse(predicate)
  return read.success ? read.data : undefined
}

/** What both sides answered in one stretch of time, in milliseconds since the canary began. */
export interface Stretch {
  readonly fromMs: number
  readonly toMs: number
  readonly canary: Answered
  readonly stable: Answered
}

/**
 * The stretches between looks, joined so that there are `most` at most. A stretch in which a counter fell is left out: a server
 * started anew, and what it counted before is lost.
 */
export function stretchesOf(
  { looks, startedAt }: Pick<Canary, 'looks' | 'startedAt'>,
  most: number,
): readonly Stretch[] {
  const start = Date.parse(startedAt)
  const each = looks.slice(1).flatMap((look, at) => between(looks[at], look, start))
  const size = Math.max(1, Math.ceil(each.length / most))
  return Array.from({ length: Math.ceil(each.length / size) }, (_, at) =>
    each.slice(at * size, (at + 1) * size),
  ).flatMap(joined)
}

function between(
  before: Canary['looks'][number] | undefined,
  after: Canary['looks'][number],
  start: number,
): Stretch[] {
  if (before === undefined) return []
  const [canary, stable] = [grown(before.canary, after.canary), grown(before.stable, after.stable)]
  if (canary === undefined || stable === undefined) return []
  return [{ fromMs: Date.parse(before.at) - start, toMs: Date.parse(after.at) - start, canary, stable }]
}

function grown(before: Answered, after: Answered): Answered | undefined {
  const [requests, errors] = [after.requests - before.requests, after.errors - before.errors]
  return requests < 0 || errors < 0 ? undefined : { requests, errors }
}

function joined(parts: readonly Stretch[]): Stretch[] {
  const [first, last] = [parts[0], parts.at(-1)]
  if (first === undefined || last === undefined) return []
  const sum = (side: 'canary' | 'stable'): Answered => ({
    requests: parts.reduce((all, part) => all + part[side].requests, 0),
    errors: parts.reduce((all, part) => all + part[side].errors, 0),
  })
  return [{ fromMs: first.fromMs, toMs: last.toMs, canary: sum('canary'), stable: sum('stable') }]
}

/** Something that happened, in milliseconds since the canary began. */
export interface Step {
  readonly atMs: number
  readonly kind: 'share' | Canary['decision']
  /** The canary's share in per cent from then on. */
  readonly share: number
}

/** The changes of the canary's share, then the decision. The times are those of the first looks that saw them. */
export function stepsOf({ looks, startedAt, endedAt, decision }: Canary): readonly Step[] {
  const start = Date.parse(startedAt)
  const shares = looks.flatMap(({ at, share }, index): readonly Step[] =>
    looks[index - 1]?.share === share ? [] : [{ atMs: Date.parse(at) - start, kind: 'share', share }],
  )
  const last = decision === 'rollback' ? 0 : (looks.at(-1)?.share ?? 0)
  return [...shares, { atMs: Date.parse(endedAt) - start, kind: decision, share: last }]
}
