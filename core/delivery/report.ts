import { ExternalError } from '../errors/errors.ts'
import { render } from '../errors/render.ts'
import { code, plain, table } from '../main/markdown.ts'
import type { Delivery } from './deliver.ts'
import { typeOf } from './match.ts'
import { referenceOf } from './payload.ts'

/** GitHub refuses a summary over 1 MiB whole; what was done comes first. */
const mostRows = 100

/** Kinds of outcomes in the order in which people want to read them. */
const order: readonly Delivery['outcome']['kind'][] = [
  'failed',
  'unclear',
  'fired',
  'found',
  'due',
  'held',
  'done',
  'left',
  'not-meant',
  'stale',
]

/** The deliveries that are still open: a later trigger has to see to them. */
export function openOf(deliveries: readonly Delivery[]): readonly Delivery[] {
  return deliveries.filter(({ outcome }) => ['failed', 'unclear', 'held', 'left', 'due'].includes(outcome.kind))
}

/** The deliveries that arrived by this trigger, found ones included. */
export function arrivedOf(deliveries: readonly Delivery[]): readonly Delivery[] {
  return deliveries.filter(({ outcome }) => outcome.kind === 'fired' || outcome.kind === 'found')
}

/** What the targets call what was started, one a delivery that says. */
export function referencesOf(deliveries: readonly Delivery[]): readonly string[] {
  return arrivedOf(deliveries).flatMap(({ outcome }) =>
    'reference' in outcome && outcome.reference !== undefined ? [outcome.reference] : [],
  )
}

/** The summary: a row an event and rule, with where it went or why it did not. */
export function summaryOf(deliveries: readonly Delivery[]): string {
  const heading = '### Trigger\n\n'
  if (deliveries.length === 0) return `${heading}Nothing is due: every event has been delivered, or there is none.\n`
  const sorted = [...deliveries].sort((a, b) => order.indexOf(a.outcome.kind) - order.indexOf(b.outcome.kind))
  const rows = sorted.slice(0, mostRows).map(rowOf)
  const more = sorted.length > mostRows ? `\nand ${sorted.length - mostRows} more.\n` : ''
  return `${heading}${table(['Event', 'About', 'Rule', 'Target', 'Result'], rows)}\n${more}`
}

function rowOf(delivery: Delivery): readonly string[] {
  const { event, rule, target } = delivery
  return [plain(typeOf(event)), code(referenceOf(event)), plain(rule), plain(target), resultOf(delivery)]
}

function resultOf({ outcome }: Delivery): string {
  switch (outcome.kind) {
    case 'fired':
      return `**fired**${linkOf(outcome.reference)}`
    case 'found':
      return `fired before${linkOf(outcome.reference)}`
    case 'done':
      return `fired by another trigger${linkOf(outcome.reference)}`
    case 'held':
      return plain(`another trigger is at it, until ${outcome.until} at the latest`)
    case 'unclear':
      return `**not known**: ${plain(outcome.why)}`
    case 'failed':
      return `**failed**: ${plain(failureLine(outcome.error))}`
    case 'due':
      return 'would fire'
    case 'left':
      return 'left for the next trigger, since the target failed'
    case 'not-meant':
    case 'stale':
      return plain(`not fired: ${outcome.why}`)
  }
}

function linkOf(reference: string | undefined): string {
  if (reference === undefined) return ''
  const isAddress = /^https?:\/\/[^\s()<>"\\]+$/.test(reference)
  return isAddress ? `: [${plain(reference)}](${reference})` : `: ${code(reference)}`
}

/** All failures as one error, or undefined when there are none. */
export function failureOf(deliveries: readonly Delivery[]): ExternalError | undefined {
  const failed = deliveries.flatMap((delivery) => {
    const { outcome } = delivery
    if (outcome.kind === 'failed') return [{ delivery, why: failureLine(outcome.error), cause: outcome.error }]
    return outcome.kind === 'unclear' ? [{ delivery, why: outcome.why, cause: undefined }] : []
  })
  if (failed.length === 0) return undefined
  const due = openOf(deliveries).length + arrivedOf(deliveries).length
  return new ExternalError({
    code: 'TY0701',
    facts: { operation: `deliver ${due} ${due === 1 ? 'event' : 'events'}, of which ${failed.length} failed` },
    details: failed
      .map(({ delivery: { event, rule, target }, why }) => `${rule}: ${referenceOf(event)} to ${target}: ${why}`)
      .join('\n'),
    cause: failed[0]?.cause,
  })
}

/** The failure in one line; secrets go when the whole error or the summary is written, by the host. */
function failureLine(error: unknown): string {
  const { headline, lines } = render(error, (text) => text)
  return [headline, ...lines].join('; ')
}
