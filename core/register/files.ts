import { join } from 'node:path'
import { globFiles } from '../engines/code/glob.ts'
import { InputError } from '../errors/errors.ts'
import type { Fault } from '../errors/fault.ts'
import type { Context } from '../main/context.ts'
import { demandModel, filesOfRun } from '../main/subject.ts'
import type { Run as RunRecord } from '../records/run.ts'
import type { Tree } from '../records/tree.ts'
import type { definition } from './definition.ts'

/** The files of a version, kept in the workspace, and the run that made them. */
export interface ModelFiles {
  readonly files: Tree
  readonly run?: RunRecord
  /** Their address, where the workspace does not keep them. */
  readonly source?: string
}

/**
 * The files that `run`, `files` or `reference` names. Those of a run are in the workspace already.
 *
 * @throws InputError when the run did not succeed, trained another model, or wrote nothing; or when no file matches.
 */
export async function filesToRegister(context: Context<typeof definition>): Promise<ModelFiles> {
  const { inputs, workspace, project, host } = context
  if (inputs.run !== undefined) {
    if (inputs.run.kind !== 'run') throw refusal(host.inputName('run'), 'is not a run', 'run:<id>')
    const run = await workspace.runs.get(inputs.run.run)
    demandModel({ reference: `run:${run.id}`, model: run.model }, inputs.model, host.inputName('run'))
    const files = filesOfRun(run)
    if (files.files.length === 0) throw refusal(host.inputName('run'), 'names a run that wrote no files')
    return { files, run }
  }
  if (inputs.reference !== undefined) return workspace.files.refer(inputs.reference)
  const folder = project.folderOf(inputs.model)
  const paths = await globFiles(folder, inputs.files ?? [])
  if (paths.length === 0) throw refusal(host.inputName('files'), `match no file below ${folder}`)
  const files = await workspace.files.put(
    paths.map((path) => ({ path, from: join(folder, path) })),
    { isModel: true },
  )
  return { files }
}

function refusal(subject: string, problem: string, example?: string): InputError {
  const fault: Fault = { subject, source: { kind: 'input' }, problem, ...(example === undefined ? {} : { example }) }
  return new InputError({ faults: [fault] })
}
