import { significant } from '../../../compare-and-gate/words.ts'
import { html, type Markup, type Part } from '../html.ts'
import { type Gate, type OneSide, type Shape, sidesOf } from '../read/gate.ts'
import { linearAxis } from '../svg/axis.ts'
import { square, type SquareSeries } from '../svg/square.ts'
import { table } from '../table.ts'
import { count, percentage } from '../words.ts'

/** A ROC curve. */
export type Curve = NonNullable<Shape['roc']>['candidate']

/** The ROC curves of both models; undefined where there are none. */
export function rocFigure({ roc }: Shape, gate: Gate, id: string): Part {
  if (roc === undefined) return undefined
  const sides = sidesOf(roc, gate)
  const words = sides.map(({ name, of }) => `${name}: area ${significant(of.auc)}`).join('; ')
  const series = sides.map(rocSeries)
  return html`<figure><figcaption>ROC curve: hits against false alarms</figcaption>
${square({
  id: `${id}-roc`,
  title: 'ROC curve',
  description: `How many of the positive rows are found for how many false alarms among the negative ones. ${words}.`,
  axis: linearAxis([0, 100]),
  unit: ' %',
  across: 'negatives that raise a false alarm',
  up: 'positives that are found',
  series,
})}
<p class="meta">The higher the curve, the better; the diagonal is guessing. ${words}.</p>
${rocNumbers(sides)}</figure>
`
}

/** One side's curve as a line. */
export function rocSeries({ side, of }: OneSide<Curve>): SquareSeries {
  return { side, isLine: true, points: of.points.map(([x, y]) => ({ x: 100 * x, y: 100 * y })) }
}

const alarms = [0.01, 0.05, 0.1, 0.2, 0.3, 0.5]

function rocNumbers(sides: readonly OneSide<Curve>[]): Markup {
  return html`<details><summary>The numbers</summary>${table({
    caption: 'How many of the positives are found, where so many of the negatives raise a false alarm',
    columns: [{ head: 'false alarms' }, ...sides.map(({ name }) => ({ head: name, isNumeric: true }))],
    rows: alarms.map((share) => [percentage(share), ...sides.map(({ of }) => percentage(hitsAt(of, share)))]),
  })}</details>`
}

/** How many of the positives are found at a share of false alarms: the curve's height, between two of its points along the line. */
export function hitsAt({ points }: Curve, share: number): number {
  const at = points.findIndex(([x]) => x > share)
  const [fromX, fromY] = points[at - 1] ?? [0, 0]
  const [toX, toY] = points[at] ?? [1, 1]
  return fromY + ((toY - fromY) * (share - fromX)) / (toX - fromX)
}

/** A calibration. */
export type Bins = NonNullable<Shape['calibration']>['candidate']

/** Predicted probabilities against what happened; undefined where there are none. */
export function calibrationFigure({ calibration }: Shape, gate: Gate, id: string): Part {
  if (calibration === undefined) return undefined
  const sides = sidesOf(calibration, gate)
  const series = sides.map(calibrationSeries)
  const level = calibration.candidate[0]?.interval.level
  const ends = series.flatMap(({ points }) => points.flatMap(({ x, y, interval }) => [x, interval?.high ?? y]))
  return html`<figure><figcaption>Calibration: what was said against what happened</figcaption>
${square({
  id: `${id}-cal`,
  title: 'Calibration curve',
  description: sides.map(calibrationWords).join(' '),
  axis: linearAxis([0, ...ends], { isRounded: true }),
  unit: ' %',
  across: 'predicted probability',
  up: 'rows of which it came true',
  series,
})}
<p class="meta">Each mark is about a tenth of the rows; on the diagonal the probabilities are honest.${level === undefined ? undefined : ` Lines up and down: ${Math.round(100 * level)} % intervals.`}</p>
${calibrationNumbers(sides)}</figure>
`
}

/** One side's bins as marks. */
export function calibrationSeries({ side, of }: OneSide<Bins>): SquareSeries {
  const points = of.map(({ predicted, observed, interval }) => ({
    x: 100 * predicted,
    y: 100 * observed,
    interval: { low: 100 * interval.low, high: 100 * interval.high },
  }))
  return { side, isLine: false, points }
}

/** One side's bins in words. */
export function calibrationWords({ name, of }: OneSide<Bins>): string {
  return `${name}: ${of.map((bin) => `${percentage(bin.predicted)} said, ${percentage(bin.observed)} happened`).join('; ')}.`
}

function calibrationNumbers(sides: readonly OneSide<Bins>[]): Markup {
  return html`<details><summary>The numbers</summary>${table({
    caption: 'Calibration in numbers',
    isCaptionHidden: true,
    columns: [
      { head: 'model' },
      { head: 'rows', isNumeric: true },
      { head: 'predicted', isNumeric: true },
      { head: 'came true', isNumeric: true },
      { head: 'between', isNumeric: true },
    ],
    rows: sides.flatMap(({ name, of }) =>
      of.map(({ n, predicted, observed, interval }) => [
        name,
        count(n),
        percentage(predicted),
        percentage(observed),
        `${percentage(interval.low)} to ${percentage(interval.high)}`,
      ]),
    ),
  })}</details>`
}
