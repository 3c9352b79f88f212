import type { Deployment } from '../../../records/deployment.ts'
import type { ReportFacts, VersionFacts } from '../facts.ts'
import { html, type Markup, type Part } from '../html.ts'
import { championMove } from '../read/ending.ts'
import { readGate } from '../read/gate.ts'
import { readPromotion } from '../read/promotion.ts'
import { actor, counted, moment, prose } from '../words.ts'

/** What a person wants to know first: which version is the champion, since when and why, and what serves where. */
export function head(facts: ReportFacts): Markup {
  const { model } = facts
  return html`<header>
<p class="eyebrow">Trainyard report</p>
<h1>${model.name}</h1>
<p class="lede">${championSentence(facts)}</p>
<dl class="facts">
${championFacts(facts)}<div><dt>Deployed</dt><dd>${deployed(facts.deployments)}</dd></div>
<div><dt>Versions</dt><dd>${counted(model.latest, 'version')} registered</dd></div>
<div><dt>Workspace</dt><dd><code>${facts.workspace}</code></dd></div>
<div><dt>Report made</dt><dd>${moment(facts.madeAt)}</dd></div>
</dl>
</header>`
}

function championSentence(facts: ReportFacts): Markup {
  const { model } = facts
  const move = championMove(model)
  if (move?.to === undefined) {
    return html`<strong>${model.name} has no champion</strong>: ${model.latest === 1 ? 'its one version was' : `none of its ${model.latest} versions was`} promoted.`
  }
  const place = move.from === undefined ? ', as the first one' : html`, in the place of ${model.name}@${move.from}`
  return html`<strong>${model.name}@${move.to}</strong> has been the champion since ${moment(move.at)}${place}, ${because(facts)}.`
}

function because(facts: ReportFacts): Part {
  const move = championMove(facts.model)
  const { gate, canary, rollback } = promotionOf(facts) ?? {}
  if (rollback !== undefined) return `because ${facts.model.name}@${rollback.from} was rolled back`
  if (move?.isForced === true) return html`because it was <strong>forced</strong>`
  if (gate !== undefined) return `because it passed the gate${canary === undefined ? '' : ' and was good as a canary'}`
  return 'for the reason given below'
}

/** The promotion that made the champion, from the evidence about its bytes. */
function promotionOf({ model, versions }: ReportFacts): ReturnType<typeof readPromotion> {
  const champion = championOf({ model, versions })
  return champion?.evidence
    .filter(({ kind }) => kind === 'promotion')
    .map(readPromotion)
    .find((promotion) => promotion?.model === model.name && promotion.version === champion.version.version)
}

function championOf({ model, versions }: Pick<ReportFacts, 'model' | 'versions'>): VersionFacts | undefined {
  return versions.find(({ version }) => version.version === model.aliases['champion'])
}

function championFacts(facts: ReportFacts): Part {
  const move = championMove(facts.model)
  if (move === undefined) return undefined
  const promotion = promotionOf(facts)
  const gate = championOf(facts)?.evidence.find(({ id }) => id === promotion?.gate)
  const [reason] = gate === undefined ? [] : (readGate(gate)?.verdict.reasons ?? [])
  // Promote says which gate it was where nobody gave a reason; the gate's own words say more.
  const isGiven = promotion?.gate === undefined || !move.why.includes(promotion.gate)
  return html`<div><dt>Promoted by</dt><dd>${actor(move.by)}</dd></div>
${reason === undefined ? undefined : html`<div><dt>The gate said</dt><dd>${prose(reason)}</dd></div>\n`}${isGiven ? html`<div><dt>Reason given</dt><dd>${prose(move.why)}</dd></div>\n` : undefined}`
}

function deployed(deployments: readonly Deployment[]): Part {
  const live = deployments.filter(({ state }) => state === 'live')
  if (live.length === 0) return 'nowhere, as far as the workspace knows'
  const endpoints = [...new Set(live.map(({ endpoint }) => endpoint))].sort()
  return html`<ul>${endpoints.map((endpoint) => {
    const parts = live.filter((one) => one.endpoint === endpoint).sort((a, b) => b.share - a.share)
    return html`<li><strong>${endpoint}</strong>: ${parts.map((one, at): Part => [at === 0 ? '' : ', ', deployment(one)])}</li>`
  })}</ul>`
}

function deployment({ model, version, share, role, at }: Deployment): Markup {
  return html`${model}@${version} with ${share}\u00A0% of the traffic${role === 'canary' ? ' as a canary' : ''} since ${moment(at)}`
}
