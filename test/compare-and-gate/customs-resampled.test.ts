import { expect, test } from 'vitest'
import { FEWEST_RESAMPLED, pairedResampledInterval } from '../../core/compare-and-gate/customs/resampled.ts'
import { partsOf, pseudoValues } from '../../core/compare-and-gate/customs/whole.ts'
import { metricOf } from '../../core/compare-and-gate/metric-of.ts'
import { normalDraw, type Random, seededRandom } from '../../core/stats/random.ts'
import { frequency, upperLimit } from '../stats/support.ts'

/** The table in docs/gate.md is of 800 for each cell: TRAINYARD_GATES=800. */
const gates = Number(process.env['TRAINYARD_GATES'] ?? 40)
const rows = Number(process.env['TRAINYARD_ROWS'] ?? FEWEST_RESAMPLED)
const metric = metricOf({
  metric: 'custom',
  custom: { name: 'm', module: 'm.mjs', kind: 'whole', interval: 'bca', direction: 'higher' },
})

/** A quantile of rows that each count so often; the mean of both middle ones where it lies between two. */
function quantileOf(values: Float64Array, share: number): (counts: Uint16Array) => number {
  const order = Array.from(values.keys()).toSorted((a, b) => (values[a] ?? 0) - (values[b] ?? 0))
  return (counts) => {
    const place = share * counts.reduce((sum, count) => sum + count, 0)
    let [seen, first] = [0, Number.NaN]
    for (const row of order) {
      seen += counts[row] ?? 0
      if (Number.isNaN(first) && seen >= place) first = values[row] ?? Number.NaN
      if (seen > place) return seen - (counts[row] ?? 0) < place ? first : (first + (values[row] ?? 0)) / 2
    }
    return first
  }
}

/** One number of one model, as the gate has it: on all rows, without each part, and on the resamples that both models share. */
function saidOf(statistic: (counts: Uint16Array) => number, resamples: readonly Uint16Array[]) {
  const { parts, partOf } = partsOf(new Uint8Array(rows), undefined)
  const whole = statistic(new Uint16Array(rows).fill(1))
  const without = Array.from({ length: parts }, (_, part) =>
    statistic(Uint16Array.from(partOf, (of) => Number(of !== part))),
  )
  const replicates = Float64Array.from(resamples, statistic)
  const labels = new Float64Array(rows)
  return { labels, predictions: pseudoValues(whole, without), resampled: { whole, replicates } }
}

function resamplesOf(random: Random): readonly Uint16Array[] {
  return Array.from({ length: 2000 }, () => {
    const counts = new Uint16Array(rows)
    for (let row = 0; row < rows; row++) {
      const place = Math.floor(random() * rows)
      counts[place] = (counts[place] ?? 0) + 1
    }
    return counts
  })
}

test.each([0.5, 0.9])(
  'a quantile (%d) that is the same of both models is seldom superior, though it is not smooth',
  (share) => {
    const random = seededRandom(rows)
    const resamples = resamplesOf(seededRandom(1))
    const superior = frequency(gates, () => {
      const shared = Float64Array.from({ length: rows }, () => Math.exp(normalDraw(random)))
      const side = () =>
        saidOf(
          quantileOf(
            shared.map((value) => value * Math.exp(0.5 * normalDraw(random))),
            share,
          ),
          resamples,
        )
      return pairedResampledInterval({ metric, candidate: side(), champion: side() }, 0.05).lower > 0
    })

    expect(superior).toBeLessThanOrEqual(upperLimit(0.05, gates))
  },
)
