import { InputError } from '../../errors/errors.ts'
import type { Deployment } from '../../records/deployment.ts'
import { defineStep, type InputsOf } from '../../step/define-step.ts'
import { flag, name, path } from '../../step/input.ts'
import { holdEndpoint } from '../../targets/hold.ts'
import { openTarget } from '../../targets/open.ts'
import type { Workspace } from '../../workspace/workspace.ts'
import type { Look } from '../lazy-look.ts'

export const definition = defineStep({
  id: 'down',
  title: 'End endpoints of this machine',
  doc: 'Ends an endpoint of this machine, its servers and its router, and records what it served as retired.',
  branding: { icon: 'power', color: 'red' },
  permissions: { contents: 'write' },
  workspace: 'write',
  inputs: {
    endpoint: name({ doc: 'The endpoint.' }),
    all: flag({ doc: 'Ends all endpoints of this machine.', default: false }),
    forget: flag({
      doc: 'Records as retired what this machine does not run, for an endpoint whose machine is gone.',
      default: false,
    }),
    stateFolder: path({
      doc: 'Where this machine remembers its endpoints. By default below `.trainyard` of the project, in CI of the home of the runner’s user.',
    }),
  },
  outputs: {},
})

/** Ends endpoints. */
export const look: Look<typeof definition> = async ({ inputs, workspace, host }) => {
  const { target, stateFolder } = openTarget(host, { stateFolder: inputs.stateFolder })
  const here = await target.endpoints()
  const wanted = wantedOf(inputs, here)
  const lines: string[] = []
  for (const endpoint of wanted) {
    const live = await liveAt(endpoint, workspace)
    if (!here.includes(endpoint)) demandForgotten(inputs, endpoint, live)
    const hold = await holdEndpoint(stateFolder, endpoint, `ends ${endpoint}`)
    try {
      // The record first: what is cut off then runs without being remembered, which the same command still finds and ends.
      for (const one of live) await workspace.deployments.record({ ...one, share: 0, state: 'retired' })
      await target.remove(endpoint)
    } finally {
      hold.release()
    }
    lines.push(`${endpoint} is down${live.length === 0 ? '' : `; it served ${live.map(wordsOf).join(' and ')}`}.`)
  }
  return lines.length === 0 ? 'There is no endpoint on this machine.' : lines.join('\n')
}

type Asked = InputsOf<typeof definition>

function wantedOf({ endpoint, all }: Asked, here: readonly string[]): readonly string[] {
  if (all !== (endpoint !== undefined)) return endpoint === undefined ? here : [endpoint]
  const problem = all ? 'excludes an endpoint: give one of them' : 'is missing: name an endpoint, or say --all'
  const subject = all ? '--all' : '--endpoint'
  throw new InputError({ faults: [{ subject, source: { kind: 'input' }, problem }] })
}

async function liveAt(endpoint: string, { deployments }: Workspace): Promise<readonly Deployment[]> {
  return (await deployments.list({ endpoint })).filter(({ state }) => state === 'live')
}

/** What another machine serves is not ended by forgetting it. */
function demandForgotten({ forget }: Asked, endpoint: string, live: readonly Deployment[]): void {
  if (live.length === 0)
    throw new InputError({ code: 'TY0205', details: `there is no endpoint ${endpoint} on this machine` })
  if (forget) return
  const details = `${endpoint} is not on this machine, and is remembered to serve ${live.map(wordsOf).join(' and ')}: run this where it serves, or with --forget where that machine is gone`
  throw new InputError({ code: 'TY0215', details })
}

function wordsOf({ model, version, share }: Deployment): string {
  return `${model}@${version} (${share} %)`
}
