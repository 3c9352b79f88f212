import { signed, significant } from '../../../compare-and-gate/words.ts'
import { html, type Markup, type Part } from '../html.ts'
import { type Gate, type OneSide, type Shape, sidesOf } from '../read/gate.ts'
import { linearAxis } from '../svg/axis.ts'
import { square } from '../svg/square.ts'
import { table } from '../table.ts'
import { percentage } from '../words.ts'

type Residuals = NonNullable<Shape['residuals']>['candidate']

/** Predicted numbers against true ones; undefined where there are none. */
export function residualsFigure({ residuals }: Shape, gate: Gate, id: string): Part {
  if (residuals === undefined) return undefined
  const sides = sidesOf(residuals, gate)
  const series = sides.map(({ side, of }) => ({
    side,
    isLine: false,
    points: of.bins.map(({ predicted, actual }) => ({ x: predicted, y: actual })),
  }))
  const ends = series.flatMap(({ points }) => points.flatMap(({ x, y }) => [x, y]))
  return html`<figure><figcaption>Predicted against true values</figcaption>
${square({
  id: `${id}-res`,
  title: 'Predicted against true values',
  description: sides.map(wordsOf).join(' '),
  axis: linearAxis(ends, { isRounded: true }),
  unit: '',
  across: 'mean prediction',
  up: 'mean of the true values',
  series,
})}
<p class="meta">Each mark is about a tenth of the rows, by prediction.</p></figure>
<figure>${numbers(sides)}</figure>
`
}

function wordsOf({ name, of }: OneSide<Residuals>): string {
  return `${name}: ${of.bins.map((bin) => `${significant(bin.predicted)} said, ${significant(bin.actual)} true`).join('; ')}.`
}

function numbers(sides: readonly OneSide<Residuals>[]): Markup {
  const shares = sides[0]?.of.quantiles.map(({ share }) => share) ?? []
  return table({
    caption: 'Truth minus prediction: what this share of the rows lies below',
    columns: [{ head: 'rows' }, ...sides.map(({ name }) => ({ head: name, isNumeric: true }))],
    rows: shares.map((share) => [
      percentage(share),
      ...sides.map(({ of }) => {
        const value = of.quantiles.find((one) => one.share === share)?.value
        return value === undefined ? undefined : signed(value)
      }),
    ]),
  })
}
