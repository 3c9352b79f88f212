import { html, type Markup } from '../html.ts'
import type { Gate } from '../read/gate.ts'
import { legend } from '../svg/legend.ts'
import { classCurves } from './gate-classes.ts'
import { calibrationFigure, rocFigure } from './gate-curves.ts'
import { confusionMarkup } from './gate-confusion.ts'
import { flipsMarkup } from './gate-flips.ts'
import { residualsFigure } from './gate-residuals.ts'

/** How both models behave on the rows: what changed, confusion, curves; undefined for evidence that does not tell. */
export function shapeMarkup(gate: Gate, { id, isOpen }: { id: string; isOpen: boolean }): Markup | undefined {
  const { shape } = gate
  if (shape === undefined || Object.keys(shape).length === 0) return undefined
  const curves = [
    rocFigure(shape, gate, id),
    calibrationFigure(shape, gate, id),
    residualsFigure(shape, gate, id),
  ].filter((one) => one !== undefined)
  const ofClasses = classCurves(shape, gate, id)
  return html`
<details${isOpen ? html` open=""` : undefined}><summary>How the models behave on these rows</summary>
${flipsMarkup(shape, id)}
${confusionMarkup(shape, gate)}
${curves.length === 0 ? undefined : html`${sidesLegend(gate)}<div class="pair">${curves}</div>`}
${ofClasses === undefined ? undefined : html`${sidesLegend(gate)}${ofClasses}`}
</details>`
}

function sidesLegend({ candidate, champion }: Gate): Markup {
  return legend([
    { sample: 'canary', words: candidate },
    ...(champion === undefined ? [] : [{ sample: 'stable' as const, words: champion.reference }]),
    { sample: 'diagonal', words: 'where both axes are equal' },
  ])
}
