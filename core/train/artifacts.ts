import { join } from 'node:path'
import { globFiles } from '../engines/code/glob.ts'
import { InputError } from '../errors/errors.ts'
import type { Context } from '../main/context.ts'
import type { Tree } from '../records/tree.ts'
import type { definition } from './definition.ts'

/**
 * Keeps what training wrote.
 *
 * @throws InputError when it wrote none of the files that it was to write: such a run would be judged by nothing.
 */
export async function artifactsOf(
  { inputs, workspace, host }: Context<typeof definition>,
  folder: string,
): Promise<Tree> {
  const paths = await globFiles(folder, inputs.files)
  if (paths.length === 0) {
    const problem = `match no file below ${folder}: the command ended well and wrote none`
    const value = inputs.files.join(', ')
    throw new InputError({ faults: [{ subject: host.inputName('files'), source: { kind: 'input' }, value, problem }] })
  }
  return workspace.files.put(
    paths.map((path) => ({ path, from: join(folder, path) })),
    { isModel: true },
  )
}
