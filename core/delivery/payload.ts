import { isPlaceholder, type Placeholder } from '../project/triggers.ts'
import type { CloudEvent } from '../records/event.ts'
import { referenceText } from '../records/reference.ts'
import { typeOf } from './match.ts'

/**
 * What a receiver is told: nine flat keys (`repository_dispatch` takes ten), with the model as its own object, so that Azure's
 * incoming webhooks can filter by `model.name`. `eventId` is the same however often it is sent: receivers dedupe by it.
 */
export interface Payload {
  readonly event: string
  readonly eventId: string
  readonly time: string
  readonly model: { readonly name: string; readonly version?: string; readonly digest?: string }
  readonly run?: string
  readonly ref?: string
  readonly repository?: string
  readonly commit?: string
  /** Where the records are, without credentials. */
  readonly workspace: string
}

/** The payload of an event. */
export function payloadOf(event: CloudEvent, workspace: string): Payload {
  const { model, version, run, digest, repository, commit } = event.data
  return {
    event: typeOf(event),
    eventId: event.id,
    time: event.time,
    model: {
      name: model,
      ...(version === undefined ? {} : { version: String(version) }),
      ...(digest === undefined ? {} : { digest }),
    },
    ...(run === undefined ? {} : { run }),
    ...(event.ref === undefined ? {} : { ref: event.ref }),
    ...(repository === undefined ? {} : { repository }),
    ...(commit === undefined ? {} : { commit }),
    workspace,
  }
}

/** Values of a rule, as its author wrote them. */
export type Values = Readonly<Record<string, string | boolean | number>>

/** What a workflow or pipeline gets when the rule names no values: what the release pipeline's steps call `candidate`. */
export function usualValues(): Values {
  return { candidate: '{reference}' }
}

/** The values with their placeholders replaced. Each is replaced whole and once; what an event lacks is an empty text. */
export function fill(values: Values, event: CloudEvent): Readonly<Record<string, string>> {
  const entries = Object.entries(values).map(([name, value]) => {
    const text = String(value)
    return [name, isPlaceholder(text) ? replacement(text, event) : text] as const
  })
  return Object.fromEntries(entries)
}

function replacement(placeholder: Placeholder, event: CloudEvent): string {
  const { data } = event
  switch (placeholder) {
    case '{model}':
      return data.model
    case '{version}':
      return data.version === undefined ? '' : String(data.version)
    case '{reference}':
      return referenceOf(event)
    case '{run}':
      return data.run ?? ''
    case '{digest}':
      return data.digest ?? ''
    case '{event}':
      return event.id
    case '{ref}':
      return event.ref ?? ''
    case '{commit}':
      return data.commit ?? ''
    case '{repository}':
      return data.repository ?? ''
  }
}

/** What the event is about, as steps take it: `flights@3`, or `run:<id>` where there is no version. */
export function referenceOf({ data: { model, version, run } }: CloudEvent): string {
  if (version !== undefined) return referenceText({ kind: 'version', model, version })
  return run === undefined ? model : referenceText({ kind: 'run', run })
}
