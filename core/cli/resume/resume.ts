import { InputError } from '../../errors/errors.ts'
import type { Host } from '../../host/host.ts'
import { resolveInputs } from '../../main/inputs.ts'
import { verifiedActorOf } from '../../main/identity.ts'
import { place, projectFor } from '../../main/open.ts'
import { defineStep, type InputsOf } from '../../step/define-step.ts'
import { path } from '../../step/input.ts'
import { openWorkspace } from '../../workspace/open.ts'
import { readPending, resumePending } from '../../workspace/pending.ts'

export const definition = defineStep({
  id: 'resume',
  title: 'Record what could not be recorded',
  doc: 'Records the end of a training whose workspace was out of reach, from the folder that the step left, and removes the folder. It is safe to run twice.',
  branding: { icon: 'rotate-ccw', color: 'green' },
  permissions: { contents: 'write' },
  workspace: 'write',
  inputs: {
    folder: path({ doc: 'The folder that the step named.', required: true }),
  },
  outputs: {},
})

/** Records the pending work of a folder, under the request that made it: a run is never recorded twice. */
export async function resume(host: Host): Promise<string> {
  const { project, faults } = await projectFor(host)
  const resolved = await resolveInputs(definition, host, project)
  const all = [...faults, ...resolved.faults]
  if (all.length > 0) throw new InputError({ faults: all })
  // The kinds parsed each value to the type that the definition infers for it.
  const inputs = resolved.values as InputsOf<typeof definition>
  const pending = await readPending(inputs.folder)
  const workspace = await openWorkspace({
    ...place(inputs.workspace ?? pending.url, project),
    blobs: pending.apart,
    host,
    request: pending.request,
    by: await verifiedActorOf(host, project),
    intent: 'write',
    token: inputs.token,
  })
  try {
    const run = await resumePending(inputs.folder, workspace)
    return `Run ${run.id} is recorded as ${run.state} in ${workspace.url}`
  } finally {
    await workspace.close()
  }
}
