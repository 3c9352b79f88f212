import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { environmentFromLock, type PythonEnvironment } from '../../engines/python/environment.ts'
import { ConfigError } from '../../errors/errors.ts'
import type { Run } from '../../records/run.ts'
import { runUserCommand } from '../../main/user-command.ts'
import type { Asked } from '../predict.ts'
import type { Predictions } from '../facts.ts'
import { readPredictions } from './file.ts'

/**
 * Runs the project's predict command for one side: its files in a folder of their own, in the environment that trained it,
 * so that pickled models load with the packages that wrote them.
 *
 * @throws ConfigError TY0401 when the command fails, TY0304 when what it wrote is not a prediction of every row.
 */
export async function predictByCommand(
  { context, evaluation, side }: Asked,
  command: readonly string[],
): Promise<Predictions> {
  const { inputs, workspace, host, project } = context
  const folder = join(host.context.tempFolder, `trainyard-gate-${side.files.digest.slice(-12)}`)
  const [model, out] = [join(folder, 'model'), join(folder, 'predictions.csv')]
  await mkdir(folder, { recursive: true })
  try {
    await workspace.files.fetch(side.files, model)
    const environment = await environmentOfRun(context, side.run)
    const result = await host.log.group(`Predict with ${side.reference}`, () =>
      runUserCommand({
        host,
        command: filled(command, { model, data: evaluation.file, out }),
        folder: project.folderOf(inputs.model),
        environment,
        passEnv: inputs.passEnv ?? [],
        timeoutMs: inputs.timeout,
        variables: {},
      }),
    )
    if (result.exitCode !== 0) throw failed(side.reference, result.lastLines)
    return await readPredictions({ file: out, evaluation, criteria: inputs.criteria.value })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function failed(side: string, lastLines: readonly string[]): ConfigError {
  return new ConfigError({
    code: 'TY0401',
    details: [`the predict command failed for ${side}`, ...lastLines.slice(-20)].join('\n'),
  })
}

/** The environment that trained a side, made again from its lock; undefined where it trained in what was there. */
async function environmentOfRun(
  { inputs, workspace, host, signal }: Asked['context'],
  run: Run | undefined,
): Promise<PythonEnvironment | undefined> {
  const lock = run?.environment.lock
  if (lock === undefined) return undefined
  const lockText = Buffer.from(await workspace.files.read(lock)).toString('utf8')
  return environmentFromLock({
    lockText,
    python: inputs.python,
    env: host.env,
    signal,
    onLine: (line) => host.log.child(line),
  })
}

/** The command with its placeholders filled in, word by word: a path with spaces stays one word. */
export function filled(
  command: readonly string[],
  places: Readonly<Record<'model' | 'data' | 'out', string>>,
): readonly string[] {
  return command.map((word) =>
    word.replaceAll(/\{(model|data|out)\}/g, (_, name: 'model' | 'data' | 'out') => places[name]),
  )
}
