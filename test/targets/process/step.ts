// A step of a pipeline, as far as this target sees it: a process that works on an endpoint and ends, or is killed.
// `node step.ts '{"options": …, "specs": …}'` tells the whole story; it prints `begun`, and `done` at the end.
import { type ProcessTargetOptions, processTarget } from '../../../core/targets/process/process-target.ts'
import type { DeploymentSpec, Target } from '../../../core/targets/target.ts'

/** What a step is given. */
export interface Task {
  readonly options: Omit<ProcessTargetOptions, 'signal' | 'onLine'>
  /** Three packages, for the three deployments of the story. */
  readonly specs: readonly DeploymentSpec[]
}

/** The endpoint of the story. */
export const endpoint = 'flights'

/**
 * A canary that is rolled back and one that takes over. Every way through it, with any number of beginnings, ends with the
 * third deployment alone.
 */
export async function story(target: Target, specs: readonly DeploymentSpec[]): Promise<void> {
  const [first, second, third] = specs
  if (first === undefined || second === undefined || third === undefined) throw new Error('three packages are needed')
  await target.ensureEndpoint(endpoint)
  await target.start(endpoint, first)
  await target.setShares(endpoint, { [first.name]: 100 })
  await target.start(endpoint, second)
  await target.setShares(endpoint, { [first.name]: 90, [second.name]: 10 })
  await target.setShares(endpoint, { [first.name]: 100, [second.name]: 0 })
  await target.retire(endpoint, second.name)
  await target.start(endpoint, third)
  await target.setShares(endpoint, { [first.name]: 50, [third.name]: 50 })
  await target.setShares(endpoint, { [third.name]: 100 })
  await target.retire(endpoint, first.name)
}

const given = process.argv[2]
if (given !== undefined && import.meta.url.endsWith(process.argv[1]?.split('/').at(-1) ?? '\0')) {
  const { options, specs } = JSON.parse(given) as Task
  process.stdout.write('begun\n')
  await story(processTarget({ ...options, signal: new AbortController().signal }), specs)
  process.stdout.write('done\n')
}
