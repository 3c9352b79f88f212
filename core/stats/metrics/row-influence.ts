import { unitsInfluenceInterval } from '../cluster.ts'
import { differences } from '../differences.ts'
import { influenceInterval, NOISE } from '../influence.ts'
import { type Direction, type Doubt, type Range, type TInterval, tInterval } from '../interval.ts'
import { type Curvature, STRAIGHT } from '../second-order.ts'
import { hasUnits, type Units } from '../units.ts'

/** A metric's value with the influence of each row on it. */
export interface RowInfluence {
  /** NaN where the metric is undefined on these rows. */
  readonly estimate: number
  /** How far each row moves the estimate, times n, its weight included; zeros where it is undefined. */
  readonly influence: Float64Array
  /**
   * Rows of the rarest class that it stands on, or what those are worth by weights and clusters (see `effectiveByGroup`);
   * undefined where it is about no classes.
   */
  readonly fewest?: number | undefined
  /** What the rows count for, and which of them depend on each other. */
  readonly units?: Units | undefined
  /** What the estimate is small against, where it is a difference: the larger of both. */
  readonly scale?: number | undefined
  /** How the estimate bends, where that is known. */
  readonly curvature?: Curvature | undefined
  /** Why the influence values say nothing. */
  readonly doubt?: Doubt | undefined
}

/** Fewer rows of a class than this, and neither the delta method nor DeLong's variance is to be trusted: coverage falls to 86 %. */
export const FEWEST_OF_A_CLASS = 10

/** What sums of weights may be short of a whole number. */
const ROUNDING = 1e-6

/** What a metric is where it is undefined: not 0, but a doubt. */
export function undefinedOn(n: number): RowInfluence {
  return { estimate: Number.NaN, influence: new Float64Array(n), doubt: n === 0 ? 'too-few-rows' : 'undefined' }
}

/** The units of rows, where they have any. */
export function unitsOf({ weights, clusters }: Units): { readonly units?: Units } {
  return hasUnits({ weights, clusters }) ? { units: { weights, clusters } } : {}
}

/**
 * The t interval of one model's metric by its influence values (the delta method), inside `range`. Its degrees of freedom
 * are those of the rarest class that it stands on; fewer than ten rows of that are a doubt.
 * Rows with weights or clusters: by `clusterInfluenceInterval`, a row being a cluster of its own where there are none.
 * @throws RangeError for an alpha outside (0, 0.5).
 */
export function rowInfluenceInterval(of: RowInfluence, range: Range, alpha: number): TInterval {
  const { estimate, fewest = Infinity, units } = of
  const isDefined = of.doubt === undefined
  if (units !== undefined && isDefined) return ofUnits({ ...of, units }, range, alpha)
  const bare = isDefined ? influenceInterval({ ...of, range, curvature: of.curvature ?? STRAIGHT }, alpha) : undefined
  const doubt = of.doubt ?? bare?.doubt ?? (fewest < FEWEST_OF_A_CLASS ? 'too-few-of-a-class' : undefined)
  const unknown = { estimate, standardError: Number.NaN, degreesOfFreedom: 0 }
  return tInterval({ ...unknown, ...bare, alpha, range, doubt })
}

function ofUnits(of: RowInfluence & { readonly units: Units }, range: Range, alpha: number): TInterval {
  const { units, influence, estimate, curvature = STRAIGHT, fewest = Infinity, scale = 0 } = of
  const interval = unitsInfluenceInterval({ estimate, influence, units, range, curvature, fewest }, alpha)
  const isNoise = interval.standardError * Math.sqrt(influence.length) <= NOISE * scale
  const isRare = fewest < FEWEST_OF_A_CLASS - ROUNDING
  return tInterval({
    ...interval,
    degreesOfFreedom: Math.max(0, Math.min(interval.degreesOfFreedom, fewest - 1)),
    alpha,
    range,
    doubt: interval.doubt ?? (isNoise ? 'no-variation' : isRare ? 'too-few-of-a-class' : undefined),
  })
}

/** The influence values of two models on the same rows. */
export interface PairedInfluence {
  readonly candidate: RowInfluence
  readonly champion: RowInfluence
}

/**
 * The paired t interval of the difference of two models' metrics, oriented so that higher is better, by the row-wise
 * difference of their influence values. A doubt about either is a doubt about the difference.
 * @throws RangeError for unequally many rows and for an alpha outside (0, 0.5).
 */
export function pairedRowInfluenceInterval(pair: PairedInfluence, direction: Direction, alpha: number): TInterval {
  return rowInfluenceInterval(pairedInfluence(pair, direction), { lower: -Infinity, upper: Infinity }, alpha)
}

/**
 * The t interval of candidate - ratio · champion, oriented so that above 0 is better, by influence values: what decides whether
 * the candidate is better than the champion by a share of it, with all that the champion's own value varies (Fieller, Journal of
 * the Royal Statistical Society B 16 (1954) 175-185, by linearisation).
 * @throws RangeError as `pairedRowInfluenceInterval`.
 */
export function scaledRowInfluenceInterval(
  { candidate, champion, ratio }: PairedInfluence & { readonly ratio: number },
  direction: Direction,
  alpha: number,
): TInterval {
  const scaled = {
    ...champion,
    estimate: ratio * champion.estimate,
    influence: champion.influence.map((value) => ratio * value),
    curvature: champion.curvature && times(champion.curvature, ratio),
  }
  return pairedRowInfluenceInterval({ candidate, champion: scaled }, direction, alpha)
}

/**
 * The difference of two models' metrics, oriented so that higher is better, with its influence values.
 * @throws RangeError for unequally many rows.
 */
function pairedInfluence({ candidate, champion }: PairedInfluence, direction: Direction): RowInfluence {
  const [better, worse] = direction === 'higher' ? [candidate, champion] : [champion, candidate]
  return {
    estimate: better.estimate - worse.estimate,
    influence: differences(better.influence, worse.influence),
    curvature: better.curvature && worse.curvature && curvatureBetween(better.curvature, worse.curvature),
    fewest: Math.min(candidate.fewest ?? Infinity, champion.fewest ?? Infinity),
    units: candidate.units,
    scale: Math.max(Math.abs(candidate.estimate), Math.abs(champion.estimate)),
    doubt: candidate.doubt ?? champion.doubt,
  }
}

function curvatureBetween(better: Curvature, worse: Curvature): Curvature {
  const along = (direction: Float64Array) => better.along(direction) - worse.along(direction)
  return { bias: better.bias - worse.bias, along, isArea: better.isArea === true }
}

function times({ bias, along, ...rest }: Curvature, ratio: number): Curvature {
  return { ...rest, bias: ratio * bias, along: (direction) => ratio * along(direction) }
}
