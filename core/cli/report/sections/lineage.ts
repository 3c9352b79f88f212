import type { AliasMove, Model, ModelVersion } from '../../../records/model.ts'
import type { Run } from '../../../records/run.ts'
import { type Evidence, evidenceBranch } from '../../show/evidence.ts'
import { filesText, runBranches } from '../../show/run-branch.ts'
import { took } from '../../show/runs.ts'
import type { Branch } from '../../text-tree.ts'
import type { ReportFacts, VersionFacts } from '../facts.ts'
import { html, lines, type Markup, type Part } from '../html.ts'
import { actor, digestMark, moment, prose } from '../words.ts'
import { nothing, type Section } from './section.ts'

/** What every version was made from and what was decided about it, as trees in the words of `trainyard lineage`. */
export function lineageSection({ versions, model }: ReportFacts): Section {
  const open = model.aliases['champion'] ?? versions[0]?.version.version
  return {
    id: 'lineage',
    title: 'Lineage',
    body:
      versions.length === 0
        ? [nothing('There is no version to tell of.')]
        : versions.map((facts) => versionTree(facts, model, facts.version.version === open)),
  }
}

function versionTree(facts: VersionFacts, model: Model, isOpen: boolean): Markup {
  const { version, run, evidence } = facts
  const moves = model.history.filter(({ from, to }) => from === version.version || to === version.version)
  return html`<details${isOpen ? html` open=""` : undefined}><summary><strong>${version.model}@${version.version}</strong>, registered ${moment(version.createdAt)} by ${version.by.name}</summary>
<ul class="tree">
${lines([...versionBranches(version).map(branchItem), run === undefined ? undefined : runItem(run), ...evidence.map(evidenceItem), ...moves.map(moveItem)])}
</ul></details>`
}

function versionBranches(version: ModelVersion): readonly Branch[] {
  const { description, files, tags, parent, datasets } = version
  const marks = Object.entries(tags).map(([tag, value]) => `${tag}=${value}`)
  return [
    ...(description === undefined ? [] : [{ text: `description  ${description}` }]),
    { text: `files  ${filesText(files)}`, below: files.files.map(({ path }) => ({ text: path })) },
    ...(marks.length === 0 ? [] : [{ text: `tags  ${marks.join(' ')}` }]),
    ...(parent === undefined ? [] : [{ text: `derived from  ${parent}` }]),
    ...datasets.map((dataset) => ({ text: `dataset  ${dataset}` })),
  ]
}

function runItem(run: Run): Markup {
  const length = run.endedAt === undefined ? '' : ` in ${took(run)}`
  return item(
    html`<b>run</b> <code>${run.id}</code> ${run.state}${length}, started ${moment(run.startedAt)} by ${actor(run.by)}`,
    runBranches(run),
  )
}

function evidenceItem(evidence: Evidence): Markup {
  const { id, kind, at, by, verdict } = evidence
  return item(
    html`<b>${kind}</b> ${verdict === undefined ? undefined : html`${verdict}, `}${moment(at)} by ${actor(by)}, evidence ${digestMark(id)}`,
    evidenceBranch(evidence).below,
  )
}

/** Two spaces part what a line is about from the rest, as in the terminal. */
function branchItem({ text, below = [] }: Branch): Markup {
  const at = text.indexOf('  ')
  const words = at === -1 ? prose(text) : html`<b>${text.slice(0, at)}</b> ${prose(text.slice(at + 2))}`
  return item(words, below)
}

function item(words: Part, below: readonly Branch[] = []): Markup {
  return html`<li>${words}${below.length === 0 ? undefined : html`<ul>${below.map(branchItem)}</ul>`}</li>`
}

function moveItem({ alias, from, to, at, by, why, isForced }: AliasMove): Markup {
  const words = `${from === undefined ? 'none' : `@${from}`} → ${to === undefined ? 'none' : `@${to}`}`
  return html`<li><b>${alias}</b> ${words}, ${moment(at)} by ${by.name}${isForced === true ? html` <strong>(forced)</strong>` : undefined}: ${prose(why)}</li>`
}
