import type { Facts } from '../../../core/compare-and-gate/facts.ts'
import { normalDraw, type Random, seededRandom } from '../../../core/stats/random.ts'

/** Rows of a population: enough that a sample of a thousand hardly meets one twice. */
const size = 40_000

/**
 * Labels and what both models say of them, the champion a little better. Rows are drawn from it with replacement, clusters and
 * queries as a whole and without: they stand together, `together` rows of each.
 */
export type Population = Pick<Facts, 'labels' | 'candidate' | 'champion' | 'weights' | 'clusters' | 'queries'>

/** Rows of a cluster, and of a query. */
export const together = 10

/** What two classes look like. */
export interface Binary {
  readonly seed: number
  /** Share of the second class. */
  readonly positives: number
  /** How far apart the classes are in units of the noise, for each side. */
  readonly signals: Record<'candidate' | 'champion', number>
  /** Decimals that scores are rounded to: few of them make ties. */
  readonly decimals?: number
  /** Above 1 the models are surer than they may be: the log loss gets a heavy tail. */
  readonly sharpness?: number
}

/** Two classes, scores that share most of their noise, and probabilities made of them. */
export function binary({ seed, positives, signals, decimals, sharpness = 1 }: Binary): Population {
  const random = seededRandom(seed)
  const labels = Float64Array.from({ length: size }, () => (random() < positives ? 1 : 0))
  const shared = labels.map(() => 0.8 * normalDraw(random))
  const side = (signal: number) => {
    const odds = Math.log(positives / (1 - positives))
    const probabilities = labels.map((label, row) => {
      const score = signal * (label - 0.5) + (shared[row] ?? 0) + 0.6 * normalDraw(random)
      return rounded(1 / (1 + Math.exp(-sharpness * (odds + signal * score))), decimals)
    })
    return { probabilities, classes: probabilities.map((p) => (p >= 0.5 ? 1 : 0)) }
  }
  return { labels, candidate: side(signals.candidate), champion: side(signals.champion) }
}

function rounded(value: number, decimals: number | undefined): number {
  return decimals === undefined ? value : Number(value.toFixed(decimals))
}

/** The same population where some rows count for eight times as much as others. */
export function weighted(seed: number, population: Population): Population {
  const random = seededRandom(seed)
  return { ...population, weights: population.labels.map(() => [0.5, 1, 4][Math.floor(3 * random())] ?? 1) }
}

/** The same of queries: each weighs ½, 1 or 4, whatever its rows say. */
export function weightedQueries(seed: number, population: Population): Population {
  const random = seededRandom(seed)
  const each = Float64Array.from({ length: size / together }, () => [0.5, 1, 4][Math.floor(3 * random())] ?? 1)
  return { ...population, weights: Float64Array.from(population.queries ?? [], (query) => each[query] ?? 1) }
}

/** Two classes in clusters: what a model makes of one row of a user it makes, in part, of all. */
export function clustered(seed: number): Population {
  const random = seededRandom(seed)
  const labels = Float64Array.from({ length: size }, () => (random() < 0.4 ? 1 : 0))
  const clusters = Int32Array.from({ length: size }, (_, row) => Math.floor(row / together))
  const shared = labels.map(() => 0.6 * normalDraw(random))
  const side = (signal: number) => {
    const ofCluster = Float64Array.from({ length: size / together }, () => 0.6 * normalDraw(random))
    const probabilities = labels.map((label, row) => {
      const noise = (shared[row] ?? 0) + (ofCluster[clusters[row] ?? 0] ?? 0) + 0.4 * normalDraw(random)
      return 1 / (1 + Math.exp(-signal * (signal * (label - 0.5) + noise)))
    })
    return { probabilities, classes: probabilities.map((p) => (p >= 0.5 ? 1 : 0)) }
  }
  return { labels, clusters, candidate: side(1.7), champion: side(2) }
}

/** Lists of ten rows for each query, three of ten relevant on average. */
export function lists(seed: number): Population {
  const random = seededRandom(seed)
  const labels = Float64Array.from({ length: size }, () => (random() < 0.3 ? 1 : 0))
  const queries = Int32Array.from({ length: size }, (_, row) => Math.floor(row / together))
  const shared = labels.map(() => 0.7 * normalDraw(random))
  const side = (signal: number) => ({
    values: labels.map((label, row) => signal * label + (shared[row] ?? 0) + 0.7 * normalDraw(random)),
  })
  return { labels, queries, candidate: side(1), champion: side(1.3) }
}

