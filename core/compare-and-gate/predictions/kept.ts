import { z } from 'zod'
import { ConfigError, ExternalError } from '../../errors/errors.ts'
import { toolVersion } from '../../main/version.ts'
import type { Digest } from '../../records/digest.ts'
import { digestShape } from '../../records/digest-shape.ts'
import { type KeptPredictions, type PredictionsPredicate, predictionsStatement } from '../../records/predictions.ts'
import type { Predictions } from '../facts.ts'
import type { Asked } from '../predict.ts'
import { digestOf, pack, unpack } from './pack.ts'

/** Predictions that an earlier gate kept. */
export interface Recalled {
  readonly predictions: Predictions
  /** The evidence that says what they are. */
  readonly evidence: Digest
}

/** So many statements about one model are looked at, the newest: each is about another set of rows or another way. */
const mostStatements = 8

/** Larger predictions are made again: a branch holds no larger files, and a blob this size takes as long to fetch. Bytes. */
const mostBytes = 64 * 2 ** 20

const predicateShape = z.object({
  sides: z.array(z.object({ key: digestShape, files: digestShape, numbers: digestShape, kept: digestShape })),
})

/**
 * Predictions of a side that were kept under a key; undefined where there are none. They are what they were: the bytes have their
 * digest, and the numbers that of the evidence. What is not is told, and not used.
 */
export async function recall(asked: Asked, key: Digest): Promise<Recalled | undefined> {
  const { context, side, evaluation } = asked
  const { workspace, host } = context
  const records = await workspace.evidence.about(side.files.digest, 'predictions')
  for (const { id, at } of records.slice(0, mostStatements)) {
    try {
      const found = await foundIn((await workspace.evidence.read(id)).predicate, asked, key)
      if (found === undefined) continue
      const day = `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`
      host.log.info(`predictions of ${side.reference} on ${evaluation.name} were kept on ${day}, and are used again`)
      return { predictions: found, evidence: id }
    } catch (error) {
      if (!(error instanceof ExternalError) || error.code !== 'TY0207') throw error
      const why = error.details === '' ? error.message : error.details
      host.log.warning(
        `The predictions of ${side.reference} that were kept cannot be used, and it predicts again: ${why}`,
      )
    }
  }
  return undefined
}

/** @throws ExternalError TY0207 when something is kept under the key that is not what the evidence says. */
async function foundIn(predicate: unknown, { context, side, evaluation }: Asked, key: Digest) {
  const parsed = predicateShape.safeParse(predicate)
  const kept = parsed.data?.sides.find((one) => one.key === key && one.files === side.files.digest)
  if (kept === undefined) return undefined
  const { classes } = context.inputs.criteria.value.data
  const bytes = await context.workspace.files.read(kept.kept)
  const found = await unpack(bytes, evaluation.rows * (classes.length + 2))
  if (found !== undefined && digestOf(found) === kept.numbers && hasRows(found, evaluation.rows, classes.length))
    return found
  const facts = { operation: 'read the workspace', address: context.workspace.url }
  throw new ExternalError({ code: 'TY0207', facts, details: `the file ${kept.kept} is not what its evidence says` })
}

function hasRows({ classes, probabilities, values }: Predictions, rows: number, classCount: number): boolean {
  const width = classCount === 2 ? 1 : classCount
  return (
    [classes, values].every((numbers) => numbers === undefined || numbers.length === rows) &&
    (probabilities === undefined || probabilities.length === rows * width)
  )
}

/** What one side predicted and under which key it is to be found. */
export interface ToKeep {
  readonly asked: Asked
  readonly key: Digest
  readonly predictions: Predictions
}

/**
 * Keeps predictions for later gates, in one entry for both sides. It is no part of the verdict: what cannot be kept is told. Bytes
 * that only evidence refers to are let go by `gc` like any others, and then the side predicts again.
 */
export async function keepPredictions(toKeep: readonly ToKeep[]): Promise<void> {
  const [first] = toKeep
  if (first === undefined) return
  const { context, evaluation } = first.asked
  const { workspace, host, inputs } = context
  try {
    // Predictions tell much of a model: they go where its files may go.
    await workspace.files.put([], { isModel: true })
    const sides: KeptPredictions[] = []
    for (const one of toKeep) sides.push(...(await keptSide(one)))
    if (sides.length === 0) return
    const predicate: PredictionsPredicate = {
      model: inputs.model,
      data: { digest: evaluation.digest, rows: evaluation.rows, file: evaluation.name },
      sides,
      tool: { name: 'trainyard', version: toolVersion },
    }
    await workspace.evidence.add(predictionsStatement(predicate))
  } catch (error) {
    if (error instanceof ConfigError && error.code === 'TY0204')
      host.log.info(
        'Predictions are not kept: the repository is public, and trainyard.yml does not consent to files there',
      )
    else if (error instanceof ExternalError) host.log.warning(`Predictions are not kept: ${error.message}`)
    else throw error
  }
}

async function keptSide({ asked, key, predictions }: ToKeep): Promise<readonly KeptPredictions[]> {
  const { side, context } = asked
  const bytes = await pack(predictions)
  if (bytes.length > mostBytes) {
    context.host.log.info(`The predictions of ${side.reference} are not kept: they have ${bytes.length} bytes`)
    return []
  }
  const kept = await context.workspace.files.putBytes(bytes)
  return [{ reference: side.reference, files: side.files.digest, key, numbers: digestOf(predictions), kept }]
}
