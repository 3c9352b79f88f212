import { chmod, mkdir, realpath } from 'node:fs/promises'
import { isAbsolute, join, relative } from 'node:path'
import { writeCommit } from '../../engines/git/commit-files.ts'
import { look } from '../../engines/code/inside.ts'
import type { Run } from '../../records/run.ts'
import type { Asked } from '../predict.ts'

/** The code that a side predicts with. */
export interface SideCode {
  /** Where its command runs. */
  readonly folder: string
  /** What names the code exactly; undefined for a checkout, of which nobody knows what it holds beside its commit. */
  readonly identity?: string
}

/**
 * The code of one side: what its run kept of it, written below a folder; else the files of the run's commit, where this checkout
 * has that; else the checkout, which may be another side's code, so that is said.
 */
export async function codeOf(asked: Asked, command: readonly string[], into: string): Promise<SideCode> {
  const { context, side } = asked
  const { inputs, host, project } = context
  const checkout = project.folderOf(inputs.model)
  const inside = relative(host.context.folder, checkout)
  if (inputs.predictCode === 'checkout' || inside.startsWith('..') || isAbsolute(inside)) return { folder: checkout }
  const identity = await written(asked, into)
  if (identity === undefined) {
    if (side.run !== undefined)
      host.log.warning(
        `The code that trained ${side.reference} is not kept, and this checkout does not have its commit: it predicts with the code of this checkout`,
      )
    return { folder: checkout }
  }
  const folder = join(into, inside)
  await mkdir(folder, { recursive: true })
  await makeRunnable(folder, command)
  host.log.info(`${side.reference} predicts with the code that trained it (${identity})`)
  return { folder, identity }
}

/**
 * What names the code that trained a side exactly: what its run kept of it, else its commit; undefined where neither is known.
 */
export function codeNameOf(run: Run): string | undefined {
  return isKept(run) ? run.code.digest : run.git.commit && `commit ${run.git.commit}`
}

function isKept({ code, pruned }: Run): boolean {
  return code.files.length > 0 && pruned === undefined
}

async function written({ context, side }: Asked, into: string): Promise<string | undefined> {
  const { workspace, host } = context
  const { run } = side
  if (run === undefined) return undefined
  await mkdir(into, { recursive: true })
  const name = codeNameOf(run)
  if (isKept(run)) {
    await workspace.files.fetch(run.code, into)
    return name
  }
  const { commit } = run.git
  if (commit === undefined) return undefined
  const isWritten = await writeCommit({ folder: host.context.folder, commit, into, env: host.env })
  return isWritten ? name : undefined
}

/** A snapshot does not remember which files are programs: what the command itself begins with is one. */
async function makeRunnable(folder: string, [program = '']: readonly string[]): Promise<void> {
  if (isAbsolute(program) || !/[/\\]/.test(program)) return
  const root = await realpath(folder)
  if ((await look(root, program)).kind === 'file') await chmod(join(root, program), 0o755)
}
