import { ConfigError, InputError } from '../errors/errors.ts'
import type { Context } from '../main/context.ts'
import type { Subject } from '../main/subject.ts'
import { counted } from '../main/words.ts'
import type { Digest } from '../records/digest.ts'
import type { GatePredicate } from '../records/evidence.ts'
import type { PredictedBy } from '../records/predictions.ts'
import type { Metric } from '../stats/metrics.ts'
import type { Criteria } from './criteria.ts'
import type { definition } from './definition.ts'
import { type Evaluation, isAboutNumbers } from './evaluation.ts'
import { type Facts, lackingFor, type Predictions } from './facts.ts'
import { byCommand, byFile, byOnnx } from './predictions/by.ts'
import { lackingPlaces, predictByCommand } from './predictions/command.ts'
import { readPredictions } from './predictions/file.ts'
import { keyOf, type KnownWay, type Surroundings, surroundingsOf } from './predictions/key.ts'
import { recall, type ToKeep } from './predictions/kept.ts'
import { onlyOnnxFile, predictByOnnx } from './predictions/onnx.ts'
import { digestOf } from './predictions/pack.ts'

type GateContext = Context<typeof definition>

/** What both sides predict, and the digests of their predictions for the evidence. */
export interface Predicted {
  readonly facts: Pick<Facts, 'candidate' | 'champion'>
  readonly digests: GatePredicate['predictions']
  /** What was predicted anew and can be used again. */
  readonly toKeep: readonly ToKeep[]
}

interface Sides {
  readonly context: GateContext
  readonly candidate: Subject
  readonly champion: Subject | undefined
  readonly evaluation: Evaluation
}

/**
 * Lets both sides predict the same rows.
 *
 * @throws ConfigError TY0304 when a side does not predict what the criteria's metrics need; InputError for a predict command
 *   that cannot work.
 */
export async function predictBoth({ context, candidate, champion, evaluation }: Sides): Promise<Predicted> {
  const { candidatePredictions, championPredictions } = context.inputs
  if (champion === undefined && championPredictions !== undefined)
    context.host.log.warning(`${context.host.inputName('championPredictions')} is not looked at: there is no champion`)
  const one = await predict({ context, evaluation, side: candidate, file: candidatePredictions })
  const other =
    champion === undefined
      ? undefined
      : await predict({ context, evaluation, side: champion, file: championPredictions })
  const digests = {
    candidate: digestOf(one.predictions),
    ...(other === undefined ? {} : { champion: digestOf(other.predictions) }),
    ...reusedBy(one, other),
    by: { candidate: one.by, ...(other === undefined ? {} : { champion: other.by }) },
  }
  // Two models seldom agree everywhere; one model on both sides always does.
  if (digests.champion === digests.candidate)
    context.host.log.warning(
      `${candidate.reference} and ${champion?.reference} predict the very same on every row: make sure that each side loads its own model`,
    )
  return {
    facts: { candidate: one.predictions, champion: other?.predictions },
    digests,
    toKeep: [one, other].flatMap((side) => side?.toKeep ?? []),
  }
}

/** Whether a side is evaluated on the table itself, whose every column may be a feature. */
export function isForModels({ context, candidate, champion }: Omit<Sides, 'evaluation'>): boolean {
  const { candidatePredictions, championPredictions } = context.inputs
  const ways = [
    wayOf({ context, side: candidate, file: candidatePredictions }),
    champion && wayOf({ context, side: champion, file: championPredictions }),
  ]
  return ways.includes('onnx')
}

function reusedBy(one: Told, other: Told | undefined): Pick<GatePredicate['predictions'], 'reused'> {
  const reused = {
    ...(one.reused === undefined ? {} : { candidate: one.reused }),
    ...(other?.reused === undefined ? {} : { champion: other.reused }),
  }
  return Object.keys(reused).length === 0 ? {} : { reused }
}

function demandPlaces(command: readonly string[], { host }: GateContext): void {
  const lacking = lackingPlaces(command)
  if (lacking.length === 0) return
  const subject = host.inputName('predict')
  const problem = `has no ${lacking.join(' and no ')}, so it cannot predict for one side`
  const example = 'python predict.py {model} {data} {out}'
  throw new InputError({ faults: [{ subject, source: { kind: 'input' }, problem, example }] })
}

