import type { AzureDevopsAccess } from '../../engines/azure-devops/client.ts'
import { findPipelineRun, startPipeline } from '../../engines/azure-devops/pipelines.ts'
import { findRelease, startRelease } from '../../engines/azure-devops/releases.ts'
import type { FireSettings } from '../../project/triggers.ts'
import type { CloudEvent } from '../../records/event.ts'
import { fill, referenceOf, usualValues } from '../payload.ts'
import { wholeRef } from '../ref-pattern.ts'
import type { Target } from '../target.ts'
import { lookFrom } from './look-from.ts'

/** Runs a YAML pipeline, and finds the run again by the event's id among its parameters. */
export function pipelineTarget(id: string, settings: FireSettings<'pipeline'>, access: AzureDevopsAccess): Target {
  const { project, id: number, branch, parameters, eventParameter = 'event' } = settings
  const pipeline = { project, id: number }
  return {
    id,
    label: `pipeline ${number} of ${project} in ${access.url}`,
    async find(event: CloudEvent, signal) {
      const query = { ...pipeline, since: lookFrom(event), parameter: eventParameter, value: event.id }
      return findPipelineRun(access, query, signal)
    },
    async send(event: CloudEvent, signal) {
      const values = { ...fill(parameters ?? usualValues(), event), [eventParameter]: event.id }
      const ref = branch === undefined ? {} : { ref: wholeRef(branch) }
      return startPipeline(access, { ...pipeline, ...ref, parameters: values }, signal)
    },
  }
}

/** Creates a classic release, and finds it again by the event's id in its description. */
export function releaseTarget(id: string, settings: FireSettings<'release'>, access: AzureDevopsAccess): Target {
  const { project, definition, artifactAlias } = settings
  return {
    id,
    label: `release definition ${definition} of ${project} in ${access.url}`,
    async find(event: CloudEvent, signal) {
      return findRelease(access, { project, definition, since: lookFrom(event), mark: markOf(event) }, signal)
    },
    async send(event: CloudEvent, signal) {
      const { version } = event.data
      const artifact =
        artifactAlias === undefined || version === undefined
          ? {}
          : { artifact: { alias: artifactAlias, version: String(version) } }
      const description = `${referenceOf(event)} ${markOf(event)}`
      return startRelease(access, { project, definition, description, ...artifact }, signal)
    },
  }
}

function markOf(event: CloudEvent): string {
  return `(event ${event.id})`
}
