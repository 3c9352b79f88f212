import { ConfigError, InputError } from '../../errors/errors.ts'
import { readReported } from '../metrics.ts'
import { dvcliveFiles, readDvclive } from './dvclive.ts'
import { mlflowRuns, readMlflow } from './mlruns.ts'
import { mergeReports, nothingReported, type ToolReport } from './report.ts'

/** What a training will have reported when it is over. */
export interface Watched {
  /** @throws ConfigError TY0102 for a file that cannot be read as what it is. */
  read(): Promise<ToolReport>
  /** What a command that failed had reported by then, as far as it can be read. */
  readIfAny(): Promise<ToolReport>
}

/**
 * Looks which files of tracking tools are there before a training, so that afterwards only what it wrote itself is read: the
 * file that `$TRAINYARD_METRICS` names, a run in MLflow's `mlruns/`, and DVCLive's `dvclive/`.
 *
 * @param folder Where the command runs.
 */
export async function watchReports(folder: string, metricsFile: string): Promise<Watched> {
  const [runs, files] = [await mlflowRuns(folder), await dvcliveFiles(folder)]
  const sources: readonly (() => Promise<ToolReport>)[] = [
    async () => ({ ...(await readReported(metricsFile)), from: '$TRAINYARD_METRICS', warnings: [] }),
    () => readMlflow(folder, runs),
    () => readDvclive(folder, files),
  ]
  return {
    async read() {
      const reports: ToolReport[] = []
      for (const source of sources) reports.push(await source())
      return mergeReports(reports)
    },
    async readIfAny() {
      const reports: ToolReport[] = []
      for (const source of sources) reports.push(await source().catch(nothingWhereUnreadable))
      return mergeReports(reports)
    },
  }
}

function nothingWhereUnreadable(error: unknown): ToolReport {
  if (error instanceof ConfigError || error instanceof InputError) return nothingReported
  throw error
}

const outputs = /^(mlruns\/|dvclive\/(metrics\.json|params\.yaml|report\.\w+|plots\/))/

/** Whether a path in a model's folder is one that these tools write: it is no part of the code that ran. */
export function isToolOutput(path: string): boolean {
  return outputs.test(path)
}
