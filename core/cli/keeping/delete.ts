import { defineStep } from '../../step/define-step.ts'
import { modelRef, text } from '../../step/input.ts'
import type { Look } from '../lazy-look.ts'
import { numberedVersion } from './numbered.ts'

export const definition = defineStep({
  id: 'delete',
  title: 'Delete a version',
  doc: 'Deletes a version: nothing names it any more, its number never comes back, and `trainyard gc` removes its files. Its record and its evidence stay in the trail. What serves or has an alias is refused.',
  branding: { icon: 'trash', color: 'red' },
  permissions: { contents: 'write' },
  workspace: 'write',
  inputs: {
    version: modelRef({ doc: 'The version, by its number.', required: true }),
    reason: text({ doc: 'Why; it is recorded.', required: true }),
  },
  outputs: {},
})

/** Deletes a version. */
export const look: Look<typeof definition> = async ({ inputs, workspace, host }) => {
  const { model, version } = numberedVersion(inputs.version, host)
  await workspace.models.delete(model, version, inputs.reason)
  return `${model}@${version} is deleted.`
}
