import { checkAlpha, checkCounts } from './check.ts'
import { anywhere, type Doubt, type Interval, type Range } from './interval.ts'
import { jackknifeInfluence, type RowStatistic } from './jackknife.ts'
import { moments } from './moments.ts'
import { normalCdf, normalQuantile } from './normal.ts'
import { seededRandom } from './random.ts'

/** Fewer rows than this, and resampling them tells nothing of others. */
const FEWEST_ROWS = 20
/** Fewer resamples than this leave the ends to chance. */
const FEWEST_DRAWS = 2000
/** The acceleration is a rough number: blocks of rows are enough for it. */
const MOST_BLOCKS = 500

/** A statistic of n independent rows, and how they are resampled. */
export interface Bootstrapped {
  readonly n: number
  readonly statistic: RowStatistic
  /** A whole number; equal seeds give equal answers. */
  readonly seed: number
  /** How many resamples are drawn, 2,000 or more; by default 2,000. */
  readonly draws?: number
  readonly range?: Range
}

/** What the bounds are made of. */
export interface BcaParts {
  readonly estimate: number
  /** The statistic on each resample. */
  readonly replicates: ArrayLike<number>
  /** Influence values, of rows or of blocks. */
  readonly influence: ArrayLike<number>
  readonly range?: Range
}

/** Efron's two corrections: of bias, and of a standard error that changes with the parameter. */
export interface BcaCorrections {
  readonly bias: number
  readonly acceleration: number
}

/**
 * The bias-corrected and accelerated bootstrap interval of any statistic, for one whose influence values are not known and whose
 * distribution is skewed. Rows must be independent. It costs `draws` + n (500 at most) evaluations.
 *
 * It is no gold standard: it covers 81 to 89 % instead of 95 % where an F1 rests on few positives or errors have heavy tails.
 * Where influence values are known, use them. Doubts: `too-few-rows` below 20, `undefined` where the statistic is NaN on
 * any resample, `no-variation` where all are equal, and `lopsided` where all of them lie on one side of the estimate.
 *
 * Source: B. Efron, "Better bootstrap confidence intervals", Journal of the American Statistical Association 82 (1987) 171-185.
 * @throws RangeError for an n that is no count, fewer than 2,000 draws, a seed that is none, and an alpha outside (0, 0.5).
 */
export function bcaInterval(of: Bootstrapped, alpha: number): Interval {
  const { n, statistic, seed, draws = FEWEST_DRAWS, range = anywhere } = of
  checkAlpha(alpha)
  checkCounts({ n, draws })
  if (draws < FEWEST_DRAWS) throw new RangeError(`at least ${FEWEST_DRAWS} resamples are needed, got ${draws}`)
  if (n < 2) return { estimate: Number.NaN, ...range, doubt: 'too-few-rows' }
  const { estimate, influence, doubt } = jackknifeInfluence(n, statistic, { blocks: Math.min(n, MOST_BLOCKS) })
  if (n < FEWEST_ROWS || doubt !== undefined) return { estimate, ...range, doubt: doubt ?? 'too-few-rows' }
  const random = seededRandom(seed)
  const rows = new Uint32Array(n)
  const replicates = Float64Array.from({ length: draws }, () => {
    for (let place = 0; place < n; place++) rows[place] = Math.floor(random() * n)
    return statistic(rows)
  })
  return bcaBounds({ estimate, replicates, influence, range }, alpha)
}

/**
 * The interval from the replicates at hand; see `bcaInterval`. Its bounds are replicates, those of the corrected ranks; where a
 * rank lies beyond all of them, the bound is the range's.
 * @throws RangeError for an alpha outside (0, 0.5) and for influence values that are NaN or infinite.
 */
export function bcaBounds(parts: BcaParts, alpha: number): Interval {
  const { estimate, range = anywhere } = parts
  checkAlpha(alpha)
  const sorted = Float64Array.from(parts.replicates).sort()
  const corrections = bcaCorrections(parts)
  const [low, high] = [correctedLevel(alpha, corrections), correctedLevel(1 - alpha, corrections)]
  const doubt = doubtOf(sorted, corrections, high)
  if (doubt !== undefined) return { estimate, ...range, doubt }
  const lower = sorted[Math.floor((sorted.length + 1) * low) - 1] ?? range.lower
  const upper = sorted[Math.ceil((sorted.length + 1) * high) - 1] ?? range.upper
  return { estimate, lower, upper, doubt }
}

/**
 * z0 = Φ⁻¹(share of replicates below the estimate, equal ones counting half), and a = Σψ³ / (6 (Σψ²)^1.5) of the centred influence
 * values.
 * @throws RangeError for influence values that are NaN or infinite.
 */
export function bcaCorrections({ estimate, replicates, influence }: BcaParts): BcaCorrections {
  let halves = 0
  for (let draw = 0; draw < replicates.length; draw++) {
    const replicate = replicates[draw] ?? Number.NaN
    halves += replicate < estimate ? 2 : replicate === estimate ? 1 : 0
  }
  const { mean } = moments(influence)
  let [squares, cubes] = [0, 0]
  for (let place = 0; place < influence.length; place++) {
    const centred = (influence[place] ?? Number.NaN) - mean
    squares += centred ** 2
    cubes += centred ** 3
  }
  return {
    bias: normalQuantile(halves / 2 / replicates.length),
    acceleration: squares > 0 ? cubes / (6 * squares ** 1.5) : 0,
  }
}

/** Which quantile of the replicates is the bound; NaN where the correction turns the other way round. */
function correctedLevel(level: number, { bias, acceleration }: BcaCorrections): number {
  const z = bias + normalQuantile(level)
  const stretch = 1 - acceleration * z
  return stretch > 0 ? normalCdf(bias + z / stretch) : Number.NaN
}

function doubtOf(sorted: Float64Array, { bias }: BcaCorrections, high: number): Doubt | undefined {
  // NaN is sorted to the end.
  const [first = Number.NaN, last = Number.NaN] = [sorted[0], sorted.at(-1)]
  if (Number.isNaN(last)) return 'undefined'
  if (first === last) return 'no-variation'
  return Number.isFinite(bias) && !Number.isNaN(high) ? undefined : 'lopsided'
}
