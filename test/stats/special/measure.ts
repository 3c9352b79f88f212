import { logBeta } from '../../../core/stats/beta.ts'
import * as beta from '../../../core/stats/beta-distribution.ts'
import * as binomial from '../../../core/stats/binomial.ts'
import * as chiSquare from '../../../core/stats/chi-square.ts'
import { logGamma } from '../../../core/stats/gamma.ts'
import { gammaP, gammaQ, logGammaP, logGammaQ } from '../../../core/stats/incomplete-gamma.ts'
import * as normal from '../../../core/stats/normal.ts'
import * as student from '../../../core/stats/student-t.ts'
import oracle from './oracle.json' with { type: 'json' }

/** A function that the oracle has values of. */
export type FunctionName = keyof typeof oracle

/** How far a function is from the truth on the points of the oracle. */
export interface Measured {
  readonly name: string
  readonly points: number
  /** The smallest and the largest of each argument. */
  readonly ranges: readonly { readonly name: string; readonly low: number; readonly high: number }[]
  readonly worst: number
  readonly worstAt: readonly number[]
  /** scipy's worst relative error on the same points; undefined where it once gives 0, an infinity or no number at all. */
  readonly scipy: number | undefined
}

interface Subject {
  readonly arguments: readonly string[]
  readonly value: (one: number, two: number, three: number) => number
}

function plain(name: string, value: (one: number) => number): Subject {
  return { arguments: [name], value }
}

function withParameter(name: string, parameter: string, value: (one: number, two: number) => number): Subject {
  return { arguments: [name, parameter], value }
}

function ofBeta(name: string, value: (x: number, shape: { a: number; b: number }) => number): Subject {
  return { arguments: [name, 'a', 'b'], value: (x, a, b) => value(x, { a, b }) }
}

function ofBinomial(name: string, value: (k: number, shape: binomial.BinomialShape) => number): Subject {
  return { arguments: [name, 'n', 'p'], value: (k, n, p) => value(k, { n, p }) }
}

const subjects: Readonly<Record<FunctionName, Subject>> = {
  logGamma: plain('x', logGamma),
  logBeta: withParameter('a', 'b', (a, b) => logBeta({ a, b })),
  erfc: plain('x', normal.erfc),
  normalSurvival: plain('x', normal.normalSurvival),
  normalLogSurvival: plain('x', normal.normalLogSurvival),
  normalQuantile: plain('p', normal.normalQuantile),
  normalQuantileOfLog: plain('ln p', normal.normalQuantileOfLog),
  gammaP: withParameter('x', 'a', gammaP),
  gammaQ: withParameter('x', 'a', gammaQ),
  logGammaP: withParameter('x', 'a', logGammaP),
  logGammaQ: withParameter('x', 'a', logGammaQ),
  chiSquareCdf: withParameter('x', 'df', chiSquare.chiSquareCdf),
  chiSquareSurvival: withParameter('x', 'df', chiSquare.chiSquareSurvival),
  chiSquareLogSurvival: withParameter('x', 'df', chiSquare.chiSquareLogSurvival),
  chiSquareQuantile: withParameter('p', 'df', chiSquare.chiSquareQuantile),
  chiSquareUpperQuantile: withParameter('q', 'df', chiSquare.chiSquareUpperQuantile),
  studentTCdf: withParameter('t', 'df', student.studentTCdf),
  studentTSurvival: withParameter('t', 'df', student.studentTSurvival),
  studentTLogSurvival: withParameter('t', 'df', student.studentTLogSurvival),
  studentTQuantile: withParameter('p', 'df', student.studentTQuantile),
  studentTUpperQuantile: withParameter('q', 'df', student.studentTUpperQuantile),
  betaCdf: ofBeta('x', beta.betaCdf),
  betaSurvival: ofBeta('x', beta.betaSurvival),
  betaLogCdf: ofBeta('x', beta.betaLogCdf),
  betaLogSurvival: ofBeta('x', beta.betaLogSurvival),
  betaQuantile: ofBeta('p', beta.betaQuantile),
  betaUpperQuantile: ofBeta('q', beta.betaUpperQuantile),
  binomialMass: ofBinomial('k', binomial.binomialMass),
  binomialLogMass: ofBinomial('k', binomial.binomialLogMass),
  binomialCdf: ofBinomial('k', binomial.binomialCdf),
  binomialSurvival: ofBinomial('k', binomial.binomialSurvival),
  binomialLogCdf: ofBinomial('k', binomial.binomialLogCdf),
  binomialLogSurvival: ofBinomial('k', binomial.binomialLogSurvival),
  binomialQuantile: ofBinomial('q', binomial.binomialQuantile),
  binomialUpperQuantile: ofBinomial('q', binomial.binomialUpperQuantile),
}

/** The functions of the oracle. */
export const names = Object.keys(subjects) as FunctionName[]

/** One function on all of its points. */
export function measured(name: FunctionName): Measured {
  const subject = subjects[name]
  const { points, scipy } = oracle[name]
  let [worst, worstAt]: [number, readonly number[]] = [0, []]
  for (const point of points) {
    const truth = point.at(-1) ?? Number.NaN
    const [one = Number.NaN, two = Number.NaN, three = Number.NaN] = point
    const error = Math.abs((subject.value(one, two, three) - truth) / truth)
    // A NaN is worse than anything.
    if (!(error <= worst)) [worst, worstAt] = [Number.isNaN(error) ? Infinity : error, point.slice(0, -1)]
  }
  const ranges = subject.arguments.map((argument, place) => {
    const values = points.map((point) => point[place] ?? Number.NaN)
    return { name: argument, low: Math.min(...values), high: Math.max(...values) }
  })
  return { name, points: points.length, ranges, worst, worstAt, scipy: scipy ?? undefined }
}
