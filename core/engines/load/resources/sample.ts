import { type ControlGroup, sampleControlGroup } from './control-group.ts'
import { sampleProcess } from './process.ts'
import type { ResourceSample } from './resource.ts'

/** Whose CPU and memory to measure. */
export type ResourceSource = { readonly kind: 'process'; readonly pid: number } | ControlGroup

/** @throws ExternalError when there is no such process or group, or this system does not tell. */
export function sampleResources(source: ResourceSource): ResourceSample {
  return source.kind === 'process' ? sampleProcess(source.pid) : sampleControlGroup(source)
}
