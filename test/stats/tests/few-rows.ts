// Few rows, skewed differences: does the sign-flip interval hold its level better than Student's t? For docs/statistics.md.
import { type Interval, tInterval } from '../../../core/stats/interval.ts'
import { normalDensity } from '../../../core/stats/normal.ts'
import { meanInterval } from '../../../core/stats/paired-t.ts'
import { normalDraw, type Random } from '../../../core/stats/random.ts'
import { signFlipInterval } from '../../../core/stats/sign-flip.ts'
import { ALPHA, type Coverage } from './measure.ts'

/** Differences of the losses of two models, champion less candidate: higher is better. */
interface Differences {
  readonly name: string
  readonly draw: (random: Random) => number
  readonly mean: number
}

function logLoss(logit: number, isOne: boolean): number {
  return Math.log1p(Math.exp(isOne ? -logit : logit))
}

/** Both see the same noisy logit; the candidate says it twice as surely. */
function overconfident(random: Random): number {
  const logit = 1.5 * normalDraw(random)
  const isOne = random() < 1 / (1 + Math.exp(-logit))
  return logLoss(logit, isOne) - logLoss(2 * logit, isOne)
}

/** Both as good as the other, each with noise of its own. */
function asGood(random: Random): number {
  const logit = 1.5 * normalDraw(random)
  const isOne = random() < 1 / (1 + Math.exp(-logit))
  return logLoss(logit + 0.7 * normalDraw(random), isOne) - logLoss(logit + 0.7 * normalDraw(random), isOne)
}

/** The mean of `overconfident`, by summing over the logit. */
function meanOfOverconfident(): number {
  let sum = 0
  for (let z = -9; z <= 9; z += 0.001) {
    const logit = 1.5 * z
    const p = 1 / (1 + Math.exp(-logit))
    const difference = (isOne: boolean) => logLoss(logit, isOne) - logLoss(2 * logit, isOne)
    sum += 0.001 * normalDensity(z) * (p * difference(true) + (1 - p) * difference(false))
  }
  return sum
}

function differences(): readonly Differences[] {
  return [
    { name: 'normal', draw: normalDraw, mean: 0 },
    { name: 'log loss, two equal models', draw: asGood, mean: 0 },
    { name: 'log loss, overconfident candidate', draw: overconfident, mean: meanOfOverconfident() },
    { name: 'exponential losses', draw: (random) => Math.log(1 - random()), mean: -1 },
    { name: 'lognormal losses', draw: (random) => -Math.exp(normalDraw(random)), mean: -Math.exp(0.5) },
    {
      name: 'one row in ten is very wrong',
      draw: (random) => 0.1 * normalDraw(random) - (random() < 0.1 ? 3 : 0),
      mean: -0.3,
    },
  ]
}

type Method = 'student' | 'unskewed' | 'signFlips'

const intervals: Readonly<Record<Method, (rows: Float64Array, random: Random) => Interval>> = {
  student: (rows) => tInterval({ ...meanInterval(rows, ALPHA), alpha: ALPHA, skew: 0 }),
  unskewed: (rows) => meanInterval(rows, ALPHA),
  signFlips: (rows, random) => signFlipInterval(rows, ALPHA, { seed: Math.floor(random() * 2 ** 32), draws: 999 }),
}

/** One kind of differences and one number of rows, by each method. */
export type FewRows = Readonly<Record<Method, Coverage>> & { readonly rows: string }

/** Each kind of differences at each number of rows: up to 15, or above 20, so that signs need not all be tried. */
export function fewRows(sizes: readonly number[]): readonly FewRows[] {
  return differences().flatMap(({ name, draw, mean }) =>
    sizes.map((n) => {
      const rows = `${n} rows, ${name}`
      const by = (method: Method, cost: number): Coverage => ({
        method,
        rows,
        truth: mean,
        cost,
        interval: (random) =>
          intervals[method](
            Float64Array.from({ length: n }, () => draw(random)),
            random,
          ),
      })
      return { rows, student: by('student', 1), unskewed: by('unskewed', 1), signFlips: by('signFlips', 2) }
    }),
  )
}
