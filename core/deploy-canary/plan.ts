import { no, ok, type Parsed } from '../step/kind.ts'
import { durationKind } from '../step/kinds/numbers.ts'

/** One step of a plan: the canary's share of the requests in per cent, and for how long it has it at least. */
export interface PlanStep {
  readonly share: number
  readonly forMs: number
}

/** The shares of a canary in their order: each is larger than the one before, and the last is below 100. */
export type Plan = readonly [PlanStep, ...PlanStep[]]

const stepPattern = /^(\d{1,3}(?:\.\d{1,3})?)\s*%\s*:\s*(\S+)$/

/** Reads a plan, `5%:2m`, `25%:5m`, `50%:10m`. */
export function parsePlan(items: readonly string[]): Parsed<Plan> {
  const steps: PlanStep[] = []
  for (const item of items) {
    const step = parseStep(item)
    if (step === undefined) return no(`has "${item}", which is not a share with a time, such as 5%:2m`)
    if (!(step.share > 0 && step.share < 100))
      return no(
        `has the share ${step.share} %; a canary has more than 0 % and less than 100 %, which only promote gives`,
      )
    const before = steps.at(-1)
    if (before !== undefined && before.share >= step.share)
      return no(`goes from ${before.share} % to ${step.share} %; shares have to grow`)
    steps.push(step)
  }
  const [first, ...rest] = steps
  return first === undefined ? no('has no step') : ok([first, ...rest])
}

/** How long a plan takes at least. */
export function planMs(plan: Plan): number {
  return plan.reduce((sum, { forMs }) => sum + forMs, 0)
}

/** A plan as a user writes it. */
export function planText(plan: readonly PlanStep[]): string {
  return plan.map(({ share, forMs }) => `${share}%:${timeText(forMs)}`).join(', ')
}

/** A time in the largest units that are exact: `1h30m`, `250ms`. */
export function timeText(ms: number): string {
  let rest = ms
  const parts = units.flatMap(([unit, size]) => {
    const amount = Math.floor(rest / size)
    rest -= amount * size
    return amount === 0 ? [] : [`${amount}${unit}`]
  })
  return parts.length === 0 ? '0ms' : parts.join('')
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const

function parseStep(item: string): PlanStep | undefined {
  const [, share, time] = stepPattern.exec(item) ?? []
  if (share === undefined || time === undefined) return undefined
  const parsed = durationKind.parse(time, { folder: '' })
  if (parsed instanceof Promise || !parsed.ok) return undefined
  return { share: Number(share), forMs: parsed.value }
}
