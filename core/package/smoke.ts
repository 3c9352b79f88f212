import { batches } from '../engines/onnx/batches.ts'
import { type EngineModel, wasmEngine } from '../engines/onnx/engine.ts'
import { askDirectly } from '../engines/http/direct.ts'
import { allowedEnvironment } from '../engines/process/allowed-environment.ts'
import { firstRows, modelColumns } from '../engines/tables/model-columns.ts'
import type { Context } from '../main/context.ts'
import { type ExampleRows, readExampleRows } from '../main/example-rows.ts'
import type { PackagePredicate } from '../records/evidence.ts'
import { notServing, type RunningServer, startServer } from '../scoring/client/running-server.ts'
import { readAnswer, writeRequest } from '../scoring/client/tensors.ts'
import type { definition } from './definition.ts'
import { differenceOf } from './difference.ts'
import type { PackagedModel } from './models.ts'

type PackageContext = Context<typeof definition>

/** What a smoke test found, and by which build of the runtime the server answered. */
export type Smoke = PackagePredicate['smoke'] & { readonly engine: string }

/** For each model, and rows in each request. */
const [rows, rowsAtOnce] = [32, 8]

const startLimitMs = 60_000
const answerLimitMs = 30_000

/** What one model is tried with. */
interface Trial {
  readonly model: PackagedModel
  readonly examples: ExampleRows
}

/**
 * Starts a package as anybody would, asks each of its models about a few rows, and compares the answers with what the model says
 * in this process.
 *
 * @throws ConfigError TY0404 when it does not become ready or answers otherwise, with the last lines of its log; InputError when
 *   there are no rows to ask with; ConfigError TY0304 when they do not fit a model.
 */
export async function smokeTest(
  context: PackageContext,
  { folder, models }: { readonly folder: string; readonly models: readonly PackagedModel[] },
): Promise<Smoke> {
  const { host, signal } = context
  const trials = await Promise.all(
    models.map(async (model) => ({ model, examples: await examplesFor(context, model) })),
  )
  const server = await startServer({ folder, env: allowedEnvironment(host.env), signal, startLimitMs })
  try {
    const found = []
    for (const trial of trials) found.push(await tryModel(context, server, trial))
    const data = trials.map(({ examples: { name, digest } }) => ({ file: name, digest }))
    return {
      rows: found.reduce((sum, one) => sum + one.rows, 0),
      maxDifference: Math.max(...found.map(({ most }) => most)),
      data: [...new Map(data.map((one) => [one.digest, one])).values()],
      engine: server.engine,
    }
  } finally {
    await server.stop()
  }
}

/** Rows for one model: what the inputs name for the candidate's; of another model, what its own criteria are about. */
function examplesFor({ inputs, project, host }: PackageContext, { version: { model } }: PackagedModel) {
  const isCandidate = inputs.candidate.kind !== 'run' && inputs.candidate.model === model
  const own = project.value(model, 'criteria') !== undefined
  const { data, criteria } = isCandidate || !own ? inputs : { data: undefined, criteria: undefined }
  return readExampleRows({ project, model, data, criteria, input: host.inputName('data') })
}

async function tryModel({ workspace, signal, host }: PackageContext, server: RunningServer, trial: Trial) {
  const { reference, onnx } = trial.model
  const engine = await wasmEngine()
  const model = await engine.open(await workspace.files.read(onnx.digest), onnx.path)
  try {
    const found = await compare({ ...trial, server, own: model, signal })
    host.log.info(`${reference} answers ${found.rows} rows as it does in this step (difference ${found.most})`)
    return found
  } finally {
    await model.close()
  }
}

interface Compared extends Trial {
  readonly server: RunningServer
  readonly own: EngineModel
  readonly signal: AbortSignal
}

async function compare({ model, examples, server, own, signal }: Compared) {
  const { table, features } = examples
  const taken = Math.min(rows, table.rows)
  const columns = firstRows(modelColumns(own.signature, table, features), { of: table.rows, rows: taken })
  const { model: name, version } = model.version
  const url = `${server.url}/v2/models/${name}/versions/${version}/infer`
  const wanted = own.signature.outputs.map((output) => output.name)
  let most = 0
  for (const { feeds } of batches(own.signature, { columns, rows: taken, largest: rowsAtOnce })) {
    const inputs = new Map(Object.entries(feeds).map(([input, { dims, ...feed }]) => [input, { ...feed, shape: dims }]))
    const answer = await ask({ url, body: writeRequest(feeds), server, signal })
    const difference = differenceOf(await own.run(inputs, wanted), readAnswer(answer, url))
    if (difference.kind === 'unlike')
      throw notServing(`answers otherwise than ${model.reference} does: ${difference.sentence}`, server.log())
    most = Math.max(most, difference.most)
  }
  return { rows: taken, most }
}

interface Asked {
  readonly url: string
  readonly body: string
  readonly server: RunningServer
  readonly signal: AbortSignal
}

async function ask({ url, body, server, signal }: Asked): Promise<string> {
  const operation = 'ask the packaged server'
  const { status, text } = await askDirectly({ operation, url, body, signal, timeoutMs: answerLimitMs }).catch(
    (cause: unknown) => {
      signal.throwIfAborted()
      throw notServing('does not answer', server.log(), cause)
    },
  )
  if (status !== 200) throw notServing(`answers with the status ${status}: ${text.slice(0, 300)}`, server.log())
  return text
}
