import { families } from '../families.ts'
import { atTheBoundary, type Shares, type Tally } from '../simulate.ts'
import { error, share, table } from './markdown.ts'

const sizes = [50, 200, 1000]

/** Every metric at the boundary of non-inferiority, and at the boundary of a bound on the candidate alone. */
export function boundaryTables(runs: number): readonly string[] {
  const all = families.map((family, index) => ({
    name: family.name,
    tallies: sizes.map((n) => atTheBoundary(family, { n, runs, seed: 1000 + index })),
  }))
  const head = ['metric', 'margin', ...sizes.map((n) => `n = ${n}`), 'TFMA', 'MLflow']
  return [
    ...table(
      `Worse than the champion by exactly the margin: passed / failed (${runs} gates a cell)`,
      head,
      all.map(({ name, tallies }) => [
        name,
        String(Number((tallies[0]?.margin ?? Number.NaN).toPrecision(3))),
        ...tallies.map(({ paired }) => cell(paired, runs)),
        tallies.map(({ paired }) => peer(paired.tfma)).join(', '),
        tallies.map(({ paired }) => peer(paired.mlflow)).join(', '),
      ]),
    ),
    ...table(
      `Exactly as good as the bound: passed / failed (${runs} gates a cell)`,
      ['metric', ...sizes.map((n) => `n = ${n}`)],
      all.map(({ name, tallies }) => [name, ...tallies.map(({ single }: Tally) => cell(single, runs))]),
    ),
  ]
}

function cell({ pass, fail, silent }: Shares, runs: number): string {
  const nothing = silent < 0.005 ? '' : ` (${(100 * silent).toFixed(0)} % say nothing)`
  return `${error(pass, runs)} / ${error(fail, runs)}${nothing}`
}

function peer(value: number): string {
  return share(value).slice(0, 3)
}
