import type { Run, RunStart } from '../records/run.ts'

/**
 * The run that need not be made again: it succeeded in the same experiment, and code, data, environment and command were the
 * same. Undefined where no data is declared, since then nobody knows what training reads; and where variables were passed to
 * the command, since nobody remembers what they held.
 *
 * @param runs Runs of the model, newest first.
 */
export function reusable(start: RunStart, runs: readonly Run[]): Run | undefined {
  if (start.data.length === 0 || hasPassed(start)) return undefined
  const wanted = identity(start)
  return runs.find(
    (run) => run.state === 'succeeded' && run.pruned === undefined && !hasPassed(run) && identity(run) === wanted,
  )
}

function hasPassed({ passEnv = [] }: RunStart): boolean {
  return passEnv.length > 0
}

function identity({ experiment, code, data, environment, machine, command }: RunStart): string {
  return JSON.stringify([
    experiment,
    code.digest,
    data.map(({ path, digest }) => [path, digest]),
    // Of an environment that was there nothing is known but the kind of machine that it is for.
    environment.digest ?? [environment.kind, machine.os.split(' ')[0], machine.arch],
    command,
  ])
}
