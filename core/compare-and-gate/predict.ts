import { createHash } from 'node:crypto'
import { ConfigError } from '../errors/errors.ts'
import type { Context } from '../main/context.ts'
import type { Subject } from '../main/subject.ts'
import type { Digest } from '../records/digest.ts'
import { metrics } from '../stats/metrics.ts'
import type { definition } from './definition.ts'
import type { Evaluation } from './evaluation.ts'
import { type Facts, lacking, type Predictions } from './facts.ts'
import { predictByCommand } from './predictions/command.ts'
import { readPredictions } from './predictions/file.ts'
import { onlyOnnxFile, predictByOnnx } from './predictions/onnx.ts'

type GateContext = Context<typeof definition>

/** What both sides predict, and the digests of their predictions for the evidence. */
export interface Predicted {
  readonly facts: Omit<Facts, 'labels'>
  readonly digests: { readonly candidate: Digest; readonly champion?: Digest }
}

interface Sides {
  readonly context: GateContext
  readonly candidate: Subject
  readonly champion: Subject | undefined
  readonly evaluation: Evaluation
}

/**
 * Lets both sides predict the same rows in the same way.
 *
 * @throws ConfigError TY0304 when a side does not predict what the criteria's metrics need.
 */
export async function predictBoth({ context, candidate, champion, evaluation }: Sides): Promise<Predicted> {
  const { candidatePredictions, championPredictions } = context.inputs
  const candidateSays = await predict({ context, evaluation, side: candidate, file: candidatePredictions })
  const championSays =
    champion === undefined
      ? undefined
      : await predict({ context, evaluation, side: champion, file: championPredictions })
  demandEnough(context, candidate, candidateSays)
  if (champion !== undefined && championSays !== undefined) demandEnough(context, champion, championSays)
  return {
    facts: { candidate: candidateSays, champion: championSays },
    digests: {
      candidate: digestOf(candidateSays),
      ...(championSays === undefined ? {} : { champion: digestOf(championSays) }),
    },
  }
}

/** One side and how it is asked. */
export interface Asked {
  readonly context: GateContext
  readonly evaluation: Evaluation
  readonly side: Subject
}

function predict({
  context,
  evaluation,
  side,
  file,
}: Asked & { readonly file: string | undefined }): Promise<Predictions> {
  const { predict: command, criteria } = context.inputs
  const asked = { context, evaluation, side }
  const way = context.inputs.predictions === 'auto' ? best(asked, file) : context.inputs.predictions
  if (way === 'onnx') return predictByOnnx(asked)
  if (way === 'command' && command !== undefined) return predictByCommand(asked, command)
  if (way === 'files' && file !== undefined) return readPredictions({ file, evaluation, criteria: criteria.value })
  throw new ConfigError({
    code: 'TY0304',
    details: `There is no ${way === 'files' ? 'prediction file' : 'predict command'} for ${side.reference}`,
  })
}

/** Files that were given say it best; an ONNX file needs no environment and runs no code of its author. */
function best({ context, side }: Asked, file: string | undefined): 'files' | 'onnx' | 'command' {
  if (file !== undefined) return 'files'
  return onlyOnnxFile(side) === undefined && context.inputs.predict !== undefined ? 'command' : 'onnx'
}

function demandEnough({ inputs }: GateContext, side: Subject, predictions: Predictions): void {
  const asked = inputs.criteria.value.criteria.map(({ metric }) => metrics[metric])
  const missing = lacking(asked, predictions)
  if (missing.length === 0) return
  const needs = missing.map(({ name, predicts }) => `${name} needs a ${predicts}`).join('; ')
  throw new ConfigError({
    code: 'TY0304',
    details: `${side.reference} does not predict what the criteria ask for: ${needs}`,
  })
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
