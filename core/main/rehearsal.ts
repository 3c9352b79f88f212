import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Host } from '../host/host.ts'
import type { Workspace } from '../workspace/workspace.ts'
import { code } from './markdown.ts'

/** Says what a dry run, or a job without the right to write, would have recorded: in the summary and in a file to keep. */
export async function reportRehearsal(workspace: Workspace, host: Host, step: string): Promise<void> {
  if (workspace.access !== 'rehearsal') return
  const entries = workspace.rehearsed()
  const changes = entries.flatMap((entry) => entry.changes)
  const folder = join(host.context.tempFolder, 'trainyard-rehearsal')
  const file = join(folder, `${step}.json`)
  await mkdir(folder, { recursive: true })
  await writeFile(file, `${JSON.stringify(entries, undefined, 2)}\n`)
  const list = changes.length === 0 ? ['nothing'] : changes
  host.summary(
    [
      '### Not recorded',
      '',
      'A dry run, or a job that may not write to the workspace, records nothing. This one would have recorded:',
      '',
      ...list.map((change) => `- ${code(change)}`),
      '',
    ].join('\n'),
  )
  host.log.notice(`Nothing was recorded; what would have been is in ${file}`)
}
