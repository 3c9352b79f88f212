// What the tables of docs/statistics.md are measured on.
import { bcaInterval } from '../../../core/stats/bca.ts'
import { chiSquareTwoSample } from '../../../core/stats/chi-square-two-sample.ts'
import { clopperPearsonInterval } from '../../../core/stats/clopper-pearson.ts'
import { clusterInfluenceInterval } from '../../../core/stats/cluster.ts'
import { influenceInterval } from '../../../core/stats/influence.ts'
import { jackknifeInfluence } from '../../../core/stats/jackknife.ts'
import { kolmogorovSmirnovTest } from '../../../core/stats/kolmogorov-smirnov.ts'
import { mannWhitneyTest } from '../../../core/stats/mann-whitney.ts'
import { miettinenNurminenInterval } from '../../../core/stats/miettinen-nurminen.ts'
import { moments } from '../../../core/stats/moments.ts'
import { newcombeInterval } from '../../../core/stats/newcombe.ts'
import { quantileInterval } from '../../../core/stats/quantile-interval.ts'
import { normalDraw, type Random } from '../../../core/stats/random.ts'
import { signFlipTest } from '../../../core/stats/sign-flip.ts'
import { signedRankTest } from '../../../core/stats/signed-rank.ts'
import { welchInterval, welchTest } from '../../../core/stats/welch.ts'
import { wilsonInterval } from '../../../core/stats/wilson.ts'
import { ALPHA, type Coverage, type Level } from './measure.ts'

type Draw = (random: Random) => number

const exponential: Draw = (random) => -Math.log(1 - random()) - 1
const lognormal: Draw = (random) => Math.exp(normalDraw(random))
const level: Draw = (random) => Math.floor(6 * random() ** 2)

function sample(n: number, draw: Draw, random: Random): Float64Array {
  return Float64Array.from({ length: n }, () => draw(random))
}

function successes(n: number, p: number, random: Random): { readonly successes: number; readonly n: number } {
  let count = 0
  for (let row = 0; row < n; row++) if (random() < p) count++
  return { successes: count, n }
}

function oneProportion(n: number, p: number): readonly Coverage[] {
  const rows = `${n} rows, p ${p}`
  return [
    { method: 'wilsonInterval', rows, truth: p, interval: (random) => wilsonInterval(successes(n, p, random), ALPHA) },
    {
      method: 'clopperPearsonInterval',
      rows,
      truth: p,
      interval: (random) => clopperPearsonInterval(successes(n, p, random), ALPHA),
    },
  ]
}

function twoProportions([n, p]: readonly [number, number], [m, q]: readonly [number, number]): readonly Coverage[] {
  const rows = `${n} rows, p ${p}, and ${m} rows, p ${q}`
  const drawn = (random: Random) => ({ candidate: successes(n, p, random), champion: successes(m, q, random) })
  return [
    { method: 'newcombeInterval', rows, truth: p - q, interval: (random) => newcombeInterval(drawn(random), ALPHA) },
    {
      method: 'miettinenNurminenInterval',
      rows,
      truth: p - q,
      cost: 2,
      interval: (random) => miettinenNurminenInterval(drawn(random), ALPHA),
    },
  ]
}

function clustered(name: string, sizes: readonly number[], draw: Draw): Coverage {
  const clusters = Int32Array.from(sizes.flatMap((size, cluster) => Array.from({ length: size }, () => cluster)))
  const interval = (random: Random) => {
    const shared = sample(sizes.length, draw, random)
    const influence = Float64Array.from(
      clusters,
      (cluster) => Math.sqrt(0.3) * (shared[cluster] ?? 0) + Math.sqrt(0.7) * draw(random),
    )
    return clusterInfluenceInterval({ estimate: moments(influence).mean, influence, clusters }, ALPHA)
  }
  return { method: 'clusterInfluenceInterval', rows: name, truth: 0, interval, cost: 2 }
}

function meanOf(values: ArrayLike<number>) {
  return (rows: Uint32Array) => {
    let sum = 0
    for (let place = 0; place < rows.length; place++) sum += values[rows[place] ?? 0] ?? Number.NaN
    return sum / rows.length
  }
}

function rootMeanSquares(n: number): readonly Coverage[] {
  const statistic = (random: Random) => {
    const mean = meanOf(sample(n, normalDraw, random).map((error) => error * error))
    return (rows: Uint32Array) => Math.sqrt(mean(rows))
  }
  const seed = (random: Random) => Math.floor(random() * 2 ** 32)
  return [
    {
      method: 'influenceInterval of jackknifeInfluence',
      rows: `RMSE, ${n} normal errors`,
      truth: 1,
      cost: 4,
      interval: (random) => influenceInterval(jackknifeInfluence(n, statistic(random)), ALPHA),
    },
    {
      method: 'bcaInterval',
      rows: `RMSE, ${n} normal errors`,
      truth: 1,
      cost: 10,
      interval: (random) => bcaInterval({ n, statistic: statistic(random), seed: seed(random) }, ALPHA),
    },
  ]
}

