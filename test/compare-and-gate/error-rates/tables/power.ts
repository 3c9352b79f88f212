import { decide } from '../../../../core/compare-and-gate/decide.ts'
import { seededRandom } from '../../../../core/stats/random.ts'
import { mlflowPasses, tfmaPasses } from '../peers.ts'
import { accuracies } from '../populations.ts'
import { criteriaOf, sample } from '../simulate.ts'
import { share, table } from './markdown.ts'

/** A comparison of accuracies with a truth that is known. */
export interface Compared {
  /** True difference, positive where the candidate is better. */
  readonly difference: number
  readonly n: number
  /** Non-inferiority within this; 0 asks for superiority. */
  readonly margin: number
}

/** What rules say, as shares of all runs. */
export interface Said {
  readonly pass: number
  readonly fail: number
  readonly inconclusive: number
  readonly tfma: number
  readonly mlflow: number
}

const discordance = 0.06

/** Judges samples of two models of which the champion is right on 90 %, and which disagree on 6 % of the rows. */
export function said({ difference, n, margin }: Compared, { runs, seed }: { runs: number; seed: number }): Said {
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
  const of = (count: number) => count / runs
  const { pass, fail, inconclusive, tfma, mlflow } = counts
  return { pass: of(pass), fail: of(fail), inconclusive: of(inconclusive), tfma: of(tfma), mlflow: of(mlflow) }
}

const truths = [
  ['1 point worse', -0.01],
  ['equal', 0],
  ['1 point better', 0.01],
  ['2 points better', 0.02],
] as const

/** How often a candidate passes, by what it is worth, by rows and by margin. */
export function powerTable(runs: number): readonly string[] {
  const cells = truths.flatMap(([name, difference]) =>
    [200, 500, 2000, 10_000].flatMap((n) => [0, 0.005, 0.01, 0.02].map((margin) => ({ name, difference, n, margin }))),
  )
  return table(
    `Accuracy: passed / failed / inconclusive (${runs} gates a row)`,
    ['truth', 'rows', 'margin', 'this gate', 'TFMA passes', 'MLflow passes'],
    cells.map(({ name, ...asked }, index) => {
      // The large samples cost fifty times as much to draw.
      const count = asked.n > 2000 ? Math.ceil(runs / 4) : runs
      const { pass, fail, inconclusive, tfma, mlflow } = said(asked, { runs: count, seed: 3000 + index })
      const ours = [pass, fail, inconclusive].map(share).join(' / ')
      return [name, String(asked.n), String(asked.margin), ours, share(tfma), share(mlflow)]
    }),
  )
}
