import type { Evidence } from '../../show/evidence.ts'
import type { ReportFacts } from '../facts.ts'
import { html, type Markup } from '../html.ts'
import {
  type Answered,
  type Canary,
  readCanary,
  type Step,
  stepsOf,
  type Stretch,
  stretchesOf,
} from '../read/canary.ts'
import { unique } from '../read/unique.ts'
import { type Axis, linearAxis } from '../svg/axis.ts'
import { legend } from '../svg/legend.ts'
import { type Point, timeline } from '../svg/timeline.ts'
import { table } from '../table.ts'
import { actor, count, counted, digestMark, duration, moment, percentage, prose } from '../words.ts'
import { badge, nothing, type Section } from './section.ts'

/** More points than these are joined: on a telephone they could not be told apart. */
const mostPoints = 40

/** What each canary did, newest first: its share of the traffic and both sides' errors over time, with the decisions. */
export function canarySection({ versions }: ReportFacts): Section {
  const told = unique(versions.flatMap(({ evidence }) => evidence)).filter(({ kind }) => kind === 'canary')
  return {
    id: 'canary',
    title: 'Canary',
    body: told.length === 0 ? [nothing('No version has been tried as a canary yet.')] : told.map(canaryArticle),
  }
}

const endings = { promote: 'good enough', rollback: 'rolled back', hold: 'held' } as const

function canaryArticle(evidence: Evidence): Markup {
  const canary = readCanary(evidence)
  const id = `canary-${evidence.id.slice(7, 19)}`
  if (canary === undefined)
    return html`<p>The evidence ${digestMark(evidence.id)} of ${moment(evidence.at)} has a form that this release does not read.</p>`
  const { candidate, stable, endpoint, verdict, decision } = canary
  const [opening, ...why] = verdict.reasons
  return html`<article aria-labelledby="${id}">
<h3 id="${id}">${candidate} beside ${stable.reference} on ${endpoint} ${badge(verdict.kind, endings[decision])}</h3>
<p class="meta">${moment(canary.startedAt)}, for ${duration(lengthOf(canary))}, by ${actor(evidence.by)}, evidence ${digestMark(evidence.id)}</p>
<p class="sentence">${opening === undefined ? undefined : prose(opening)}</p>
${why.length === 0 ? undefined : html`<ul>${why.map((reason) => html`<li>${prose(reason)}</li>`)}</ul>`}
${charts(canary, id)}
${decisions(canary)}
${counts(canary)}
</article>`
}

function charts(canary: Canary, id: string): Markup {
  const stretches = stretchesOf(canary, mostPoints)
  if (stretches.length === 0) return nothing('There are no two looks between which anything was counted.')
  const steps = stepsOf(canary)
  const { size, unit } =
    lengthOf(canary) > 5 * 60_000 ? { size: 60_000, unit: '\u00A0min' } : { size: 1000, unit: '\u00A0s' }
  const shared = {
    time: linearAxis([0, lengthOf(canary) / size], { steps: 5 }),
    timeUnit: unit,
    unit: '\u00A0%',
    moments: steps.map(({ atMs, kind }, at) => ({ x: atMs / size, label: String(at + 1), isEnd: kind !== 'share' })),
  }
  return html`<figure><figcaption>The canary’s share of the traffic</figcaption>
${timeline({ ...shared, id: `${id}-share`, title: 'The canary’s share of the traffic over time', description: stepsInWords(steps), values: linearAxis([0, 100], { isRounded: true }), series: [{ look: 'area', points: stairs(steps, size) }] })}</figure>
<figure><figcaption>Requests that failed, of those that each side had since the point before</figcaption>${legend([
    { sample: 'canary', words: `canary, ${canary.candidate}` },
    { sample: 'stable', words: `stable, ${canary.stable.reference}` },
    { sample: 'limit', words: 'the decision' },
  ])}
${timeline({
  ...shared,
  id: `${id}-errors`,
  title: 'The share of failed requests over time, canary and stable',
  description: countsInWords(canary),
  values: errorAxis(stretches),
  series: [
    { look: 'stable', points: rates(stretches, 'stable', size) },
    { look: 'canary', points: rates(stretches, 'canary', size) },
  ],
})}</figure>`
}

