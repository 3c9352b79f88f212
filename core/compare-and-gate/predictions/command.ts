import { existsSync } from 'node:fs'
import { mkdtemp, open, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { environmentFromLock, type PythonEnvironment } from '../../engines/python/environment.ts'
import { ConfigError } from '../../errors/errors.ts'
import { endInWords, runUserCommand } from '../../main/user-command.ts'
import type { Asked } from '../predict.ts'
import type { Predictions } from '../facts.ts'
import { codeOf } from './code.ts'
import { readPredictions } from './file.ts'

/** As many lines of the log as a person reads. */
const shownLines = 20

/** What a command predicts, and what it ran in, as far as that is known exactly. */
export interface PredictedByCommand {
  readonly predictions: Predictions
  /** The digest of a locked environment. */
  readonly environment?: string | undefined
  readonly code?: string | undefined
}

/**
 * Runs the project's predict command for one side: its files in a folder of their own, in the environment that trained it,
 * so that pickled models load with the packages that wrote them, and with the code that trained it.
 *
 * @throws ConfigError TY0401 when the command fails, TY0304 when what it wrote is not a prediction of every row.
 */
export async function predictByCommand(asked: Asked, command: readonly string[]): Promise<PredictedByCommand> {
  const { context, evaluation, side } = asked
  const { inputs, workspace, host } = context
  // A folder that nobody used before: predictions that an earlier run left behind must not pass for new ones.
  const folder = await mkdtemp(join(host.context.tempFolder, 'trainyard-gate-'))
  const [model, out] = [join(folder, 'model'), join(folder, 'predictions.csv')]
  try {
    await workspace.files.fetch(side.files, model)
    const environment = await environmentOf(asked)
    const code = await codeOf(asked, command, join(folder, 'code'))
    const result = await host.log.group(`Predict with ${side.reference}`, () =>
      runUserCommand({
        host,
        command: filled(command, { model, data: evaluation.file, out }),
        folder: code.folder,
        environment,
        passEnv: inputs.passEnv ?? [],
        timeoutMs: inputs.timeout,
        variables: {},
      }),
    )
    if (result.exitCode !== 0) {
      const said = result.lastLines.slice(-shownLines)
      const details = [`the predict command for ${side.reference} ended ${endInWords(result)}`, ...said].join('\n')
      throw new ConfigError({ code: 'TY0401', details })
    }
    if (!existsSync(out)) {
      const details = `the predict command for ${side.reference} ended well, but wrote no predictions to {out}`
      throw new ConfigError({ code: 'TY0304', details })
    }
    const predictions = await readPredictions({
      file: await namedByKind(out),
      evaluation,
      criteria: inputs.criteria.value,
    })
    return { predictions, environment: environment?.record.digest, code: code.identity }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Calls what a command wrote by what it is, since tables are read by the end of their name; a command is told but one name. */
async function namedByKind(out: string): Promise<string> {
  // A folder is refused when it is read.
  if (!(await stat(out)).isFile()) return out
  const handle = await open(out, 'r')
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0)
  await handle.close()
  const start = buffer.toString('latin1', 0, bytesRead)
  const kind = start === 'PAR1' ? '.parquet' : start.startsWith('{') ? '.jsonl' : undefined
  if (kind === undefined) return out
  const file = out.replace(/\.csv$/, kind)
  await rename(out, file)
  return file
}

/** The environment that trained a side, made again from its lock; undefined where it trained in what was there. */
async function environmentOf({ context, side }: Asked): Promise<PythonEnvironment | undefined> {
  const { inputs, workspace, host, signal } = context
  const trained = side.run?.environment
  if (trained?.lock === undefined) {
    host.log.info(`${side.reference} has no locked environment: it predicts in what is there`)
    return undefined
  }
  const lockText = Buffer.from(await workspace.files.read(trained.lock)).toString('utf8')
  const environment = await host.log.group(`Python environment of ${side.reference}`, () =>
    environmentFromLock({
      lockText,
      python: inputs.python,
      env: host.env,
      signal,
      onLine: (line) => host.log.child(line),
    }),
  )
  const { python } = environment.record
  if (releaseOf(python) !== releaseOf(trained.python))
    host.log.warning(`${side.reference} was trained with Python ${trained.python}, and predicts with ${python}`)
  return environment
}

function releaseOf(version = ''): string {
  return version.split('.').slice(0, 2).join('.')
}

/** The command with its placeholders filled in, word by word: a path with spaces stays one word. */
function filled(
  command: readonly string[],
  places: Readonly<Record<'model' | 'data' | 'out', string>>,
): readonly string[] {
  return command.map((word) =>
    word.replaceAll(/\{(model|data|out)\}/g, (_, name: 'model' | 'data' | 'out') => places[name]),
  )
}

/** The placeholders that a predict command cannot do without, and lacks: it would judge both sides alike, or write nowhere. */
export function lackingPlaces(command: readonly string[]): readonly string[] {
  return ['{model}', '{out}'].filter((place) => !command.some((word) => word.includes(place)))
}