/** Four classes of unequal size, with probabilities. */
export function fourClasses(seed: number): Population {
  const random = seededRandom(seed)
  const shares = [0.4, 0.3, 0.2, 0.1]
  const labels = Float64Array.from({ length: size }, () => classOf(random(), shares))
  const shared = Float64Array.from({ length: size * shares.length }, () => 0.7 * normalDraw(random))
  const side = (signal: number) => {
    const probabilities = new Float64Array(shared.length)
    const classes = labels.map((label, row) => {
      const logits = shares.map(
        (share, each) =>
          Math.log(share) +
          (each === label ? signal : 0) +
          (shared[row * shares.length + each] ?? 0) +
          0.5 * normalDraw(random),
      )
      const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0)
      probabilities.set(
        logits.map((logit) => Math.exp(logit) / total),
        row * shares.length,
      )
      return logits.indexOf(Math.max(...logits))
    })
    return { probabilities, classes }
  }
  return { labels, candidate: side(1.8), champion: side(2.2) }
}

function classOf(u: number, shares: readonly number[]): number {
  let [place, rest] = [0, u]
  while (place < shares.length - 1 && rest >= (shares[place] ?? 1)) rest -= shares[place++] ?? 1
  return place
}

/** Numbers around 10, and errors that both sides share in part: normal, or with the heavy tail of Student's t. */
export function numbers({ seed, isHeavy }: { readonly seed: number; readonly isHeavy: boolean }): Population {
  const random = seededRandom(seed)
  const error = () => (isHeavy ? heavyDraw(random) : normalDraw(random))
  const labels = Float64Array.from({ length: size }, () => Math.max(1, 10 + 2 * normalDraw(random)))
  const shared = labels.map(() => error())
  const side = (scale: number) => ({
    values: labels.map((label, row) => label + scale * ((shared[row] ?? 0) + 0.7 * error())),
  })
  return { labels, candidate: side(1.12), champion: side(1) }
}

/** Student's t with three degrees of freedom. */
function heavyDraw(random: Random): number {
  const square = normalDraw(random) ** 2 + normalDraw(random) ** 2 + normalDraw(random) ** 2
  return normalDraw(random) / Math.sqrt(square / 3)
}

/** The same population where both models are exactly equal: every row is there a second time, with the models exchanged. */
export function balanced({ labels, candidate, champion = {} }: Population): Population {
  return {
    labels: Float64Array.from([...labels, ...labels]),
    candidate: inTurn(candidate, champion),
    champion: inTurn(champion, candidate),
  }
}

function inTurn(one: Population['candidate'], other: Population['candidate']): Population['candidate'] {
  const both = (name: 'classes' | 'probabilities' | 'values') => {
    const numbers = Float64Array.from([...(one[name] ?? []), ...(other[name] ?? [])])
    return numbers.length > 0 ? { [name]: numbers } : {}
  }
  return { ...both('classes'), ...both('probabilities'), ...both('values') }
}

/** Two models that are right with shares that are given, and disagree in correctness on a share of all rows. */
export function accuracies(
  seed: number,
  { accuracy, difference, discordance }: { accuracy: number; difference: number; discordance: number },
): Population {
  const random = seededRandom(seed)
  const [gain, loss] = [(discordance + difference) / 2, (discordance - difference) / 2]
  const both = accuracy - loss
  const labels = Float64Array.from({ length: size }, (_, row) => row % 2)
  const candidate = new Float64Array(size)
  const champion = new Float64Array(size)
  // In exact shares, so that the truth is exactly what it is said to be.
  const counts = [gain, loss, both].map((share) => Math.round(share * size))
  const order = shuffled(size, random)
  for (let place = 0; place < size; place++) {
    const row = order[place] ?? 0
    const [onlyCandidate = 0, onlyChampion = 0, right = 0] = counts
    const isBoth = place >= onlyCandidate + onlyChampion && place < onlyCandidate + onlyChampion + right
    const label = labels[row] ?? 0
    candidate[row] = isBoth || place < onlyCandidate ? label : 1 - label
    champion[row] = isBoth || (place >= onlyCandidate && place < onlyCandidate + onlyChampion) ? label : 1 - label
  }
  return { labels, candidate: { classes: candidate }, champion: { classes: champion } }
}

function shuffled(n: number, random: Random): Int32Array {
  const order = Int32Array.from({ length: n }, (_, place) => place)
  for (let place = n - 1; place > 0; place--) {
    const other = Math.floor(random() * (place + 1))
    const kept = order[place] ?? 0
    order[place] = order[other] ?? 0
    order[other] = kept
  }
  return order
}
