import { betaUpperQuantile } from './beta-distribution.ts'
import type { Direction, Interval, TInterval } from './interval.ts'
import { orientedDifferences, type PairedRows, pairedTInterval } from './paired-t.ts'

/**
 * The interval of the mean difference of two models in a quantity that lies between 0 and 1 on each row, oriented so that
 * higher is better: `pairedTInterval` where at least ten rows differ.
 *
 * Where fewer differ, no difference being larger than 1, the mean cannot be below minus the share of rows on which the
 * candidate is worse, nor above the share on which it is better: the bounds are those of Clopper and Pearson (Biometrika 26
 * (1934) 404-413) on these shares. So two models that are equal on 300 rows differ by less than .01.
 * @throws RangeError as `pairedTInterval`.
 */
export function pairedShareInterval(rows: PairedRows, direction: Direction, alpha: number): Interval | TInterval {
  const bare = pairedTInterval(rows, direction, alpha)
  if (bare.doubt !== 'too-few-differ' && bare.doubt !== 'no-variation') return bare
  const by = orientedDifferences(rows, direction)
  const most = (isCounted: (value: number) => boolean) => {
    const count = by.filter(isCounted).length
    return count === by.length ? 1 : betaUpperQuantile(alpha, { a: count + 1, b: by.length - count })
  }
  const [lower, upper] = [-most((value) => value < 0), most((value) => value > 0)]
  return { estimate: bare.estimate, lower, upper, doubt: undefined }
}