function lengthOf({ startedAt, endedAt }: Canary): number {
  return Math.max(0, Date.parse(endedAt) - Date.parse(startedAt))
}

/** The share as it was, straight until it changes. */
function stairs(steps: readonly Step[], size: number): readonly Point[] {
  return steps.flatMap(({ atMs, share }, at) => {
    const before = steps[at - 1]?.share
    const x = atMs / size
    return before === undefined
      ? [{ x, y: share }]
      : [
          { x, y: before },
          { x, y: share },
        ]
  })
}

function rates(stretches: readonly Stretch[], side: 'canary' | 'stable', size: number): readonly Point[] {
  return stretches.flatMap(({ toMs, [side]: { requests, errors } }) =>
    requests === 0 ? [] : [{ x: toMs / size, y: (errors / requests) * 100 }],
  )
}

/** From 0 to at least one per cent, so that a single error does not look like a disaster. */
function errorAxis(stretches: readonly Stretch[]): Axis {
  const all = stretches.flatMap(({ canary, stable }) => [canary, stable])
  const worst = Math.max(...all.map(({ requests, errors }) => (requests === 0 ? 0 : (errors / requests) * 100)))
  return linearAxis([0, Math.max(1, worst)], { isRounded: true, steps: 3 })
}

function stepsInWords(steps: readonly Step[]): string {
  return `${steps.map((step) => `After ${duration(step.atMs)}: ${stepInWords(step)}`).join('. ')}.`
}

function stepInWords({ kind, share }: Step): string {
  return kind === 'share' ? `${share}\u00A0% of the requests go to the canary` : decided[kind]
}

const decided = {
  promote: 'the decision: good enough to be promoted',
  rollback: 'the decision: rolled back, all requests go to stable again',
  hold: 'the decision: held, since nothing is proven',
} as const

function countsInWords({ looks }: Canary): string {
  const [first, last] = [looks[0], looks.at(-1)]
  if (first === undefined || last === undefined) return 'Nothing was counted.'
  return `The canary failed ${failed(last.canary)}, stable ${failed(last.stable)}.`
}

function failed({ requests, errors }: Answered): string {
  return `${count(errors)} of ${counted(requests, 'request')}`
}

function decisions(canary: Canary): Markup {
  const steps = stepsOf(canary)
  return html`<ol class="steps">${steps.map((step) => html`<li><span class="quiet">after ${duration(step.atMs)}</span> ${stepInWords(step)}</li>`)}</ol>`
}

/** What was counted while the canary had each share. */
function counts(canary: Canary): Markup {
  const steps = stepsOf(canary)
  const stretches = stretchesOf(canary, Number.MAX_SAFE_INTEGER)
  const rows = steps.slice(0, -1).map(({ atMs, share }, at) => {
    const end = steps[at + 1]?.atMs ?? Number.POSITIVE_INFINITY
    const within = stretches.filter(({ fromMs }) => fromMs >= atMs && fromMs < end)
    const sides = (['canary', 'stable'] as const).flatMap((side) => {
      const requests = within.reduce((sum, { [side]: one }) => sum + one.requests, 0)
      const errors = within.reduce((sum, { [side]: one }) => sum + one.errors, 0)
      return [count(requests), count(errors), requests === 0 ? undefined : percentage(errors / requests)]
    })
    return [`${share}\u00A0%`, ...sides]
  })
  return table({
    caption: 'What each side answered while the canary had each share',
    columns: [
      { head: 'share' },
      { head: 'canary requests', isNumeric: true },
      { head: 'canary errors', isNumeric: true },
      { head: 'canary rate', isNumeric: true },
      { head: 'stable requests', isNumeric: true },
      { head: 'stable errors', isNumeric: true },
      { head: 'stable rate', isNumeric: true },
    ],
    rows,
  })
}
