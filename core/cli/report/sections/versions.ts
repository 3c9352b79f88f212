import { significant } from '../../../compare-and-gate/words.ts'
import type { ReportFacts, VersionFacts } from '../facts.ts'
import { html, type Markup, type Part } from '../html.ts'
import { type Ending, endingOf, gateVerdict } from '../read/ending.ts'
import { table } from '../table.ts'
import { actor, moment } from '../words.ts'
import { badge, nothing, type Section } from './section.ts'

/** Metrics beyond these are left to the lineage: a table with more columns is read by nobody. */
const mostMetrics = 3

/** All versions that are told of, newest first. */
export function versionsSection(facts: ReportFacts): Section {
  const { versions, model } = facts
  if (versions.length === 0) return { id: 'versions', title: 'Versions', body: [nothing('All versions are deleted.')] }
  const metrics = metricNames(versions)
  const isShort = versions.length < model.latest
  return {
    id: 'versions',
    title: 'Versions',
    body: [
      table({
        caption: `${isShort ? `The ${versions.length} versions that this report tells of` : 'All versions'}, newest first. The metrics are those that training reported.`,
        columns: [
          { head: 'version' },
          { head: 'registered' },
          { head: 'run' },
          ...metrics.map((head) => ({ head, isNumeric: true })),
          { head: 'gate' },
          { head: 'what became of it' },
        ],
        rows: versions.map((version) => versionRow(version, metrics, facts)),
      }),
    ],
  }
}

function versionRow(facts: VersionFacts, metrics: readonly string[], { model }: ReportFacts): readonly Part[] {
  const { version, run } = facts
  const verdict = gateVerdict(facts)
  const aliases = Object.keys(model.aliases).filter((alias) => model.aliases[alias] === version.version)
  const values = Object.entries(run?.end?.metrics ?? {})
  return [
    html`<span class="name">${version.model}@${version.version}</span>${aliases.sort().map((alias) => html` <span class="alias">${alias}</span>`)}${tags(version.tags)}`,
    html`${moment(version.createdAt)} by ${actor(version.by)}`,
    version.run === undefined ? undefined : html`<code class="one">${version.run}</code>`,
    ...metrics.map((metric) => {
      const value = values.find(([name]) => name === metric)?.[1]
      return value === undefined ? undefined : significant(value)
    }),
    verdict === undefined ? undefined : badge(verdict),
    endingWords(endingOf(facts, model)),
  ]
}

function tags(all: Readonly<Record<string, string>>): Part {
  return Object.entries(all).map(([tag, value]) => html` <span class="tag">${tag}=${value}</span>`)
}

/** The metrics that most versions have. */
function metricNames(versions: readonly VersionFacts[]): readonly string[] {
  const times = new Map<string, number>()
  for (const { run } of versions)
    for (const metric of Object.keys(run?.end?.metrics ?? {})) times.set(metric, (times.get(metric) ?? 0) + 1)
  return [...times]
    .sort(([, a], [, b]) => b - a)
    .slice(0, mostMetrics)
    .map(([metric]) => metric)
}

function endingWords(ending: Ending): Markup {
  switch (ending.kind) {
    case 'champion':
      return html`<strong>champion</strong> since ${moment(ending.since)}`
    case 'was champion':
      return html`was champion until ${moment(ending.until)}`
    case 'rolled back':
      return html`rolled back as a canary`
    case 'refused':
      return html`refused by the gate`
    case 'undecided':
      return html`undecided: the gate needs more data`
    case 'passed':
      return html`passed the gate, not promoted`
    case 'not judged':
      return html`not judged yet`
  }
}
