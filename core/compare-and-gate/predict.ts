import { createHash } from 'node:crypto'
import { ConfigError, InputError } from '../errors/errors.ts'
import type { Context } from '../main/context.ts'
import type { Subject } from '../main/subject.ts'
import { counted } from '../main/words.ts'
import type { Digest } from '../records/digest.ts'
import type { definition } from './definition.ts'
import type { Evaluation } from './evaluation.ts'
import { type Facts, lackingFor, type Predictions } from './facts.ts'
import { lackingPlaces, predictByCommand } from './predictions/command.ts'
import { readPredictions } from './predictions/file.ts'
import { onlyOnnxFile, predictByOnnx } from './predictions/onnx.ts'

type GateContext = Context<typeof definition>

/** What both sides predict, and the digests of their predictions for the evidence. */
export interface Predicted {
  readonly facts: Pick<Facts, 'candidate' | 'champion'>
  readonly digests: { readonly candidate: Digest; readonly champion?: Digest }
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
  const candidateSays = await predict({ context, evaluation, side: candidate, file: candidatePredictions })
  const championSays =
    champion === undefined
      ? undefined
      : await predict({ context, evaluation, side: champion, file: championPredictions })
  const digests = {
    candidate: digestOf(candidateSays),
    ...(championSays === undefined ? {} : { champion: digestOf(championSays) }),
  }
  // Two models seldom agree everywhere; one model on both sides always does.
  if (digests.champion === digests.candidate)
    context.host.log.warning(
      `${candidate.reference} and ${champion?.reference} predict the very same on every row: make sure that each side loads its own model`,
    )
  return { facts: { candidate: candidateSays, champion: championSays }, digests }
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

async function predict(asked: AskedOrGiven): Promise<Predictions> {
  const { context, evaluation, side } = asked
  const { predictions: wanted, criteria } = context.inputs
  const way = wanted === 'auto' ? best(asked) : wanted
  const predictions = await waysToPredict[way](asked)
  const lacking = lackingFor(criteria.value, predictions)
  if (lacking.length > 0) {
    const needs = lacking.map(({ name, predicts }) => `${name} needs a ${predicts}`).join('; ')
    const details = `${side.reference} does not predict what the criteria ask for: ${needs}`
    throw new ConfigError({ code: 'TY0304', details })
  }
  context.host.log.info(`${side.reference} predicted ${counted(evaluation.rows, 'row')} (${way})`)
  return predictions
}

type Way = 'files' | 'onnx' | 'command'

/** Files that were given say it best; an ONNX file needs no environment and runs no code of its author. */
function best({ context, side, file }: AskedOrGiven): Way {
  if (file !== undefined) return 'files'
  return onlyOnnxFile(side) === undefined && context.inputs.predict !== undefined ? 'command' : 'onnx'
}

const waysToPredict: Readonly<Record<Way, (asked: AskedOrGiven) => Promise<Predictions>>> = {
  onnx: predictByOnnx,
  command: async (asked) => {
    const { predict: command } = asked.context.inputs
    if (command === undefined) throw nothingFor(asked, 'predict command')
    demandPlaces(command, asked.context)
    return predictByCommand(asked, command)
  },
  files: async (asked) => {
    const { file, evaluation, context } = asked
    if (file === undefined) throw nothingFor(asked, 'prediction file')
    return readPredictions({ file, evaluation, criteria: context.inputs.criteria.value })
  },
}

function nothingFor({ side }: Asked, what: string): ConfigError {
  return new ConfigError({ code: 'TY0304', details: `There is no ${what} for ${side.reference}` })
}

/** The digest of the numbers themselves, in the order of the rows, whatever file they came from. */
function digestOf({ classes, probabilities, values }: Predictions): Digest {
  const hash = createHash('sha256')
  for (const numbers of [classes, probabilities, values]) {
    hash.update(`${numbers?.length ?? -1}\n`)
    if (numbers !== undefined) hash.update(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength))
  }
  return `sha256:${hash.digest('hex')}`
}
