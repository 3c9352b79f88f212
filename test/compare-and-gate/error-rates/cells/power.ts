import { decide } from '../../../../core/compare-and-gate/decide.ts'
import { seededRandom } from '../../../../core/stats/random.ts'
import type { Cell, Draws } from '../cell.ts'
import { mlflowPasses, tfmaPasses } from '../peers.ts'
import { accuracies } from '../populations.ts'
import { criteriaOf, sample } from '../simulate.ts'

/** A comparison of accuracies with a truth that is known. */
export interface Compared {
  /** True difference, positive where the candidate is better. */
  readonly difference: number
  readonly n: number
  /** Non-inferiority within this; 0 asks for superiority. */
  readonly margin: number
}

/** In how many gates rules say what. */
export type Said = Readonly<Record<'pass' | 'fail' | 'inconclusive' | 'tfma' | 'mlflow', number>>

const discordance = 0.06

/** Judges samples of two models of which the champion is right on 90 %, and which disagree on 6 % of the rows. */
export function said({ difference, n, margin }: Compared, { runs, seed }: Draws): Said {
  const vsChampion = margin === 0 ? { superior: 0 } : { nonInferior: margin }
  const criteria = criteriaOf([{ metric: 'accuracy', vsChampion }])
  const population = accuracies(30, { accuracy: 0.9 + difference, difference, discordance })
  const random = seededRandom(seed)
  const counts = { pass: 0, fail: 0, inconclusive: 0, tfma: 0, mlflow: 0 }
  for (let run = 0; run < runs; run++) {
    const { kind, results } = decide(criteria, sample(population, n, random))
    counts[kind]++
    const { candidate = Number.NaN, champion = Number.NaN } = results[0] ?? {}
    const change = { isGreaterBetter: true, absolute: -margin }
    if (tfmaPasses({ candidate, champion }, { change })) counts.tfma++
    if (mlflowPasses({ candidate, champion }, { minRelativeChange: 0, isGreaterBetter: true })) counts.mlflow++
  }
  return counts
}

const truths = [
  ['1 point worse', -0.01],
  ['equal', 0],
  ['1 point better', 0.01],
  ['2 points better', 0.02],
] as const

/** Every truth with every number of rows and every margin. */
export const comparisons = truths.flatMap(([name, difference]) =>
  [200, 500, 2000, 10_000].flatMap((n) => [0, 0.005, 0.01, 0.02].map((margin) => ({ name, difference, n, margin }))),
)

/** A cell for each of `comparisons`. */
export const powerCells: readonly Cell[] = comparisons.map(({ name, ...asked }) => ({
  name: `power: ${name}, ${asked.n} rows, margin ${asked.margin}`,
  cost: asked.difference <= -asked.margin ? 1 : 4,
  count: (draws) => said(asked, draws),
}))
