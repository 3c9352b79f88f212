import { digestFiles } from '../engines/code/digest.ts'
import { globFiles } from '../engines/code/glob.ts'
import { allowedEnvironment } from '../engines/process/allowed-environment.ts'
import { type PythonEnvironment, prepareEnvironment } from '../engines/python/environment.ts'
import type { Context } from '../main/context.ts'
import { datasetsAmong } from '../main/dataset/known.ts'
import { gitStateOf } from '../main/git-state.ts'
import type { EnvironmentRecord, RunStart } from '../records/run.ts'
import { keepCode } from './code.ts'
import type { definition } from './definition.ts'
import { thisMachine } from '../main/machine.ts'

type TrainContext = Context<typeof definition>

/** What will be trained, and in which environment. */
export interface Plan {
  readonly start: RunStart
  readonly python: PythonEnvironment | undefined
  /** The model's folder. */
  readonly folder: string
}

/** The step ends by itself this long after its command at the latest; a run that has not ended by then is lost. */
const marginMs = 15 * 60_000

/** Gathers everything that a run is made of, before it begins: code, data, environment, machine, git. */
export async function planOf(context: TrainContext): Promise<Plan> {
  const { inputs, host, project, workspace, signal } = context
  const { passEnv = [] } = inputs
  // What would be refused in the end is refused before hours of training: these variables, and model files in public.
  allowedEnvironment(host.env, { pass: passEnv })
  await workspace.files.put([], { isModel: true })
  const folder = project.folderOf(inputs.model)
  const python = await pythonFor(context, folder)
  const data = await dataFiles(context, folder)
  const code = await keepCode(context, { folder, data })
  const digests = await digestFiles(folder, data)
  const datasets = await datasetsAmong(digests, workspace.datasets)
  const previous = await workspace.runs.ofPreviousAttempt()
  signal.throwIfAborted()
  return {
    folder,
    python,
    start: {
      model: inputs.model,
      experiment: inputs.experiment ?? inputs.model,
      command: inputs.command,
      git: await gitStateOf(host),
      environment: await environmentRecord(python, context),
      code,
      data: digests,
      ...(datasets.length === 0 ? {} : { datasets }),
      machine: thisMachine(),
      deadline: new Date(Date.now() + inputs.timeout + marginMs).toISOString(),
      ...(passEnv.length === 0 ? {} : { passEnv }),
      ...(previous === undefined ? {} : { previousAttempt: previous.id }),
    },
  }
}

async function dataFiles({ inputs, host }: TrainContext, folder: string): Promise<readonly string[]> {
  if (inputs.data === undefined) return []
  const paths = await globFiles(folder, inputs.data)
  if (paths.length === 0)
    host.log.warning(
      `${host.inputName('data')} matches no file below ${folder} (${inputs.data.join(', ')}): nothing is known of the data of this run`,
    )
  return paths
}

async function pythonFor(
  { inputs, host, signal }: TrainContext,
  folder: string,
): Promise<PythonEnvironment | undefined> {
  const { requirements, python } = inputs
  if (requirements === undefined) return undefined
  return host.log.group('Python environment', async () => {
    const made = await prepareEnvironment({
      requirements,
      python,
      folder,
      env: host.env,
      signal,
      onLine: (line) => host.log.child(line),
    })
    if (made.isLockNew)
      host.log.notice(
        `The requirements are not locked; this run locked them. To train with the same packages for ever, commit ${made.lockFile}`,
      )
    return made
  })
}

async function environmentRecord(
  python: PythonEnvironment | undefined,
  { workspace }: TrainContext,
): Promise<EnvironmentRecord> {
  if (python === undefined) return { kind: 'existing' }
  return { ...python.record, lock: await workspace.files.putBytes(Buffer.from(python.lockText, 'utf8')) }
}
