import { modelColumns } from '../../engines/tables/model-columns.ts'
import { featureNamesOf } from '../../engines/onnx/feature-names.ts'
import { openModel, type Outputs, type OpenModel } from '../../engines/onnx/model.ts'
import { notATensor } from '../../engines/onnx/signature.ts'
import { ConfigError } from '../../errors/errors.ts'
import type { Subject } from '../../main/subject.ts'
import { buildName } from '../../records/predictions.ts'
import type { TreeFile } from '../../records/tree.ts'
import type { Criteria } from '../criteria.ts'
import { type Evaluation, isAboutNumbers } from '../evaluation.ts'
import { lackingFor, type Predictions } from '../facts.ts'
import type { Asked } from '../predict.ts'
import { classified } from './classified.ts'
import { demandOrder, labelsOf } from './labels.ts'
import { runtimeFor } from './runtime.ts'

/**
 * Evaluates one side's ONNX file on the evaluation data, in this process. Each input of the model is a column of the data;
 * a model with one matrix input takes the columns that the criteria list as `features`.
 *
 * @throws ConfigError TY0304 when the side has no ONNX file, a column is missing, or the output is not a prediction.
 */
export async function predictByOnnx(asked: Asked): Promise<Predictions> {
  const { context, evaluation, side } = asked
  const { inputs, workspace, host, signal } = context
  const file = onlyOnnxFile(side)
  if (file === undefined) {
    const details = `${side.reference} does not have exactly one ONNX file; give a predict command or prediction files`
    throw new ConfigError({ code: 'TY0304', details })
  }
  const { native, build } = await runtimeFor(asked)
  if (native !== undefined) host.log.info(`${side.reference} is evaluated by ${buildName(build)}`)
  const bytes = await workspace.files.read(file.digest)
  const model = await openModel(bytes, { name: file.path, native })
  try {
    const columns = modelColumns(model.signature, evaluation.table, featuresFor(asked, model, bytes))
    const onProgress = (fraction: number) => host.log.progress(`Predict with ${side.reference}`, fraction)
    const outputs = await model.predict(columns, evaluation.rows, { signal, onProgress })
    const answer = {
      outputs,
      classes: model.classes,
      criteria: inputs.criteria.value,
      evaluation,
      side: side.reference,
    }
    const predictions = predictionsOf(answer)
    demandTensors(model, { side, predictions, criteria: inputs.criteria.value })
    return predictions
  } finally {
    await model.close()
  }
}

/** The columns of a matrix: a model that names its own gets those, whatever the criteria list for models that do not. */
function featuresFor(
  { context, side }: Asked,
  { signature }: OpenModel,
  bytes: Uint8Array,
): readonly string[] | undefined {
  const { features } = context.inputs.criteria.value.data
  const own = signature.inputs.length === 1 ? featureNamesOf(bytes) : undefined
  if (own !== undefined && features !== undefined && own.join('\n') !== features.join('\n'))
    context.host.log.warning(
      `${side.reference} names its columns ${own.join(', ')}, and gets those: data.features of the criteria lists ${features.join(', ')}`,
    )
  return own ?? features
}

/** The ONNX file of a side; undefined where there is none, or more than one. */
export function onlyOnnxFile({ files }: Pick<Subject, 'files'>): TreeFile | undefined {
  const [file, ...others] = files.files.filter(({ path }) => path.endsWith('.onnx'))
  return others.length === 0 ? file : undefined
}

interface Answer {
  readonly outputs: Outputs
  /** The classes of the columns of each output that names them. */
  readonly classes: OpenModel['classes']
  readonly criteria: Criteria
  readonly evaluation: Pick<Evaluation, 'ids' | 'rows'>
  readonly side: string
}

/**
 * Reads the outputs as converters name and shape them: probabilities [rows, classes], as a map or as one output for each class, labels
 * [rows], values [rows, 1].
 */
function predictionsOf(answer: Answer): Predictions {
  const { outputs, criteria, evaluation, side } = answer
  const { rows, ids } = evaluation
  if (isAboutNumbers(criteria)) {
    const values = floatsOf(answer, 1)
    return values === undefined ? {} : { values }
  }
  const { classes } = criteria.data
  const given = labelsOf(outputs, classes, rows)
  const probabilities = namedFor(answer) ?? floatsOf(answer, classes.length) ?? positive(answer)
  if (probabilities === undefined) return given === undefined ? {} : { classes: given }
  const columns = probabilities.length / rows
  if (given !== undefined) demandOrder({ given, probabilities, columns, classes, side })
  return classified({ probabilities, columns, given, criteria, ids, source: side })
}

