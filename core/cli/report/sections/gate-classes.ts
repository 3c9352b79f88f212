import { significant } from '../../../compare-and-gate/words.ts'
import { counted } from '../../../main/words.ts'
import { html, type Markup, type Part } from '../html.ts'
import { type Gate, type Shape, sidesOf } from '../read/gate.ts'
import { linearAxis } from '../svg/axis.ts'
import { square } from '../svg/square.ts'
import { table } from '../table.ts'
import { count, percentage } from '../words.ts'
import { calibrationSeries, calibrationWords, hitsAt, rocSeries } from './gate-curves.ts'

type OneVsRest = NonNullable<Shape['oneVsRest']>
type ClassCurves = OneVsRest['classes'][number]

/** The curves of each class against all others, in small; undefined where there are none. */
export function classCurves({ oneVsRest }: Shape, gate: Gate, id: string): Part {
  if (oneVsRest === undefined || oneVsRest.classes.length === 0) return undefined
  const { classes, others } = oneVsRest
  const rest =
    others === 0
      ? undefined
      : html`<p class="meta">${others} more ${others === 1 ? 'class is' : 'classes are'} not drawn: these are the most frequent ones, and those with most rows that flipped.</p>`
  const calibrated = classes.filter(({ calibration }) => calibration !== undefined)
  return html`<figure><figcaption>ROC curves: each class against all others</figcaption>
<p class="meta">Across: rows of other classes that are taken for it; up: rows of the class that are found. The higher the curve, the better; the diagonal is guessing.</p>
<div class="small">
${classes.map((one, at) => rocOf(one, gate, `${id}-roc-${at}`))}</div>
${rest}${areas(classes, gate)}</figure>
${calibrated.length === 0 ? undefined : calibrations(calibrated, gate, id)}`
}

function rocOf({ name, n, roc }: ClassCurves, gate: Gate, id: string): Markup {
  const sides = sidesOf(roc, gate)
  const words = sides.map((side) => `${side.name}: area ${significant(side.of.auc)}`).join('; ')
  return html`<div class="one-class"><h4>${name}</h4>
${square({
  id,
  title: `ROC curve of ${name}`,
  description: `How many of its rows are found for how many false alarms among all others. ${words}.`,
  axis: linearAxis([0, 100], { steps: 2 }),
  unit: ' %',
  across: 'false alarms',
  up: 'found',
  series: sides.map(rocSeries),
  isSmall: true,
})}
<p class="meta">area ${sides.map((side) => significant(side.of.auc)).join(', champion ')}</p>
<p class="meta">${counted(n, 'row')}</p></div>
`
}

/** At so many false alarms the numbers beside the areas are read off. */
const alarms = 0.05

function areas(classes: readonly ClassCurves[], gate: Gate): Markup {
  const names = [gate.candidate, ...(classes.some(({ roc }) => roc.champion) ? [gate.champion?.reference ?? ''] : [])]
  return html`<details><summary>The numbers</summary>${table({
    caption: `The area under each curve, and how many rows of the class are found where ${percentage(alarms)} of the others raise a false alarm`,
    columns: [
      { head: 'class' },
      { head: 'rows', isNumeric: true },
      ...names.map((name) => ({ head: `${name}: area`, isNumeric: true })),
      ...names.map((name) => ({ head: `${name}: found`, isNumeric: true })),
    ],
    rows: classes.map(({ name, n, roc }) => {
      const sides = sidesOf(roc, gate)
      return [
        name,
        count(n),
        ...names.map((_, at) => sides[at] && significant(sides[at].of.auc)),
        ...names.map((_, at) => sides[at] && percentage(hitsAt(sides[at].of, alarms))),
      ]
    }),
  })}</details>`
}

function calibrations(classes: readonly ClassCurves[], gate: Gate, id: string): Markup {
  return html`<figure><figcaption>Calibration: each class against all others</figcaption>
<p class="meta">Across: predicted probability of the class; up: rows of which it came true. Each mark is about a tenth of the rows; on the diagonal the probabilities are honest. Each class has axes of its own.</p>
<div class="small">
${classes.map((one, at) => calibrationOf(one, gate, `${id}-cal-${at}`))}</div></figure>
`
}

function calibrationOf({ name, calibration }: ClassCurves, gate: Gate, id: string): Part {
  if (calibration === undefined) return undefined
  const sides = sidesOf(calibration, gate)
  const series = sides.map(calibrationSeries)
  const ends = series.flatMap(({ points }) => points.flatMap(({ x, y, interval }) => [x, interval?.high ?? y]))
  return html`<div class="one-class"><h4>${name}</h4>
${square({
  id,
  title: `Calibration of ${name}`,
  description: sides.map(calibrationWords).join(' '),
  axis: linearAxis([0, ...ends], { isRounded: true, steps: 2 }),
  unit: ' %',
  across: 'predicted',
  up: 'came true',
  series,
  isSmall: true,
})}</div>
`
}
