import { decide } from '../../../../core/compare-and-gate/decide.ts'
import type { SliceResult } from '../../../../core/records/verdict.ts'
import { seededRandom } from '../../../../core/stats/random.ts'
import { tfmaPasses } from '../peers.ts'
import { accuracies, type Population } from '../populations.ts'
import { criteriaOf, sample } from '../simulate.ts'
import { share, table } from './markdown.ts'

/** What a population of slices is asked. */
export interface Sliced {
  readonly slices: number
  readonly rows: number
  readonly noHarm: number
  /** How much worse the candidate is on the first slice; on the others both models are equally good. */
  readonly harm: number
}

/** Shares of the runs in which a rule blocks the candidate because of a slice. */
export interface Blocked {
  readonly ours: number
  /** A test of each slice at alpha, without Holm. */
  readonly unadjusted: number
  /** TFMA: no slice's point may fall by more than what is allowed. */
  readonly tfma: number
}

/** Judges samples of slices of equal size; both models are right on 90 % and disagree on 6 % of the rows. */
export function blocked(asked: Sliced, { runs, seed }: { readonly runs: number; readonly seed: number }): Blocked {
  const { slices, rows, noHarm, harm } = asked
  const criteria = criteriaOf([{ metric: 'accuracy', vsChampion: { nonInferior: 0.05 }, required: false }], {
    slices: [{ by: ['slice'], metric: 'accuracy', noHarm }],
  })
  const equal = accuracies(21, { accuracy: 0.9, difference: 0, discordance: 0.06 })
  const harmed = accuracies(22, { accuracy: 0.9, difference: -harm, discordance: 0.06 + harm })
  const random = seededRandom(seed)
  const places = Array.from({ length: slices }, (_, slice) =>
    Array.from({ length: rows }, (__, at) => slice * rows + at),
  )
  const found = [[{ names: places.map((_, slice) => `slice = ${slice}`), rows: places }]]
  let [ours, unadjusted, tfma] = [0, 0, 0]
  for (let run = 0; run < runs; run++) {
    const parts = places.map((_, slice) => sample(harm > 0 && slice === 0 ? harmed : equal, rows, random))
    const results = decide(criteria, { ...joined(parts), slices: found }).slices?.results ?? []
    if (results.some(({ kind }) => kind === 'harmed')) ours++
    if (results.some(({ interval }) => (interval?.high ?? 0) < -noHarm)) unadjusted++
    if (!results.every((result) => isKeptByTfma(result))) tfma++
  }
  return { ours: ours / runs, unadjusted: unadjusted / runs, tfma: tfma / runs }
}

function isKeptByTfma({ candidate = Number.NaN, champion = Number.NaN, margin }: SliceResult): boolean {
  return tfmaPasses({ candidate, champion }, { change: { isGreaterBetter: true, absolute: -margin } })
}

function joined(parts: readonly Population[]): Population {
  const side = (of: (part: Population) => Population['candidate'] | undefined) => ({
    classes: Float64Array.from(parts.flatMap((part) => Array.from(of(part)?.classes ?? []))),
  })
  return {
    labels: Float64Array.from(parts.flatMap(({ labels }) => Array.from(labels))),
    candidate: side(({ candidate }) => candidate),
    champion: side(({ champion }) => champion),
  }
}

/** Twenty slices: how often a rule blocks a candidate that harms none, and one that harms one of them. */
export function slicesTable(runs: number): readonly string[] {
  const rows = [100, 300, 1000].flatMap((size) =>
    [0, 0.02].flatMap((noHarm) => [0, 0.1].map((harm) => ({ slices: 20, rows: size, noHarm, harm }))),
  )
  return table(
    `20 slices: blocked (${runs} gates a row)`,
    ['rows a slice', 'allowed', 'truth', 'this gate', 'tests without Holm', 'TFMA'],
    rows.map((asked, index) => {
      // The large samples cost ten times as much to draw.
      const count = asked.rows > 300 ? Math.ceil(runs / 8) : runs
      const { ours, unadjusted, tfma } = blocked(asked, { runs: count, seed: 2000 + index })
      const truth = asked.harm === 0 ? 'equal everywhere' : `${100 * asked.harm} points worse on one`
      return [String(asked.rows), String(asked.noHarm), truth, share(ours), share(unadjusted), share(tfma)]
    }),
  )
}
