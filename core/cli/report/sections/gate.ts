import { changeOf, headlineOf } from '../../../compare-and-gate/headline.ts'
import { evaluatedBy } from '../../../compare-and-gate/predictions/words.ts'
import { inconclusiveSentence } from '../../../compare-and-gate/inconclusive.ts'
import { countedUnits } from '../../../compare-and-gate/units.ts'
import { percent, probability, signed, significant } from '../../../compare-and-gate/words.ts'
import type { Evidence } from '../../show/evidence.ts'
import type { ReportFacts } from '../facts.ts'
import { html, type Markup, type Part } from '../html.ts'
import { type Criterion, type Gate, limitOf, readGate } from '../read/gate.ts'
import { unique } from '../read/unique.ts'
import { intervalChart } from '../svg/intervals.ts'
import { legend } from '../svg/legend.ts'
import { table } from '../table.ts'
import { actor, count, digestMark, moment, prose } from '../words.ts'
import { fairnessMarkup } from './gate-fairness.ts'
import { shapeMarkup } from './gate-shape.ts'
import { slicesMarkup } from './gate-slices.ts'
import { badge, nothing, type Section } from './section.ts'

/** What the gate said about each version, newest first: the sentences, then each interval against its limit. */
export function gateSection({ versions, model }: ReportFacts): Section {
  const evidence = unique(versions.flatMap((version) => version.evidence)).filter(({ kind }) => kind === 'gate')
  const told = evidence.flatMap((one, at) => {
    const gate = readGate(one)
    // The same bytes may have been judged as another model, too.
    if (gate !== undefined && gate.model !== model.name) return []
    return [gate === undefined ? unread(one) : gateArticle(one, gate, at === 0)]
  })
  const body =
    told.length === 0 ? [nothing('No gate has judged a version of this model yet.')] : [intervalLegend, ...told]
  return { id: 'gate', title: 'Gate', body }
}

const intervalLegend = html`<p>The interval says where the true value very probably lies. A criterion passes when all of it keeps the limit, and fails when none of it does.</p>${legend(
  [
    { sample: 'interval', words: 'interval' },
    { sample: 'pass', words: 'estimate: pass' },
    { sample: 'fail', words: 'fail' },
    { sample: 'inconclusive', words: 'inconclusive' },
    { sample: 'limit', words: 'limit' },
    { sample: 'equal', words: 'no difference to the champion' },
    { sample: 'hatch', words: 'breaks the criterion' },
  ],
)}`

function unread({ id, at }: Evidence): Markup {
  return html`<p>The evidence ${digestMark(id)} of ${moment(at)} has a form that this release does not read.</p>`
}

function gateArticle(evidence: Evidence, gate: Gate, isNewest: boolean): Markup {
  const { verdict, candidate, champion, data, criteria, forced, onInconclusive } = gate
  const id = `gate-${evidence.id.slice(7, 19)}`
  const [opening, ...rest] = verdict.reasons
  // A reason about one criterion is told where that criterion is shown.
  const why = rest.filter((reason) => !verdict.results.some(({ sentence }) => sentence === reason))
  const change = changeOf(gate)
  return html`<article aria-labelledby="${id}">
<h3 id="${id}">${candidate}${champion === undefined ? ', with no champion to compare' : ` against ${champion.reference}`} ${badge(verdict.kind)}</h3>
<p class="meta">${moment(evidence.at)} by ${actor(evidence.by)}${data === undefined ? undefined : html`, on ${count(data.rows)} rows of <code>${data.file}</code>`}${criteria === undefined ? undefined : html`, by <code>${criteria.file}</code>`}, evidence ${digestMark(evidence.id)}</p>
<p class="sentence"><strong>${sentence(gate)}</strong>${opening === undefined ? undefined : html` ${prose(opening)}`}</p>${
    forced === undefined
      ? undefined
      : html`
<p><strong>Let through by force</strong>, though it did not pass: ${prose(forced.reason)}</p>`
  }
${why.length === 0 ? undefined : html`<ul>${why.map((reason) => html`<li>${prose(reason)}</li>`)}</ul>`}
${change === undefined ? undefined : html`<p><strong>What would change it:</strong> ${change}</p>`}${
  onInconclusive === undefined
    ? undefined
    : html`
<p class="meta">${prose(inconclusiveSentence(onInconclusive))}</p>`
}
<ol class="criteria">
${byUrgency(verdict.results).map((result, at) => criterionRow(result, `${id}-${at}`))}</ol>
${evaluatedLine(gate)}${reuseLine(gate)}${numbers(gate)}${slicesMarkup(gate)}${fairnessMarkup(gate)}${shapeMarkup(gate, { id, isOpen: isNewest })}
</article>`
}

