import { percent, signed, significant } from '../../compare-and-gate/words.ts'
import { readCanary } from '../report/read/canary.ts'
import { type Criterion, type Gate, readGate } from '../report/read/gate.ts'
import { highestHeld, type Profile, readProfile } from '../report/read/profile.ts'
import { milliseconds } from '../report/words.ts'
import type { Evidence } from '../show/evidence.ts'
import { when } from '../text-table.ts'
import { who } from '../who.ts'
import { type CardSection, type CardTable, fewestRows, rowsText } from './card.ts'
import type { CardFacts } from './facts.ts'

/** What is claimed about the version's bytes in one kind of evidence, as this model; newest first. */
export function claims<T extends { readonly model?: string; readonly candidate: string }>(
  { evidence, version }: CardFacts,
  kind: Evidence['kind'],
  read: (evidence: Evidence) => T | undefined,
): readonly { readonly evidence: Evidence; readonly claim: T }[] {
  return evidence
    .filter((one) => one.kind === kind)
    .flatMap((one) => {
      const claim = read(one)
      // The same bytes may have been judged as another model, too.
      const isOwn = claim?.model === undefined || claim.model === version.model
      return claim === undefined || !isOwn ? [] : [{ evidence: one, claim }]
    })
}

/** What the gate said, with all its reasons; the newest counts. */
export function gate(facts: CardFacts): CardSection {
  const [newest, ...older] = claims(facts, 'gate', readGate)
  if (newest === undefined) return { title: 'Gate', sentences: ['No gate judged these very files.'] }
  const { evidence, claim } = newest
  const { verdict, champion, data, criteria } = claim
  return {
    title: 'Gate',
    sentences: [
      `${verdict.kind}: ${champion === undefined ? 'judged by its own numbers, with no champion to compare' : `compared with ${champion.reference} on the same rows`}${data === undefined ? '' : `, ${rowsText(data.rows)}`}.`,
    ],
    facts: [
      ['Judged', `${when(evidence.at)} UTC by ${who(evidence.by)}`],
      ...(data === undefined ? [] : [['Rows from', { code: data.file }] as const]),
      ...(criteria === undefined ? [] : [['Criteria', { code: criteria.file }] as const]),
      ['Evidence', { code: evidence.id }],
    ],
    list: verdict.reasons,
    tables: [criteriaTable(verdict.results), ...(older.length === 0 ? [] : [olderTable(older)])],
  }
}

function criteriaTable(results: readonly Criterion[]): CardTable {
  return {
    caption: 'Every criterion',
    head: ['criterion', 'verdict', 'candidate', 'champion', 'difference', 'interval', 'rows'],
    rows: results.map((result) => {
      const { criterion, kind, isRequired, n } = result
      const numbers = n < fewestRows ? ['–', '–', '–', '–'] : numbersOf(result)
      return [criterion, isRequired ? kind : `${kind} (informative)`, ...numbers, rowsText(n)]
    }),
  }
}

function numbersOf({ candidate, champion, difference, interval }: Criterion): readonly string[] {
  return [
    candidate === undefined ? '–' : significant(candidate),
    champion === undefined ? '–' : significant(champion),
    difference === undefined ? '–' : signed(difference),
    interval === undefined
      ? '–'
      : `${significant(interval.low)} to ${significant(interval.high)} (${percent(interval.level)})`,
  ]
}

function olderTable(older: readonly { readonly evidence: Evidence; readonly claim: Gate }[]): CardTable {
  return {
    caption: 'Earlier judgements',
    head: ['when', 'verdict', 'by', 'evidence'],
    rows: older.map(({ evidence, claim }) => [
      `${when(evidence.at)} UTC`,
      claim.verdict.kind,
      who(evidence.by),
      { code: evidence.id },
    ]),
  }
}

/** How it fares on parts of the data. */
export function slices(facts: CardFacts): CardSection {
  const isJudged = claims(facts, 'gate', readGate).length > 0
  return {
    title: 'Slices',
    sentences: [
      isJudged
        ? 'The gate’s evidence holds no slices: its numbers are about all rows together.'
        : 'There is no evidence about parts of the data.',
    ],
  }
}

/** How fast a package of it answered. */
export function profile(facts: CardFacts): CardSection {
  const [newest] = claims(facts, 'profile', readProfile)
  if (newest === undefined) return { title: 'Speed', sentences: ['No package of it was measured under load.'] }
  const { evidence, claim } = newest
  const best = highestHeld(claim.rates)
  const { machine } = claim
  return {
    title: 'Speed',
    sentences: [
      best === undefined
        ? 'It kept up with none of the rates that were tried.'
        : `It kept up with ${best.rate} requests a second${best.latencyMs === undefined ? '' : `; 99 of 100 answers came within ${milliseconds(best.latencyMs.p99)}`}. Another machine has other numbers.`,
    ],
    facts: [
      ['Measured', `${when(evidence.at)} UTC by ${who(evidence.by)}`],
      ['Machine', `${machine.os} ${machine.arch}, ${machine.cpus} × ${machine.cpuModel}`],
      ['Evidence', { code: evidence.id }],
    ],
    tables: [ratesTable(claim)],
  }
}

function ratesTable({ rates }: Profile): CardTable {
  return {
    caption: 'What was measured at each rate',
    head: ['requests/s', 'half within', '99 of 100 within', 'failed', 'kept up'],
    rows: rates.map(({ rate, latencyMs, errors, held }) => [
      String(rate),
      latencyMs === undefined ? '–' : milliseconds(latencyMs.p50),
      latencyMs === undefined ? '–' : milliseconds(latencyMs.p99),
      String(errors),
      held ? 'yes' : 'no',
    ]),
  }
}

/** What became of it as a canary. */
export function canary(facts: CardFacts): CardSection {
  const found = claims(facts, 'canary', readCanary)
  const [newest] = found
  if (newest === undefined) return { title: 'Canary', sentences: ['It was not tried on a part of the traffic.'] }
  return {
    title: 'Canary',
    sentences: [`${newest.claim.decision}: tried at ${newest.claim.endpoint} beside ${newest.claim.stable.reference}.`],
    list: newest.claim.verdict.reasons,
    tables: [
      {
        caption: 'Every canary',
        head: ['ended', 'endpoint', 'decision', 'canary answered', 'stable answered', 'evidence'],
        rows: found.map(({ evidence, claim }) => {
          const last = claim.looks.at(-1)
          return [
            `${when(claim.endedAt)} UTC`,
            claim.endpoint,
            claim.decision,
            last === undefined ? '–' : answered(last.canary),
            last === undefined ? '–' : answered(last.stable),
            { code: evidence.id },
          ]
        }),
      },
    ],
  }
}

function answered({ requests, errors }: { readonly requests: number; readonly errors: number }): string {
  return requests < fewestRows ? `fewer than ${fewestRows}` : `${requests}, ${errors} of them failed`
}
