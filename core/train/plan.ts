import { digestFiles } from '../engines/code/digest.ts'
import { globFiles } from '../engines/code/glob.ts'
import { snapshotFiles } from '../engines/code/snapshot.ts'
import { type PythonEnvironment, prepareEnvironment } from '../engines/python/environment.ts'
import type { Context } from '../main/context.ts'
import { gitStateOf } from '../main/git-state.ts'
import type { EnvironmentRecord, RunStart } from '../records/run.ts'
import type { definition } from './definition.ts'
import { thisMachine } from './machine.ts'

/** What will be trained, and in which environment. */
export interface Plan {
  readonly start: RunStart
  readonly python: PythonEnvironment | undefined
  /** The model's folder. */
  readonly folder: string
}

/** The step ends by itself this long after its command at the latest; only then can a silent run be lost. */
const marginMs = 15 * 60_000

/** Gathers everything that a run is made of, before it begins: code, data, environment, machine, git. */
export async function planOf(context: Context<typeof definition>): Promise<Plan> {
  const { inputs, host, project, workspace, signal } = context
  const folder = project.folderOf(inputs.model)
  const python = await pythonFor(context, folder)
  const code = await workspace.files.put(await snapshotFiles(host.context.folder))
  const data = await digestFiles(folder, await globFiles(folder, inputs.data ?? []))
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
      data,
      machine: thisMachine(),
      deadline: new Date(Date.now() + inputs.timeout + marginMs).toISOString(),
      ...(previous === undefined ? {} : { previousAttempt: previous.id }),
    },
  }
}

async function pythonFor(
  { inputs, host, signal }: Context<typeof definition>,
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
  { workspace }: Context<typeof definition>,
): Promise<EnvironmentRecord> {
  if (python === undefined) return { kind: 'existing' }
  return { ...python.record, lock: await workspace.files.putBytes(Buffer.from(python.lockText, 'utf8')) }
}