/** What decided first: required criteria that failed, then those that are open; the order of the criteria file within. */
function byUrgency(results: readonly Criterion[]): readonly Criterion[] {
  const rank = ({ kind, isRequired }: Criterion) =>
    !isRequired || kind === 'pass' ? 2 : kind === 'inconclusive' ? 1 : 0
  return results.toSorted((one, other) => rank(one) - rank(other))
}

function sentence(gate: Gate): string {
  const text = headlineOf(gate, (name) => name)
  return `${text.startsWith('nobody') ? `N${text.slice(1)}` : text}.`
}

/** What could not be compared, and what made the numbers. */
function evaluatedLine(gate: Gate): Markup | undefined {
  const lines = [...(gate.verdict.unchecked ?? []), evaluatedBy(gate)].filter((line) => line !== undefined)
  return lines.length === 0 ? undefined : html`${lines.map((line) => html`<p class="meta">${prose(line)}</p>`)}`
}

/** What the data judged before; undefined where the reasons say it. */
function reuseLine({ reuse, verdict }: Gate): Markup | undefined {
  if (reuse === undefined || verdict.reasons.includes(reuse.sentence)) return undefined
  return html`<p class="meta">${prose(reuse.sentence)}</p>`
}

function criterionRow(result: Criterion, id: string): Markup {
  const { criterion, kind, isRequired, sentence } = result
  return html`<li><div><strong>${criterion}</strong>${isRequired ? undefined : html` <span class="quiet">informative</span>`} ${badge(kind)}
<p class="meta">${prose(sentence)}</p></div>
${criterionChart(result, id)}</li>
`
}

function criterionChart(result: Criterion, id: string): Part {
  const { criterion, candidate, difference, interval, kind, sentence } = result
  const point = difference ?? candidate
  if (point === undefined) return undefined
  const limit = limitOf(result)
  return intervalChart({
    id,
    title: `${criterion}: ${kind}`,
    description: sentence,
    kind,
    point,
    interval,
    limit: limit === undefined ? undefined : { ...limit, label: `limit ${limitText(limit.value, difference)}` },
    equal: difference === undefined ? undefined : 0,
  })
}

function limitText(limit: number, difference: number | undefined): string {
  return (difference === undefined ? significant(limit) : signed(limit)).replace(/^-/, '−')
}

function numbers({ candidate, champion, verdict }: Gate): Markup {
  const { results } = verdict
  const hasP = results.some(({ pValue }) => pValue !== undefined)
  const hasDetectable = results.some(({ detectable }) => detectable !== undefined)
  return html`<details><summary>The numbers</summary>${table({
    caption: `Every criterion in numbers, ${candidate}${champion === undefined ? '' : ` against ${champion.reference}`}`,
    isCaptionHidden: true,
    columns: [
      { head: 'criterion' },
      { head: 'candidate', isNumeric: true },
      { head: 'champion', isNumeric: true },
      { head: 'difference', isNumeric: true },
      { head: 'between', isNumeric: true },
      { head: 'level', isNumeric: true },
      { head: 'rows', isNumeric: true },
      { head: 'rows needed', isNumeric: true },
      ...(hasP ? [{ head: 'p', isNumeric: true }] : []),
      ...(hasDetectable ? [{ head: 'detectable', isNumeric: true }] : []),
      { head: 'verdict' },
    ],
    rows: results.map((result) => [
      result.criterion,
      result.candidate === undefined ? undefined : significant(result.candidate),
      result.champion === undefined ? undefined : significant(result.champion),
      result.difference === undefined ? undefined : signed(result.difference),
      result.interval === undefined
        ? undefined
        : `${significant(result.interval.low)} to ${significant(result.interval.high)}`,
      result.interval === undefined ? undefined : percent(result.interval.level),
      inUnits(result.n, result),
      result.needed === undefined ? undefined : inUnits(result.needed, result),
      ...(hasP ? [result.pValue === undefined ? undefined : probability(result.pValue)] : []),
      ...(hasDetectable ? [result.detectable === undefined ? undefined : significant(result.detectable)] : []),
      result.kind,
    ]),
  })}${hasDetectable ? html`<p class="meta">Detectable: what these rows would prove with a probability of 80 %, the smallest true difference of a comparison or the metric of a bound. p: of the contrary of what is asked.</p>` : undefined}</details>`
}

function inUnits(n: number, { unit }: Pick<Criterion, 'unit'>): string {
  return unit === 'query' ? countedUnits(n, unit) : count(n)
}
