import { type Github, type GithubAccess, openGithub } from '../../engines/github/client.ts'
import type { Repository } from '../../engines/github/repository.ts'
import { findRun, startWorkflow } from '../../engines/github/workflows.ts'
import type { FireSettings } from '../../project/triggers.ts'
import type { CloudEvent } from '../../records/event.ts'
import { fill, usualValues } from '../payload.ts'
import { shortRef } from '../ref-pattern.ts'
import type { Target } from '../target.ts'
import { lookFrom } from './look-from.ts'

/** A workflow to start, with everything that the rule leaves open filled in. */
export interface WorkflowSettings extends Omit<FireSettings<'workflow'>, 'repository' | 'ref'> {
  readonly repository: Repository
  readonly ref: string
}

/** Starts a GitHub workflow by `workflow_dispatch`, and finds it again by the event's id in the run's name. */
export function workflowTarget(id: string, settings: WorkflowSettings, access: GithubAccess): Target {
  const { repository, file, inputs, eventInput = 'event' } = settings
  const ref = shortRef(settings.ref).replace(/^refs\/tags\//, '')
  const place = { repository, file, ref }
  let github: Promise<Github> | undefined
  const open = async () => (github ??= openGithub(access))
  return {
    id,
    label: `workflow ${file} of ${repository.owner}/${repository.repo} at ${ref}`,
    async find(event: CloudEvent, signal) {
      const query = { ...place, since: lookFrom(event), mark: event.id, input: eventInput }
      return findRun(await open(), query, signal)
    },
    async send(event: CloudEvent, signal) {
      const values = { ...fill(inputs ?? usualValues(), event), [eventInput]: event.id }
      return startWorkflow(await open(), { ...place, inputs: values }, signal)
    },
  }
}