function quantiles(n: number, p: number): Coverage {
  // The distribution does not matter: ranks alone are counted.
  return {
    method: 'quantileInterval',
    rows: `${n} rows, p ${p}`,
    truth: p,
    cost: 2,
    interval: (random) =>
      quantileInterval(
        sample(n, (next) => next(), random),
        p,
        ALPHA,
      ),
  }
}

function welch(rows: string, [n, first]: readonly [number, Draw], [m, second]: readonly [number, Draw]): Coverage {
  const interval = (random: Random) =>
    welchInterval({ candidate: sample(n, first, random), champion: sample(m, second, random) }, 'higher', ALPHA)
  return { method: 'welchInterval', rows, truth: 0, interval }
}

/** Every interval on rows that it is made for, and on some that are hard for it. */
export const coverages: readonly Coverage[] = [
  ...[
    [20, 0.1],
    [50, 0.02],
    [200, 0.5],
    [1000, 0.01],
  ].flatMap(([n = 0, p = 0]) => oneProportion(n, p)),
  ...twoProportions([20, 0.9], [30, 0.8]),
  ...twoProportions([50, 0.5], [50, 0.5]),
  ...twoProportions([200, 0.02], [100, 0.05]),
  ...twoProportions([1000, 0.9], [1000, 0.88]),
  welch('12 normal rows, deviation 3, and 40, deviation 1', [12, (random) => 3 * normalDraw(random)], [40, normalDraw]),
  welch('20 and 60 exponential rows', [20, exponential], [60, exponential]),
  clustered(
    '20 clusters of 10 normal rows',
    Array.from({ length: 20 }, () => 10),
    normalDraw,
  ),
  clustered(
    '50 clusters of 10 exponential rows',
    Array.from({ length: 50 }, () => 10),
    exponential,
  ),
  clustered(
    '50 clusters of 2 to 100 normal rows',
    Array.from({ length: 50 }, (_, user) => Math.ceil(100 / (user + 1))),
    normalDraw,
  ),
  ...rootMeanSquares(30),
  ...rootMeanSquares(100),
  quantiles(100, 0.5),
  quantiles(400, 0.9),
  quantiles(1000, 0.99),
]

function independent(method: string, rows: string, pValue: Level['pValue'], cost = 1): Level {
  return { method, rows, pValue, cost }
}

function levelCounts(n: number, random: Random): Float64Array {
  const counts = new Float64Array(6)
  for (let row = 0; row < n; row++) {
    const of = level(random)
    counts[of] = (counts[of] ?? 0) + 1
  }
  return counts
}

/** Every test on rows of its null hypothesis. */
export const levels: readonly Level[] = [
  independent(
    'welchTest',
    '12 and 40 normal rows',
    (random) =>
      welchTest({ candidate: sample(12, normalDraw, random), champion: sample(40, normalDraw, random) }).twoSided,
  ),
  ...[8, 40, 200].map((n) =>
    independent(
      'signedRankTest',
      `${n} normal rows`,
      (random) => signedRankTest(sample(n, normalDraw, random)).greater,
    ),
  ),
  independent(
    'signedRankTest',
    '60 rows of 5 values',
    (random) => signedRankTest(sample(60, (next) => Math.round(1.2 * normalDraw(next)), random)).greater,
  ),
  ...(
    [
      [6, 9],
      [4, 900],
      [60, 90],
    ] as const
  ).map(([n, m]) =>
    independent(
      'mannWhitneyTest',
      `${n} and ${m} lognormal rows`,
      (random) =>
        mannWhitneyTest({ first: sample(n, lognormal, random), second: sample(m, lognormal, random) }).greater,
      4,
    ),
  ),
  independent(
    'mannWhitneyTest',
    '60 and 90 rows of 6 values',
    (random) => mannWhitneyTest({ first: sample(60, level, random), second: sample(90, level, random) }).greater,
  ),
  ...[10, 16, 100].map((n) =>
    independent(
      'signFlipTest',
      `${n} normal rows`,
      (random) =>
        signFlipTest(sample(n, normalDraw, random), 0, { seed: Math.floor(random() * 2 ** 32), draws: 999 }).greater,
      4,
    ),
  ),
  ...(
    [
      [9, 14],
      [60, 90],
      [1500, 1200],
    ] as const
  ).map(([n, m]) =>
    independent(
      'kolmogorovSmirnovTest',
      `${n} and ${m} normal rows`,
      (random) =>
        kolmogorovSmirnovTest({ first: sample(n, normalDraw, random), second: sample(m, normalDraw, random) }).pValue,
      n > 1000 ? 8 : 2,
    ),
  ),
  ...(
    [
      [60, 90],
      [500, 100],
    ] as const
  ).map(([n, m]) =>
    independent(
      'chiSquareTwoSample',
      `${n} and ${m} rows of 6 levels`,
      (random) => chiSquareTwoSample({ first: levelCounts(n, random), second: levelCounts(m, random) }).pValue,
    ),
  ),
]
