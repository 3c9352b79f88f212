import type { Run, RunStart } from '../records/run.ts'

/**
 * The run that need not be made again: it succeeded, and code, data, environment and command were the same. Undefined where
 * no data is declared, since then nobody knows what training reads.
 *
 * @param runs Runs of the model that succeeded, newest first.
 */
export function reusable(start: RunStart, runs: readonly Run[]): Run | undefined {
  if (start.data.length === 0) return undefined
  const wanted = identity(start)
  return runs.find((run) => run.state === 'succeeded' && identity(run) === wanted)
}

function identity({ code, data, environment, command }: RunStart): string {
  return JSON.stringify([
    code.digest,
    data.map(({ path, digest }) => [path, digest]),
    environment.digest ?? environment.kind,
    command,
  ])
}
