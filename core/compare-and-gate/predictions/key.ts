import { createHash } from 'node:crypto'
import { existingEnvironment } from '../../engines/python/existing.ts'
import { toolVersion } from '../../main/version.ts'
import type { Digest } from '../../records/digest.ts'
import { buildName } from '../../records/predictions.ts'
import { askedMetrics } from '../criteria.ts'
import { customsOf } from '../customs/customs.ts'
import { isAboutNumbers } from '../evaluation.ts'
import type { Asked } from '../predict.ts'
import { codeNameOf } from './code.ts'
import { onlyOnnxFile } from './onnx.ts'
import { runtimeFor } from './runtime.ts'

/** The ways to predict whose predictions can be known by what they depend on. */
export type KnownWay = 'onnx' | 'command'

/** What a predict command ran in. */
export interface Surroundings {
  /** The digest of a locked environment; undefined for what was there. */
  readonly environment: string | undefined
  /** What names its code exactly; undefined for a checkout. */
  readonly code: string | undefined
}

/**
 * The digest of everything that a side's predictions depend on: the same key is the same predictions. Undefined where nobody knows
 * all of it: a command that is given variables, that is no Python in a known environment, or that runs in the checkout; and where it gives columns for metrics of the project's own.
 *
 * @param ran What a command really ran in (see `surroundingsOf`); what it should run in when not given.
 */
export async function keyOf(asked: Asked, way: KnownWay, ran?: Surroundings): Promise<Digest | undefined> {
  const { context, evaluation, side } = asked
  const { inputs } = context
  const { data } = inputs.criteria.value
  // Columns of the project's own are not kept.
  if (customsOf(inputs.criteria.value).some(({ column }) => column !== undefined)) return undefined
  const by = way === 'onnx' ? await onnxFacts(asked) : await commandFacts(asked, ran)
  if (by === undefined) return undefined
  const reading = {
    id: data.id,
    classes: data.classes,
    features: data.features,
    isRanking: data.query !== undefined,
    // What is asked of predictions decides how they are checked.
    asked: [...new Set(askedMetrics(inputs.criteria.value).map(({ predicts }) => predicts))].sort(),
    isAboutNumbers: isAboutNumbers(inputs.criteria.value),
  }
  const all = { v: 1, tool: toolVersion, files: side.files.digest, data: evaluation.digest, reading, way, by }
  return `sha256:${createHash('sha256').update(JSON.stringify(all)).digest('hex')}`
}

async function onnxFacts(asked: Asked): Promise<object | undefined> {
  const file = onlyOnnxFile(asked.side)
  return file === undefined ? undefined : { file: file.digest, runtime: buildName((await runtimeFor(asked)).build) }
}

async function commandFacts(asked: Asked, ran: Surroundings | undefined): Promise<object | undefined> {
  const { inputs, host, project } = asked.context
  const { passEnv = [], predict: command } = inputs
  // Nobody remembers what variables held.
  if (command === undefined || passEnv.length > 0 || inputs.predictCode === 'checkout') return undefined
  const { run } = asked.side
  if (ran === undefined && (run === undefined || codeNameOf(run) === undefined)) return undefined
  const { environment, code } = ran ?? (await surroundingsOf(asked, command))
  if (environment === undefined || code === undefined) return undefined
  const folder = project.folderOf(inputs.model).slice(host.context.folder.length)
  return { command, folder, environment, code, system: [process.platform, process.arch] }
}

/**
 * What a side's command should run in: what trained it, or a Python that is there; or what it ran in, where the Python that is
 * there is looked at once more, since the command may have changed it.
 */
export async function surroundingsOf(
  { context, side }: Asked,
  command: readonly string[],
  ran?: Surroundings,
): Promise<Surroundings> {
  const { run } = side
  const code = ran === undefined ? run && codeNameOf(run) : ran.code
  if (ran?.environment !== undefined) return { environment: ran.environment, code }
  if (run?.environment.lock !== undefined) return { environment: run.environment.digest, code }
  const { host, project, inputs, signal } = context
  const around = { folder: project.folderOf(inputs.model), env: host.env, signal }
  const { digest } = await existingEnvironment(command, around)
  return { environment: digest, code }
}
