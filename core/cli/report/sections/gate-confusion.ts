import { html, type Markup, type Part } from '../html.ts'
import { type Gate, type Shape, sidesOf } from '../read/gate.ts'
import { table } from '../table.ts'
import { count } from '../words.ts'

type Matrix = NonNullable<Shape['confusion']>['candidate']

/** Confusion matrices side by side; or the most confused pairs; undefined where there are none. */
export function confusionMarkup(shape: Shape, gate: Gate): Part {
  if (shape.confused !== undefined) return pairs(shape.confused, gate)
  if (shape.confusion === undefined) return undefined
  const { classes, weighted } = shape.confusion
  const sides = sidesOf(shape.confusion, gate)
  const cells = sides.flatMap(({ of }) => of.flat())
  const hidden = cells.filter((cell) => cell === null).length
  if (hidden === cells.length)
    return html`<p class="meta">The confusion matrices are withheld: too many of their cells have fewer than ten rows.</p>`
  return html`<figure><figcaption>What is taken for what</figcaption>
<p class="meta">A row is a true class, a column what it is taken for.${weighted === undefined ? undefined : ' Counts are of rows; shares are by the weights of the rows.'}</p>
<div${classes.length <= 4 ? html` class="pair"` : undefined}>
${sides.map(({ name, of, side }) => matrixMarkup(name, classes, { matrix: of, shares: weighted?.[side] }))}</div>
${hidden === 0 ? undefined : html`<p class="meta">–: withheld, because the cell has fewer than ten rows, or would tell of one that has.</p>`}</figure>`
}

interface Counted {
  readonly matrix: Matrix
  /** By weight, where rows have weights. */
  readonly shares: readonly (readonly (number | null)[])[] | undefined
}

function matrixMarkup(name: string, classes: readonly string[], { matrix, shares }: Counted): Markup {
  const heads = classes.map((one) => html`<th scope="col" class="number">${one}</th>`)
  const rows = matrix.map((row, truth) => {
    const total = row.includes(null) ? undefined : row.reduce<number>((sum, cell) => sum + (cell ?? 0), 0)
    const cells = row.map((cell, said) => {
      const plain = total === undefined || cell === null ? undefined : cell / total
      const share = shares === undefined ? plain : (shares[truth]?.[said] ?? undefined)
      return matrixCell(cell, { isRight: truth === said, share })
    })
    return html`<tr><th scope="row">${classes[truth]}</th>${cells}</tr>\n`
  })
  return html`<div class="wide" role="region" tabindex="0" aria-label="${name}: what is taken for what"><table class="matrix"><caption>${name}</caption>
<thead><tr><td></td>${heads}</tr></thead>
<tbody>
${rows}</tbody></table></div>
`
}

interface Place {
  readonly isRight: boolean
  /** Of the true class; undefined where not all of its rows are told. */
  readonly share: number | undefined
}

function matrixCell(cell: number | null, { isRight, share }: Place): Markup {
  if (cell === null) return html`<td class="number"><span class="quiet">–</span></td>`
  // Four steps of shade are enough to find the large cells; the numbers say the rest.
  const shade = share === undefined ? '' : ` ${isRight ? 'right' : 'wrong'}-${Math.min(4, Math.ceil(4 * share))}`
  const part = share === undefined ? undefined : html`<span class="share">${Math.round(100 * share)} %</span>`
  return html`<td class="number${shade}">${count(cell)}${part}</td>`
}

function pairs(confused: NonNullable<Shape['confused']>, { candidate, champion }: Gate): Part {
  if (confused.length === 0) return undefined
  return html`<figure>${table({
    caption: 'What is taken for what most often',
    columns: [
      { head: 'true class' },
      { head: 'taken for' },
      { head: candidate, isNumeric: true },
      ...(champion === undefined ? [] : [{ head: champion.reference, isNumeric: true }]),
    ],
    rows: confused.map((pair) => [
      pair.truth,
      pair.predicted,
      countText(pair.candidate),
      ...(champion === undefined ? [] : [countText(pair.champion ?? null)]),
    ]),
  })}</figure>`
}

function countText(value: number | null): string | undefined {
  return value === null ? undefined : count(value)
}