/** One side and how it is asked. */
export interface Asked {
  readonly context: GateContext
  readonly evaluation: Evaluation
  readonly side: Subject
}

type AskedOrGiven = Asked & { readonly file: string | undefined }

/** What one side says. */
interface Told {
  readonly predictions: Predictions
  readonly by: PredictedBy
  /** The evidence of the predictions that it says again. */
  readonly reused?: Digest
  readonly toKeep?: ToKeep
}

async function predict(asked: AskedOrGiven): Promise<Told> {
  const { context, evaluation, side } = asked
  const { criteria } = context.inputs
  const way = wayOf(asked)
  const told = await again(asked, way)
  const lacking = lackingFor(criteria.value, told.predictions)
  if (lacking.length > 0) {
    const needs = lacking.map((metric) => `${metric.name} needs ${neededBy(metric, criteria.value)}`).join('; ')
    const details = `${side.reference} does not predict what the criteria ask for: ${needs}`
    throw new ConfigError({ code: 'TY0304', details })
  }
  if (told.reused === undefined)
    context.host.log.info(`${side.reference} predicted ${counted(evaluation.rows, 'row')} (${way})`)
  return told
}

function neededBy({ predicts, unit }: Metric, criteria: Criteria): string {
  if (unit === 'query' && !isAboutNumbers(criteria)) return 'a probability'
  return predicts === 'custom' ? 'its column in a prediction file' : `a ${predicts}`
}

/** What an earlier gate kept of the same side, on the same rows, in the same way; else the side predicts. */
async function again(asked: AskedOrGiven, way: Way): Promise<Told> {
  if (way === 'files' || !asked.context.inputs.reusePredictions) return waysToPredict[way](asked)
  const key = await keyOf(asked, way)
  const recalled = key === undefined ? undefined : await recall(asked, key)
  if (recalled !== undefined)
    return { predictions: recalled.predictions, reused: recalled.evidence, by: await expectedBy(asked, way) }
  const { predictions, by, ran } = await waysToPredict[way](asked)
  if (key === undefined) return { predictions, by }
  // What a command really ran in may be something else than what trained it.
  const made = ran === undefined ? key : await keyOf(asked, way, ran)
  return { predictions, by, ...(made === key ? { toKeep: { asked, key, predictions } } : {}) }
}

/** What predictions that were kept come from: the same as now, or they would have another key. */
async function expectedBy(asked: Asked, way: KnownWay): Promise<PredictedBy> {
  return way === 'onnx' ? byOnnx(asked) : byCommand(await surroundingsOf(asked, asked.context.inputs.predict ?? []))
}

type Way = 'files' | KnownWay

/** Files that were given say it best; an ONNX file needs no environment and runs no code of its author. */
function wayOf({ context, side, file }: Omit<AskedOrGiven, 'evaluation'>): Way {
  if (context.inputs.predictions !== 'auto') return context.inputs.predictions
  if (file !== undefined) return 'files'
  return onlyOnnxFile(side) === undefined && context.inputs.predict !== undefined ? 'command' : 'onnx'
}

/** Predictions, what they come from, and what a command ran in. */
interface Anew extends Pick<Told, 'predictions' | 'by'> {
  readonly ran?: Surroundings
}

const waysToPredict: Readonly<Record<Way, (asked: AskedOrGiven) => Promise<Anew>>> = {
  onnx: async (asked) => ({ predictions: await predictByOnnx(asked), by: await byOnnx(asked) }),
  command: async (asked) => {
    const { predict: command } = asked.context.inputs
    if (command === undefined) throw nothingFor(asked, 'predict command')
    demandPlaces(command, asked.context)
    const { predictions, environment, code } = await predictByCommand(asked, command)
    const ran = await surroundingsOf(asked, command, { environment, code })
    return { predictions, by: byCommand(ran), ran }
  },
  files: async (asked) => {
    const { file, evaluation, context } = asked
    if (file === undefined) throw nothingFor(asked, 'prediction file')
    const { value: criteria } = context.inputs.criteria
    return { predictions: await readPredictions({ file, evaluation, criteria }), by: await byFile(file) }
  },
}

function nothingFor({ side }: Asked, what: string): ConfigError {
  return new ConfigError({ code: 'TY0304', details: `There is no ${what} for ${side.reference}` })
}
