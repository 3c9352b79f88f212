import { retentionRules } from '../../project/retention.ts'
import type { Project } from '../../project/project.ts'
import type { RetentionPlan } from '../../records/retention.ts'
import { defineStep } from '../../step/define-step.ts'
import { duration, flag } from '../../step/input.ts'
import { counted } from '../../main/words.ts'
import type { Collected } from '../../workspace/storage.ts'
import type { Look } from '../lazy-look.ts'
import { textTable } from '../text-table.ts'

export const definition = defineStep({
  id: 'gc',
  title: 'Remove files that nothing refers to any more',
  doc: 'Lets the files of old runs go as `workspace: retention:` of the project file says, and removes files that nothing refers to any more: of runs that were let go, of deleted versions, and of steps that died. Without `--yes` it only tells what would go.\n\nIt is safe beside everything that other jobs do at the same time. On git it also merges the refs of old files, when there are more than 500.',
  branding: { icon: 'trash-2', color: 'red' },
  permissions: { contents: 'write' },
  workspace: 'write',
  inputs: {
    yes: flag({ doc: 'Removes it. Without, it is only told.', default: false }),
    olderThan: duration({
      doc: 'Only files that were kept longer ago: a step that is out of reach of the workspace has this long to resume.',
      default: '7d',
    }),
    why: flag({ doc: 'Also lists the runs that keep their files, and why.', default: false }),
    json: flag({ doc: 'Prints JSON.', default: false }),
  },
  outputs: {},
})

/** Removes, or tells what would be removed. */
export const look: Look<typeof definition> = async ({ inputs, workspace, project }) => {
  const { yes, olderThan, why, json } = inputs
  const rules = await retentionRules(saidIn(project))
  const plan = await (yes ? workspace.storage.prune(rules) : workspace.storage.plan(rules))
  const letGo = yes ? [] : plan.goes.map(({ run }) => run)
  const collected = await workspace.storage.collect({ olderThanMs: olderThan, isDry: !yes, letGo })
  if (json) return JSON.stringify({ isDone: yes, ...plan, ...collected }, undefined, 2)
  return [...planWords(plan, { isDone: yes, isLong: why }), ...collectedWords(collected, yes)].join('\n')
}

function saidIn({ content }: Project) {
  const { workspace } = content
  return typeof workspace === 'string' ? undefined : workspace?.retention
}

function planWords(
  { goes, stays }: RetentionPlan,
  { isDone, isLong }: { readonly isDone: boolean; readonly isLong: boolean },
): string[] {
  const rows = (decisions: RetentionPlan['goes']) =>
    textTable(
      ['run', 'model', 'because'],
      decisions.map(({ run, model, why }) => [run, model, why]),
    )
  const verb = isDone ? 'let' : 'would let'
  const gone =
    goes.length === 0 ? [] : [`Retention ${verb} the files of ${counted(goes.length, 'run')} go:`, rows(goes), '']
  return isLong && stays.length > 0 ? [...gone, 'Runs that keep their files:', rows(stays), ''] : gone
}

function collectedWords({ files, bytes, stays, tidied }: Collected, isDone: boolean): string[] {
  const what = `${counted(files, 'file')} (${counted(bytes, 'byte')}) that nothing refers to`
  const verb = isDone ? 'Removed' : 'Would remove'
  return [
    `${verb} ${what}; ${counted(stays, 'file')} ${stays === 1 ? 'stays' : 'stay'}.`,
    ...tidied.map((one) => `${isDone ? 'Tidied up' : 'Would tidy up'}: ${one}.`),
    ...(isDone ? [] : ['Nothing was removed: `trainyard gc --yes` does it.']),
  ]
}
