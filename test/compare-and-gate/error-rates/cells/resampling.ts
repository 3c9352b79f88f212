import { evaluated } from '../../../../core/compare-and-gate/facts.ts'
import { decide } from '../../../../core/compare-and-gate/decide.ts'
import { metrics, metricValue, type MetricName } from '../../../../core/stats/metrics.ts'
import { normalQuantile } from '../../../../core/stats/normal.ts'
import { type Random, seededRandom } from '../../../../core/stats/random.ts'
import type { Cell, Counts, Draws } from '../cell.ts'
import { families, type Family } from '../families.ts'
import { lazily } from '../lazily.ts'
import { accuracies, type Population } from '../populations.ts'
import { alpha, criteriaOf, sample, truthOf } from '../simulate.ts'

/** Of each gate. */
export const resamples = 400

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
export const alike: Family = {
  name: 'accuracy (5 % disagree)',
  criterion: { metric: 'accuracy' },
  population: lazily(() => accuracies(40, { accuracy: 0.9, difference: -0.02, discordance: 0.05 })),
}

/** A few metrics, each on few rows and on more. */
export const resampled = [
  alike,
  ...families.filter(({ name }) => ['f1 (10 % positive)', 'auc', 'rmse (t₃ errors)'].includes(name)),
].flatMap((family) => [50, 200].map((n) => ({ family, n })))

/** A cell for each of `resampled`. */
export const resamplingCells: readonly Cell[] = resampled.map(({ family, n }) => ({
  name: `other intervals: ${family.name}, ${n} rows`,
  cost: 4,
  count: (draws) => passedBy(family, n, draws),
}))

function passedBy(family: Family, n: number, { runs, seed }: Draws): Counts {
  const { margin } = truthOf(family)
  const criteria = criteriaOf([{ ...family.criterion, vsChampion: { nonInferior: margin } }])
  const population = family.population()
  const random = seededRandom(seed)
  let [ours, bootstrap, wald] = [0, 0, 0]
  for (let run = 0; run < runs; run++) {
    const facts = sample(population, n, random)
    if (decide(criteria, facts).kind === 'pass') ours++
    if (isPassedByBootstrap(family, facts, margin, random)) bootstrap++
    if (family === alike && isPassedByWald(facts, margin)) wald++
  }
  return { ours, bootstrap, wald }
}
