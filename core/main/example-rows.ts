import { basename, resolve } from 'node:path'
import { z } from 'zod'
import { digestFile } from '../engines/code/digest.ts'
import { readTable, type Table } from '../engines/tables/table.ts'
import { ConfigError, InputError } from '../errors/errors.ts'
import type { Project } from '../project/project.ts'
import type { Digest } from '../records/digest.ts'
import { fileKind } from '../step/kinds/files.ts'

/** Rows to ask a model with. */
export interface ExampleRows {
  /** The file's name for reports. */
  readonly name: string
  readonly digest: Digest
  readonly table: Table
  /** For a model with one matrix input: its columns in order. */
  readonly features: readonly string[] | undefined
}

/** Where rows come from. Paths are absolute. */
export interface RowSource {
  readonly project: Project
  readonly model: string
  /** The data, instead of the file that the criteria name. */
  readonly data: string | undefined
  /** The criteria file, instead of the one that the project file names for the model. */
  readonly criteria: string | undefined
  /** The input that gives the data, as the host spells it, for the error. */
  readonly input: string
}

/** Of a criteria file, what says where rows are and which columns make a matrix. The gate reads the rest. */
const criteriaShape = z.looseObject({
  data: z.looseObject({ file: z.string().min(1), features: z.array(z.string().min(1)).optional() }),
})

/**
 * Reads rows that look like the model's requests: by default those that its criteria are about.
 *
 * @throws InputError when nobody said where there are rows; ConfigError when a file cannot be read as what it should be, or has
 *   no rows.
 */
export async function readExampleRows(source: RowSource): Promise<ExampleRows> {
  const { project, model, data, input } = source
  const criteria = await criteriaOf(source)
  const file = data ?? (criteria === undefined ? undefined : resolve(project.folderOf(model), criteria.data.file))
  if (file === undefined) {
    const problem = `is missing, and trainyard.yml names no criteria for ${model} whose data could be taken`
    throw new InputError({ faults: [{ subject: input, source: { kind: 'input' }, problem, example: 'data/eval.csv' }] })
  }
  const table = await readTable(file)
  if (table.rows === 0) {
    const fault = { subject: 'the data', source: { kind: 'file', file }, problem: 'has no rows' } as const
    throw new ConfigError({ code: 'TY0304', faults: [fault] })
  }
  const { digest } = await digestFile(file)
  return { name: basename(file), digest, table, features: criteria?.data.features }
}

async function criteriaOf({
  project,
  model,
  criteria,
}: RowSource): Promise<z.output<typeof criteriaShape> | undefined> {
  const said = project.value(model, 'criteria')?.value
  const file = criteria ?? (said?.kind === 'scalar' ? said.text : undefined)
  if (file === undefined) return undefined
  const read = await fileKind(criteriaShape).parse(file, { folder: project.folderOf(model) })
  if (read.ok) return read.value.value
  if ('faults' in read) throw new ConfigError({ faults: read.faults })
  throw new ConfigError({
    faults: [{ subject: 'the criteria', source: { kind: 'file', file }, problem: read.problem }],
  })
}
