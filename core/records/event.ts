import { createHash } from 'node:crypto'
import type { GitState } from './actor.ts'
import type { ModelVersion } from './model.ts'
import type { Run } from './run.ts'

/** The types of events that exist today, as users write them in trigger rules. */
export const eventTypes = ['model.registered', 'run.completed', 'model.promoted'] as const
export type EventType = (typeof eventTypes)[number]

/**
 * A CloudEvents 1.0 record (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md) with the extension
 * attribute `ref`: the git ref that it came from, which the trust rules look at.
 */
export interface CloudEvent {
  readonly specversion: '1.0'
  /** Unique for ever; receivers recognise a repeated delivery by it. */
  readonly id: string
  readonly source: string
  readonly type: `dev.trainyard.${EventType}`
  readonly subject: string
  readonly time: string
  readonly datacontenttype: 'application/json'
  readonly data: EventData
  readonly ref?: string
}

/** What the events say. `model.registered` and `model.promoted` have a version, `run.completed` a run. */
export interface EventData {
  readonly model: string
  readonly version?: number
  readonly run?: string
  readonly digest?: string
  readonly repository?: string
  readonly commit?: string
}

/** That one event reached one target. `reference` is what the target calls it: a run's page, a release's id. */
export interface Receipt {
  readonly event: string
  readonly target: string
  readonly at: string
  readonly reference?: string
}

/** That somebody is about to deliver. A claim without a receipt, past its expiry, is looked up at the target and taken over. */
export interface Claim {
  readonly event: string
  readonly target: string
  readonly by: string
  readonly at: string
  readonly expiresAt: string
}

/** What an event about a version is made of. `at` is ISO 8601 in UTC. */
export interface VersionEventParts {
  readonly type: 'model.registered' | 'model.promoted'
  readonly version: Pick<ModelVersion, 'model' | 'version' | 'files' | 'run'>
  readonly git: GitState
  readonly at: string
}

/** The event about a version. Its id begins with model and version, for the people who meet it in a release's name. */
export function versionEvent({ type, version, git, at }: VersionEventParts): CloudEvent {
  const { model, version: number, files, run } = version
  const unique = createHash('sha256')
    .update(JSON.stringify([type, model, number, files.digest, at]))
    .digest('hex')
  const data: EventData = {
    model,
    version: number,
    digest: files.digest,
    ...(run === undefined ? {} : { run }),
    ...provenance(git),
  }
  return {
    specversion: '1.0',
    id: `${model}-${number}-${unique.slice(0, 12)}`,
    source: `/trainyard/${git.repository ?? 'local'}`,
    type: `dev.trainyard.${type}`,
    subject: `${model}@${number}`,
    time: at,
    datacontenttype: 'application/json',
    data,
    ...(git.ref === undefined ? {} : { ref: git.ref }),
  }
}

/** The event that a run succeeded. A run ends once, so its id makes the event's. */
export function runEvent(
  run: Pick<Run, 'id' | 'model' | 'git'>,
  end: { readonly at: string; readonly digest: string },
): CloudEvent {
  const { id, model, git } = run
  return {
    specversion: '1.0',
    id: `${model}-${id}`,
    source: `/trainyard/${git.repository ?? 'local'}`,
    type: 'dev.trainyard.run.completed',
    subject: `run:${id}`,
    time: end.at,
    datacontenttype: 'application/json',
    data: { model, run: id, digest: end.digest, ...provenance(git) },
    ...(git.ref === undefined ? {} : { ref: git.ref }),
  }
}

function provenance(git: GitState): Pick<EventData, 'repository' | 'commit'> {
  return {
    ...(git.repository === undefined ? {} : { repository: git.repository }),
    ...(git.commit === undefined ? {} : { commit: git.commit }),
  }
}