/** The probabilities of two classes as one number a row, of the last of them. */
function positive(answer: Answer): Float64Array | undefined {
  const { outputs, criteria, evaluation, side } = answer
  if (criteria.data.classes.length !== 2) return undefined
  const names = Object.entries(outputs).flatMap(([name, output]) => (isFloats(output, evaluation.rows) ? [name] : []))
  if (names.length < 2) return floatsOf(answer, 1)
  const details = `${side} gives ${names.join(', ')}, and none of them says of which class it is: name them after the classes ${criteria.data.classes.join(', ')}, or give one output of probabilities`
  throw new ConfigError({ code: 'TY0304', details })
}

/** Probabilities of classes that the model itself names, in the order of the criteria. */
function namedFor(answer: Answer): Float64Array | undefined {
  const { outputs, classes, criteria, evaluation, side } = answer
  const wanted = criteria.data.classes
  const [map] = [...classes].filter(([name]) => outputs[name] !== undefined)
  if (map === undefined) return columnsFor(answer)
  const [name, order] = map
  const places = wanted.map((one) => order.indexOf(one))
  if (places.includes(-1) || order.length !== wanted.length) {
    const details = `${side} names the classes ${order.join(', ')} in its output ${name}, and data.classes of the criteria are ${wanted.join(', ')}`
    throw new ConfigError({ code: 'TY0304', details })
  }
  const values = finite({ ...answer, columns: wanted.length }, name)
  if (values === undefined) return undefined
  const width = wanted.length
  return Float64Array.from({ length: evaluation.rows * width }, (_, at) => {
    const place = places[at % width] ?? 0
    return values[at - (at % width) + place] ?? Number.NaN
  })
}

/** One output for each class, called as the class, or as scikit-learn's converter calls it: `i1` for a number, `syes` for a text. */
function columnsFor(answer: Answer): Float64Array | undefined {
  const { outputs, criteria, evaluation } = answer
  const columns = criteria.data.classes.map((one) => {
    const name = [one, `i${one}`, `s${one}`].find((each) => isFloats(outputs[each], evaluation.rows))
    return name === undefined ? undefined : finite({ ...answer, columns: 1 }, name)
  })
  const width = columns.length
  if (columns.some((column) => column === undefined)) return undefined
  return Float64Array.from(
    { length: evaluation.rows * width },
    (_, at) => columns[at % width]?.[Math.floor(at / width)] ?? Number.NaN,
  )
}

function isFloats(output: Outputs[string] | undefined, length: number): boolean {
  const data = output?.data
  return (data instanceof Float32Array || data instanceof Float64Array) && data.length === length
}

/** The first output of decimal numbers, so many for a row. */
function floatsOf(answer: Answer, columns: number): Float64Array | undefined {
  const { outputs, evaluation } = answer
  const name = Object.keys(outputs).find((each) => isFloats(outputs[each], evaluation.rows * columns))
  return name === undefined ? undefined : finite({ ...answer, columns }, name)
}

/** The numbers of an output; undefined where it has others. @throws ConfigError TY0304 naming the rows that are no number. */
function finite(
  { outputs, evaluation, side, columns }: Answer & { readonly columns: number },
  name: string,
): Float64Array | undefined {
  const data = outputs[name]?.data
  if (!(data instanceof Float32Array || data instanceof Float64Array)) return undefined
  const values = Float64Array.from(data)
  const bad: number[] = []
  for (let at = 0; at < values.length; at++) {
    const row = Math.floor(at / columns)
    if (!Number.isFinite(values[at]) && bad.at(-1) !== row) bad.push(row)
  }
  const [first] = bad
  if (first === undefined) return values
  const wrong = values.subarray(first * columns, (first + 1) * columns).find((value) => !Number.isFinite(value))
  const shown = bad.slice(0, shownRows).map((row) => evaluation.ids[row] ?? '')
  const more = bad.length > shownRows ? ` and ${bad.length - shownRows} more` : ''
  const details = `${side} predicts ${wrong}, which is no number, in output ${name} for row ${shown.join(', ')}${more}`
  throw new ConfigError({ code: 'TY0304', details })
}

/** How many rows without a number are named; the rest is counted. */
const shownRows = 5

interface Judged {
  readonly side: Subject
  readonly predictions: Predictions
  readonly criteria: Criteria
}

function demandTensors({ signature }: OpenModel, { side, predictions, criteria }: Judged): void {
  const maps = signature.outputs.filter(({ type }) => type === notATensor).map(({ name }) => name)
  if (maps.length === 0 || lackingFor(criteria, predictions).length === 0) return
  const details = `${side.reference} gives ${maps.join(', ')} as a sequence or map, not as numbers; export its probabilities as one tensor [rows, classes]`
  throw new ConfigError({ code: 'TY0304', details })
}
