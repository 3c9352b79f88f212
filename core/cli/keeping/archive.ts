import { defineStep } from '../../step/define-step.ts'
import { flag, modelRef, text } from '../../step/input.ts'
import type { Look } from '../lazy-look.ts'
import { numberedVersion } from './numbered.ts'

export const definition = defineStep({
  id: 'archive',
  title: 'Hide a version from lists and from latest, or bring it back',
  doc: 'Archives a version: lists, searches and `latest` leave it out, no alias may be moved to it and no deployment may serve it. Its number still names it, and its files stay. What serves or has an alias is refused.',
  branding: { icon: 'archive', color: 'gray-dark' },
  permissions: { contents: 'write' },
  workspace: 'write',
  inputs: {
    version: modelRef({ doc: 'The version, by its number.', required: true }),
    reason: text({ doc: 'Why; it is recorded.', required: true }),
    undo: flag({ doc: 'Takes it back out of the archive.', default: false }),
  },
  outputs: {},
})

/** Archives a version, or takes it back out. */
export const look: Look<typeof definition> = async ({ inputs, workspace, host }) => {
  const { model, version } = numberedVersion(inputs.version, host)
  const isArchived = !inputs.undo
  await workspace.models.archive(model, version, { isArchived, why: inputs.reason })
  return `${model}@${version} is ${isArchived ? 'archived' : 'no longer archived'}.`
}
