import type { TriggerRule } from '../project/triggers.ts'
import type { CloudEvent, EventType } from '../records/event.ts'
import type { Tags } from '../records/model.ts'
import { matchesRef, shortRef, wholeRef } from './ref-pattern.ts'

/** What the trust rules know of the repository that the rules stand in. */
export interface Home {
  readonly repository: string | undefined
  readonly defaultBranch: string | undefined
}

/** The rule's answer: it means this event, or the reason why not, as a sentence without its full stop. */
export type Match = { readonly kind: 'match' } | { readonly kind: 'no'; readonly why: string }

/** The event's type as rules write it. */
export function typeOf(event: CloudEvent): EventType {
  // The record's type is this prefix and one of the names.
  return event.type.slice('dev.trainyard.'.length) as EventType
}

/**
 * Whether a rule means an event, its age and the version's tags left out. Trust follows the ref: a rule without `refs` means
 * events of the default branch only, and one without `model` only events of its own repository.
 */
export function match(rule: TriggerRule, event: CloudEvent, home: Home): Match {
  const { model, repository } = event.data
  if (typeOf(event) !== rule.on) return no(`it is ${typeOf(event)}, and the rule is on ${rule.on}`)
  if (rule.model !== undefined && ![rule.model].flat().includes(model))
    return no(`the rule is not for the model ${model}`)
  if (rule.model === undefined && isForeign(repository, home.repository))
    return no(`it came from ${repository}, and the rule names no model`)
  return matchRef(rule, event, home)
}

/** A CI system says `owner/name`, a clone says its remote's address. */
function isForeign(repository: string | undefined, home: string | undefined): boolean {
  return repository !== undefined && home !== undefined && lastNames(repository) !== lastNames(home)
}

function lastNames(repository: string): string {
  return repository
    .toLowerCase()
    .replace(/(\.git)?\/*$/, '')
    .split(/[/:]/)
    .slice(-2)
    .join('/')
}

function matchRef(rule: TriggerRule, event: CloudEvent, home: Home): Match {
  const patterns = rule.refs ?? (home.defaultBranch === undefined ? [] : [wholeRef(home.defaultBranch)])
  const inWords =
    rule.refs === undefined ? `the default branch ${patterns.map(shortRef).join('')}` : patterns.join(', ')
  if (event.ref === undefined) return no(`it came from no branch, and the rule fires for ${inWords}`)
  const { ref } = event
  // A default branch is a name and no pattern.
  const isMeant =
    rule.refs === undefined ? patterns.includes(wholeRef(ref)) : patterns.some((one) => matchesRef(one, ref))
  return isMeant ? { kind: 'match' } : no(`it came from ${shortRef(ref)}, and the rule fires for ${inWords}`)
}

/** Whether a version has all the tags that a rule asks for. */
export function matchTags(rule: TriggerRule, tags: Tags): Match {
  const missing = Object.entries(rule.tags ?? {}).find(
    ([name, value]) => !Object.hasOwn(tags, name) || tags[name] !== value,
  )
  return missing === undefined ? { kind: 'match' } : no(`the version has no tag ${missing[0]}=${missing[1]}`)
}

const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** Whether an event is young enough: a new or renamed rule must not fire what happened long before it. */
export function matchAge(rule: TriggerRule, event: CloudEvent, now: Date): Match {
  const within = rule.within ?? '7d'
  const unit = within.endsWith('m') ? 'm' : within.endsWith('h') ? 'h' : 'd'
  const limitMs = Number(within.slice(0, -1)) * unitMs[unit]
  return now.getTime() - Date.parse(event.time) <= limitMs
    ? { kind: 'match' }
    : no(`it is older than ${within}; name it with the input event to fire it all the same`)
}

function no(why: string): Match {
  return { kind: 'no', why }
}
