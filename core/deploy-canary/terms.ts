import { InputError } from '../errors/errors.ts'
import type { Fault } from '../errors/fault.ts'
import type { CanaryCriteria } from '../records/canary.ts'
import { checkErrorPolicy, defaultErrorPolicy, type ErrorPolicy } from '../stats/canary/policy.ts'
import { durationKind } from '../step/kinds/numbers.ts'
import { parsePlan, type Plan, planMs, timeText } from './plan.ts'

/** What is fixed before a canary gets its first request, so that nobody bends it to what they see. */
export interface Terms {
  readonly plan: Plan
  readonly policy: ErrorPolicy
}

/** What the terms are made of. */
export interface TermsParts {
  readonly plan: readonly string[]
  readonly minBakeMs: number
  readonly deadlineMs: number
  readonly criteria: CanaryCriteria | undefined
}

/**
 * Makes the terms of a canary.
 *
 * @param spell how users of this host write an input's name
 * @throws InputError for a plan that is none, for times that cannot all be kept, and for criteria that contradict each other.
 */
export function termsOf(parts: TermsParts, spell: (name: string) => string): Terms {
  const refused = (name: string, value: string, problem: string): InputError => {
    const fault: Fault = { subject: spell(name), source: { kind: 'input' }, value, problem, example: '5%:2m, 25%:5m' }
    return new InputError({ faults: [fault] })
  }
  const { minBakeMs, deadlineMs } = parts
  const parsed = parsePlan(parts.plan)
  if (!parsed.ok) throw refused('plan', parts.plan.join(', '), 'problem' in parsed ? parsed.problem : 'is no plan')
  const plan = parsed.value
  const longest = Math.max(planMs(plan), minBakeMs)
  if (longest > deadlineMs) {
    const problem = `comes before the plan and the shortest bake are through, which takes ${timeText(longest)}`
    throw refused('deadline', timeText(deadlineMs), problem)
  }
  return { plan, policy: policyOf(parts, refused) }
}

type Refuse = (name: string, value: string, problem: string) => InputError

/** How the two error probabilities are shared out among the rules. */
const parts = { fast: 0.1, anytime: 0.4, rollbackAtDeadline: 0.5, promote: 0.5, promoteAtDeadline: 0.5 }

function policyOf({ minBakeMs, deadlineMs, criteria = {} }: TermsParts, refused: Refuse): ErrorPolicy {
  const { fast, anytime, promote, deadline, warmUpMs, windowMs, dispersion } = defaultErrorPolicy
  const { alpha = {}, errors = {} } = criteria
  const rollback = alpha.rollback ?? 0.01
  const promotion = alpha.promote ?? 0.05
  const absolute = errors.absolute ?? promote.absolute
  const policy: ErrorPolicy = {
    fast: { ratio: errors.fast ?? fast.ratio, alpha: rollback * parts.fast },
    anytime: { tolerance: errors.tolerance ?? anytime.tolerance, alpha: rollback * parts.anytime },
    promote: {
      ratio: errors.margin ?? promote.ratio,
      alpha: promotion * parts.promote,
      ...(absolute === undefined ? {} : { absolute }),
    },
    deadline: {
      afterMs: deadlineMs,
      extendMs: deadline.extendMs,
      rollbackAlpha: rollback * parts.rollbackAtDeadline,
      promoteAlpha: promotion * parts.promoteAtDeadline,
    },
    minBakeMs,
    warmUpMs: msOf(criteria.warmUp) ?? warmUpMs,
    windowMs: msOf(criteria.window) ?? windowMs,
    dispersion: errors.dispersion ?? dispersion,
    sampleRatioAlpha: defaultErrorPolicy.sampleRatioAlpha,
  }
  try {
    checkErrorPolicy(policy)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw refused('criteria', 'canary', `contradicts itself: ${error.message}`)
  }
  return policy
}

/** The shape of a criteria file has checked the form. */
function msOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const parsed = durationKind.parse(text, { folder: '' })
  return parsed instanceof Promise || !parsed.ok ? undefined : parsed.value
}
