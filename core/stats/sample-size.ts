import { checkAlpha, checkMargin } from './check.ts'
import { normalQuantile } from './normal.ts'

/** Error probabilities of a planned one-sided comparison. */
export interface Plan {
  /** One-sided probability of passing a model that is worse by the margin, in (0, 0.5). */
  readonly alpha: number
  /** Probability of passing a model with the assumed difference, in [0.5, 1); usually 0.8. */
  readonly power: number
}

/** What a comparison has shown so far. */
export interface Pilot {
  readonly n: number
  readonly standardError: number
}

/** What is to be proven: a difference above -margin, when the true difference (higher is better) is `difference`. */
export interface Aim {
  readonly margin: number
  /**
   * Assume 0 for non-inferiority. Never put a pilot's estimate here to shrink n: what looks good by luck would then need
   * less proof.
   */
  readonly difference: number
}

/**
 * Rows needed for any metric whose standard error shrinks with √n: n·((z(1-alpha) + z(power))·se / (margin + difference))².
 * Infinity where the aim cannot be reached by more rows (margin + difference is 0 or less).
 * @throws RangeError for an impossible plan, a negative margin, or a standard error that is not positive.
 */
export function neededRows(pilot: Pilot, aim: Aim, plan: Plan): number {
  const { n, standardError } = pilot
  if (!(standardError > 0)) throw new RangeError(`the standard error must be positive, got ${standardError}`)
  const gap = gapOf(aim)
  return gap > 0 ? Math.ceil(n * ((plannedZ(plan) * standardError) / gap) ** 2) : Infinity
}

/**
 * Rows needed to prove paired accuracy within the margin: (z(1-alpha) + z(power))²·(discordance - difference²) /
 * (margin + difference)², but never fewer than Tango's interval needs without any discordant row, z²(1 - gap)/gap.
 * `discordance` is the share of rows on which exactly one model is right.
 * @throws RangeError for an impossible plan, a negative margin, or a discordance outside [0, 1].
 */
export function neededRowsForAccuracy(discordance: number, aim: Aim, plan: Plan): number {
  if (!(discordance >= 0 && discordance <= 1)) throw new RangeError(`discordance is a share, got ${discordance}`)
  const gap = gapOf(aim)
  if (!(gap > 0)) return Infinity
  const formula = (plannedZ(plan) ** 2 * Math.max(0, discordance - aim.difference ** 2)) / gap ** 2
  const least = (normalQuantile(plan.alpha) ** 2 * (1 - gap)) / gap
  return Math.ceil(Math.max(formula, least, 1))
}

/** What is to be proven of one share: that it lies beyond `bound`, when in truth it is `truth`. */
export interface ShareAim {
  readonly bound: number
  readonly truth: number
}

/**
 * Rows needed to prove a share beyond a bound by a score test, such as Wilson's interval: ((z(1-alpha)·√(b(1-b)) +
 * z(power)·√(t(1-t))) / (t - b))², b being the bound and t the truth (J. Fleiss, Statistical Methods for Rates and
 * Proportions, 1981, 2.2).
 * @throws RangeError for an impossible plan, shares outside [0, 1], and a truth that is the bound.
 */
export function neededRowsForShare({ bound, truth }: ShareAim, { alpha, power }: Plan): number {
  plannedZ({ alpha, power })
  for (const share of [bound, truth])
    if (!(share >= 0 && share <= 1)) throw new RangeError(`a share lies between 0 and 1, got ${share}`)
  if (bound === truth) throw new RangeError(`no number of rows tells ${truth} from ${bound}`)
  const spread =
    -normalQuantile(alpha) * Math.sqrt(bound * (1 - bound)) + normalQuantile(power) * Math.sqrt(truth * (1 - truth))
  return Math.ceil(Math.max(1, (spread / (truth - bound)) ** 2))
}

/**
 * Rows needed for McNemar's test to find that one model is right more often, with the planned power: Connor's formula,
 * (z(1-alpha)·√discordance + z(power)·√(discordance - difference²))² / difference². For a two-sided test halve alpha.
 * `discordance` is the share of rows on which exactly one model is right, `difference` the true difference of accuracies.
 *
 * Source: R. Connor, Biometrics 43 (1987) 207-211.
 * @throws RangeError for an impossible plan, a discordance outside (0, 1], and a difference outside (0, discordance].
 */
export function neededRowsForMcNemar(discordance: number, difference: number, { alpha, power }: Plan): number {
  checkPlan({ alpha, power })
  if (!(discordance > 0 && discordance <= 1)) throw new RangeError(`discordance is a share, got ${discordance}`)
  if (!(difference > 0 && difference <= discordance)) {
    throw new RangeError(`the difference must lie between 0 and the discordance, got ${difference}`)
  }
  const under = -normalQuantile(alpha) * Math.sqrt(discordance)
  const beyond = normalQuantile(power) * Math.sqrt(discordance - difference ** 2)
  return Math.ceil(((under + beyond) / difference) ** 2)
}

/**
 * The smallest true difference (higher is better) that the comparison passes with the planned power at the standard error
 * reached: (z(1-alpha) + z(power))·se - margin. Negative where even a slightly worse model would pass.
 * @throws RangeError for an impossible plan or a negative margin.
 */
export function minimumDetectableEffect(standardError: number, margin: number, plan: Plan): number {
  checkMargin(margin)
  return plannedZ(plan) * standardError - margin
}

function gapOf({ margin, difference }: Aim): number {
  checkMargin(margin)
  if (!Number.isFinite(difference)) throw new RangeError(`the assumed difference must be finite, got ${difference}`)
  return margin + difference
}

function plannedZ({ alpha, power }: Plan): number {
  checkPlan({ alpha, power })
  return normalQuantile(power) - normalQuantile(alpha)
}

function checkPlan({ alpha, power }: Plan): void {
  checkAlpha(alpha)
  if (!(power >= 0.5 && power < 1)) throw new RangeError(`power must lie between 0.5 and 1, got ${power}`)
}
