import { evaluated } from '../../../../core/compare-and-gate/facts.ts'
import { decide } from '../../../../core/compare-and-gate/decide.ts'
import { metrics, metricValue, type MetricName } from '../../../../core/stats/metrics.ts'
import { normalQuantile } from '../../../../core/stats/normal.ts'
import { type Random, seededRandom } from '../../../../core/stats/random.ts'
import { families, type Family } from '../families.ts'
import { accuracies, type Population } from '../populations.ts'
import { alpha, criteriaOf, sample, truthOf } from '../simulate.ts'
import { error, table } from './markdown.ts'

const resamples = 400

/** Improvement of the candidate on some rows. */
function improvement(metric: (typeof metrics)[MetricName], facts: Population): number {
  const value = (side: Population['candidate'] | undefined) =>
    metricValue(metric, evaluated(metric, facts, { side: side ?? {} }))
  const difference = value(facts.candidate) - value(facts.champion)
  return metric.direction === 'higher' ? difference : -difference
}

/** The percentile bootstrap: passes where all but a share of alpha of the resampled differences lie within the margin. */
function isPassedByBootstrap(family: Family, facts: Population, margin: number, random: Random): boolean {
  const metric = metrics[family.criterion.metric as MetricName]
  const differences = Float64Array.from({ length: resamples }, () =>
    improvement(metric, sample(facts, facts.labels.length, random)),
  ).sort()
  return (differences[Math.floor(alpha * resamples)] ?? Number.NaN) > -margin
}

/** The textbook's interval of a difference of paired shares, with the variance at the estimate. */
function isPassedByWald({ labels, candidate, champion }: Population, margin: number): boolean {
  let [onlyCandidate, onlyChampion] = [0, 0]
  for (const [row, label] of labels.entries()) {
    const [mine, theirs] = [candidate.classes?.[row] === label, champion?.classes?.[row] === label]
    if (mine && !theirs) onlyCandidate++
    if (theirs && !mine) onlyChampion++
  }
  const n = labels.length
  const difference = (onlyCandidate - onlyChampion) / n
  const standardError = Math.sqrt(((onlyCandidate + onlyChampion) / n - difference ** 2) / n)
  return difference + normalQuantile(alpha) * standardError > -margin
}

/** Two good models that seldom disagree: what most gates see. */
const alike: Family = {
  name: 'accuracy (5 % disagree)',
  criterion: { metric: 'accuracy' },
  population: () => accuracies(40, { accuracy: 0.9, difference: -0.02, discordance: 0.05 }),
}

/** What resampling and the textbook's interval would pass at the boundary of non-inferiority. */
export function resamplingTable(runs: number): readonly string[] {
  const chosen = [
    alike,
    ...families.filter(({ name }) => ['f1 (10 % positive)', 'auc', 'rmse (t₃ errors)'].includes(name)),
  ]
  // A gate costs four hundred here.
  const count = Math.max(1, Math.ceil(runs / 4))
  const rows = chosen.flatMap((family, index) =>
    [50, 200].map((n) => ({ family, n, seed: 4000 + 10 * index + (n === 50 ? 0 : 1) })),
  )
  return table(
    `Worse by exactly the margin: passed by other intervals (${count} gates a row, ${resamples} resamples)`,
    ['metric', 'rows', 'this gate', 'percentile bootstrap', 'Wald'],
    rows.map(({ family, n, seed }) => {
      const { margin } = truthOf(family)
      const criteria = criteriaOf([{ ...family.criterion, vsChampion: { nonInferior: margin } }])
      const population = family.population()
      const [random, other] = [seededRandom(seed), seededRandom(seed + 500)]
      let [ours, bootstrap, wald] = [0, 0, 0]
      for (let run = 0; run < count; run++) {
        const facts = sample(population, n, random)
        if (decide(criteria, facts).kind === 'pass') ours++
        if (isPassedByBootstrap(family, facts, margin, other)) bootstrap++
        if (isPassedByWald(facts, margin)) wald++
      }
      const isShare = family.criterion.metric === 'accuracy'
      return [
        family.name,
        String(n),
        error(ours / count, count),
        error(bootstrap / count, count),
        isShare ? error(wald / count, count) : '',
      ]
    }),
  )
}
