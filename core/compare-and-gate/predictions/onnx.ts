import { type Column, openModel, type Outputs, type OpenModel } from '../../engines/onnx/model.ts'
import { ConfigError } from '../../errors/errors.ts'
import type { Subject } from '../../main/subject.ts'
import type { TreeFile } from '../../records/tree.ts'
import type { TensorSignature } from '../../records/model.ts'
import type { Criteria } from '../criteria.ts'
import { type Evaluation, isAboutNumbers } from '../evaluation.ts'
import type { Predictions } from '../facts.ts'
import type { Asked } from '../predict.ts'
import { mostProbable } from './file.ts'

/**
 * Evaluates one side's ONNX file on the evaluation data, in this process. Each input of the model is a column of the data;
 * a model with one matrix input takes the columns that the criteria list as `features`.
 *
 * @throws ConfigError TY0304 when the side has no ONNX file, a column is missing, or the output is not a prediction.
 */
export async function predictByOnnx({ context, evaluation, side }: Asked): Promise<Predictions> {
  const { inputs, workspace, host, signal } = context
  const file = onlyOnnxFile(side)
  if (file === undefined) {
    const details = `${side.reference} does not have exactly one ONNX file; give a predict command or prediction files`
    throw new ConfigError({ code: 'TY0304', details })
  }
  const model = await openModel(await workspace.files.read(file.digest), { name: file.path })
  try {
    const columns = columnsOf(model, evaluation, inputs.criteria.value)
    const onProgress = (fraction: number) => host.log.progress(`Predict with ${side.reference}`, fraction)
    const outputs = await model.predict(columns, evaluation.rows, { signal, onProgress })
    return predictionsOf({ outputs, criteria: inputs.criteria.value, rows: evaluation.rows, side: side.reference })
  } finally {
    await model.close()
  }
}

/** The ONNX file of a side; undefined where there is none, or more than one. */
export function onlyOnnxFile({ files }: Subject): TreeFile | undefined {
  const [file, ...others] = files.files.filter(({ path }) => path.endsWith('.onnx'))
  return others.length === 0 ? file : undefined
}

function columnsOf(model: OpenModel, { table }: Evaluation, criteria: Criteria): Readonly<Record<string, Column>> {
  const { inputs } = model.signature
  const [only] = inputs
  const { features } = criteria.data
  if (only !== undefined && inputs.length === 1 && features !== undefined)
    return { [only.name]: matrix(table, features) }
  const missing = inputs.filter(({ name }) => !table.names.includes(name))
  if (missing.length > 0) {
    const names = missing.map(({ name }) => name).join(', ')
    throw new ConfigError({
      code: 'TY0304',
      details: `The data ${table.file} lacks columns that the model takes: ${names}`,
    })
  }
  return Object.fromEntries(inputs.map((input) => [input.name, columnOf(input, table.column(input.name))]))
}

function columnOf(input: TensorSignature, texts: readonly string[]): Column {
  if (input.type === 'string') return texts
  if (input.type === 'int64') return BigInt64Array.from(texts, (text) => BigInt(text))
  if (input.type === 'bool')
    return Uint8Array.from(texts, (text) => (text === '1' || text.toLowerCase() === 'true' ? 1 : 0))
  return Float32Array.from(texts, numberOrMissing)
}

function matrix(table: Evaluation['table'], features: readonly string[]): Float32Array {
  const columns = features.map((name) => table.column(name))
  return Float32Array.from({ length: table.rows * columns.length }, (_, at) =>
    numberOrMissing(columns[at % columns.length]?.[Math.floor(at / columns.length)] ?? ''),
  )
}

/** An empty cell is a missing value, which models may know how to take; what they make of it is checked as a prediction. */
function numberOrMissing(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text)
}

interface Answer {
  readonly outputs: Outputs
  readonly criteria: Criteria
  readonly rows: number
  readonly side: string
}

/** Reads the outputs as converters name and shape them: probabilities [rows, classes], labels [rows], values [rows, 1]. */
export function predictionsOf({ outputs, criteria, rows, side }: Answer): Predictions {
  const floats = Object.entries(outputs).flatMap(([name, { data }]) =>
    data instanceof Float32Array || data instanceof Float64Array ? [{ name, data: Float64Array.from(data) }] : [],
  )
  for (const { name, data } of floats) {
    const bad = data.findIndex((value) => !Number.isFinite(value))
    if (bad >= 0)
      throw new ConfigError({
        code: 'TY0304',
        details: `${side} predicts no number (${data[bad]}) in output ${name}, row ${Math.floor(bad / (data.length / rows)) + 1}`,
      })
  }
  if (isAboutNumbers(criteria)) {
    const values = floats.find(({ data }) => data.length === rows)?.data
    return values === undefined ? {} : { values }
  }
  const { classes } = criteria.data
  const all = floats.find(({ data }) => data.length === rows * classes.length)?.data
  const one = classes.length === 2 ? floats.find(({ data }) => data.length === rows)?.data : undefined
  const probabilities = all === undefined ? one : classes.length === 2 ? all.filter((_, at) => at % 2 === 1) : all
  if (probabilities === undefined) return {}
  return { probabilities, classes: mostProbable(probabilities, probabilities.length / rows) }
}
