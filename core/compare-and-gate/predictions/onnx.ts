import { modelColumns } from '../../engines/tables/model-columns.ts'
import { openModel, type Outputs, type OpenModel } from '../../engines/onnx/model.ts'
import { notATensor } from '../../engines/onnx/signature.ts'
import { ConfigError } from '../../errors/errors.ts'
import type { Subject } from '../../main/subject.ts'
import type { TreeFile } from '../../records/tree.ts'
import type { Criteria } from '../criteria.ts'
import { type Evaluation, isAboutNumbers } from '../evaluation.ts'
import { lackingFor, type Predictions } from '../facts.ts'
import type { Asked } from '../predict.ts'
import { classified } from './classified.ts'
import { demandOrder, labelsOf } from './labels.ts'

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
    const columns = modelColumns(model.signature, evaluation.table, inputs.criteria.value.data.features)
    const onProgress = (fraction: number) => host.log.progress(`Predict with ${side.reference}`, fraction)
    const outputs = await model.predict(columns, evaluation.rows, { signal, onProgress })
    const predictions = predictionsOf({ outputs, criteria: inputs.criteria.value, evaluation, side: side.reference })
    demandTensors(model, { side, predictions, criteria: inputs.criteria.value })
    return predictions
  } finally {
    await model.close()
  }
}

/** The ONNX file of a side; undefined where there is none, or more than one. */
export function onlyOnnxFile({ files }: Subject): TreeFile | undefined {
  const [file, ...others] = files.files.filter(({ path }) => path.endsWith('.onnx'))
  return others.length === 0 ? file : undefined
}

interface Answer {
  readonly outputs: Outputs
  readonly criteria: Criteria
  readonly evaluation: Pick<Evaluation, 'ids' | 'rows'>
  readonly side: string
}

/** Reads the outputs as converters name and shape them: probabilities [rows, classes], labels [rows], values [rows, 1]. */
function predictionsOf(answer: Answer): Predictions {
  const { outputs, criteria, evaluation, side } = answer
  const { rows, ids } = evaluation
  if (isAboutNumbers(criteria)) {
    const values = floatsOf(answer, 1)
    return values === undefined ? {} : { values }
  }
  const { classes } = criteria.data
  const given = labelsOf(outputs, classes, rows)
  const probabilities = floatsOf(answer, classes.length) ?? (classes.length === 2 ? floatsOf(answer, 1) : undefined)
  if (probabilities === undefined) return given === undefined ? {} : { classes: given }
  const columns = probabilities.length / rows
  if (given !== undefined) demandOrder({ given, probabilities, columns, classes, side })
  return classified({ probabilities, columns, given, criteria, ids, source: side })
}

/** The first output of decimal numbers, so many for a row. */
function floatsOf({ outputs, evaluation, side }: Answer, columns: number): Float64Array | undefined {
  for (const [name, { data }] of Object.entries(outputs)) {
    const isFloat = data instanceof Float32Array || data instanceof Float64Array
    if (!isFloat || data.length !== evaluation.rows * columns) continue
    const values = Float64Array.from(data)
    const bad = values.findIndex((value) => !Number.isFinite(value))
    if (bad < 0) return values
    const row = evaluation.ids[Math.floor(bad / columns)] ?? ''
    const details = `${side} predicts ${values[bad]}, which is no number, in output ${name} for row ${row}`
    throw new ConfigError({ code: 'TY0304', details })
  }
  return undefined
}

interface Judged {
  readonly side: Subject
  readonly predictions: Predictions
  readonly criteria: Criteria
}

function demandTensors({ signature }: OpenModel, { side, predictions, criteria }: Judged): void {
  const maps = signature.outputs.filter(({ type }) => type === notATensor).map(({ name }) => name)
  if (maps.length === 0 || lackingFor(criteria, predictions).length === 0) return
  const details = `${side.reference} gives ${maps.join(', ')} as maps, not as numbers; export it with the option zipmap: False`
  throw new ConfigError({ code: 'TY0304', details })
}
