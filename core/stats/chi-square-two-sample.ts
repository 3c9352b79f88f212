import { checkCounts, checkPaired } from './check.ts'
import { chiSquareSurvival } from './chi-square.ts'
import type { TwoSamples } from './ties.ts'

/** Levels of which less is expected in either sample are pooled: the chi-square limit does not hold there. */
const FEWEST_EXPECTED = 5

/** The outcome of a chi-square test of two samples of levels. */
export interface ChiSquareTest {
  readonly statistic: number
  /** Compared levels less one; 0 where fewer than two are left. */
  readonly degreesOfFreedom: number
  readonly pValue: number
  /** How many levels were pooled into one. */
  readonly pooled: number
}

/** One level, or several pooled ones. */
interface Level {
  readonly first: number
  readonly second: number
}

/**
 * Pearson's chi-square test of H0: two independent samples have the same shares of levels. `first` and `second` count the rows
 * of every level, place by place. Levels with fewer than five expected rows in either sample are pooled into one, and that into
 * the smallest other level where it is too small itself. With fewer than two levels left, and with a sample without rows, p is 1.
 *
 * Source: K. Pearson, Philosophical Magazine 50 (1900) 157-175; W. Cochran, Biometrics 10 (1954) 417-451, for the fives.
 * @throws RangeError for unequally many levels and for counts that are none.
 */
export function chiSquareTwoSample({ first, second }: TwoSamples): ChiSquareTest {
  checkPaired(first, second)
  const levels = Array.from(first, (count, place) => levelOf(count, second[place] ?? 0, place)).filter(sizeOf)
  const all = levels.reduce(together, { first: 0, second: 0 })
  const share = Math.min(all.first, all.second) / sizeOf(all)
  const isRare = (level: Level) => sizeOf(level) * share < FEWEST_EXPECTED
  const rare = levels.filter(isRare)
  const compared = withRest(
    levels.filter((level) => !isRare(level)),
    rare.reduce(together, { first: 0, second: 0 }),
    isRare,
  )
  const degreesOfFreedom = Math.max(0, compared.length - 1)
  if (degreesOfFreedom === 0) return { statistic: 0, degreesOfFreedom, pValue: 1, pooled: rare.length }
  const statistic = compared.reduce((sum, level) => sum + deviation(level, all), 0)
  return { statistic, degreesOfFreedom, pValue: chiSquareSurvival(statistic, degreesOfFreedom), pooled: rare.length }
}

/** Adds the pooled levels: as one of their own, or to the smallest other one where they are still too few. */
function withRest(levels: readonly Level[], rest: Level, isRare: (level: Level) => boolean): readonly Level[] {
  if (sizeOf(rest) === 0) return levels
  if (!isRare(rest)) return [...levels, rest]
  const [smallest, ...others] = levels.toSorted((a, b) => sizeOf(a) - sizeOf(b))
  return smallest === undefined ? [rest] : [together(smallest, rest), ...others]
}

/** (a - expected)²/expected of both cells of a level; both differences are the same but for their sign. */
function deviation(level: Level, all: Level): number {
  const n = sizeOf(all)
  const expected = (sizeOf(level) / n) * all.first
  const difference = level.first - expected
  return difference ** 2 * (1 / expected + n / sizeOf(level) / all.second)
}

function levelOf(first: number, second: number, place: number): Level {
  checkCounts({ [`level ${place} of the first sample`]: first, [`level ${place} of the second sample`]: second })
  return { first, second }
}

function together(one: Level, other: Level): Level {
  return { first: one.first + other.first, second: one.second + other.second }
}

function sizeOf({ first, second }: Level): number {
  return first + second
}
