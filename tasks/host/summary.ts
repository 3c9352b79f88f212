import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { errorMessage } from '../../core/errors/errors.ts'
import { type Environment, valueOf } from '../../core/host/wire/environment.ts'
import { harmless } from '../../core/host/wire/harmless.ts'
import type { TaskLib } from './task-lib.ts'

/**
 * Makes the function that adds to the page of the run. It shows each file as a section under the file's name, and a second file of
 * the same name would take the place of the first.
 */
export function summaryUploader({ task }: TaskLib, env: Environment): (markdown: string) => void {
  let count = 0
  return (markdown) => {
    count += 1
    try {
      const folder = mkdtempSync(join(valueOf(env, 'AGENT_TEMPDIRECTORY') ?? tmpdir(), 'trainyard-summary-'))
      const file = join(folder, `${sectionTitle(env)}${count === 1 ? '' : ` ${count}`}.md`)
      writeFileSync(file, `${markdown}\n`)
      task.uploadSummary(file)
    } catch (error) {
      task.warning(`The summary cannot be written: ${errorMessage(error)}`)
      process.stdout.write(`${harmless(markdown)}\n`)
    }
  }
}

/** The step's display name, as far as it can be a file's name. */
function sectionTitle(env: Environment): string {
  const name = (valueOf(env, 'SYSTEM_TASKDISPLAYNAME') ?? '').replaceAll(/[^\p{L}\p{N} ._-]+/gu, ' ').trim()
  return name.replaceAll(/^\.+/g, '').slice(0, 80) || 'Trainyard'
}
