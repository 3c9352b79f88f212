import type { Direction } from '../../stats/interval.ts'
import { metrics as knownMetrics } from '../../stats/metrics.ts'
import type { Run } from '../../records/run.ts'

/** One thing of every run, in the order of the runs; undefined where a run does not have it. */
export interface Compared<T> {
  readonly name: string
  readonly values: readonly (T | undefined)[]
  readonly isSame: boolean
}

/** How a metric of a run differs from the first run's. */
export interface Difference {
  readonly absolute: number
  /** Of the first run's value; left out where that is zero. */
  readonly relative?: number
  /** Only where it is known which way the metric is good. */
  readonly verdict?: 'better' | 'worse'
}

/** A metric of every run. The first has no difference. */
export interface ComparedMetric extends Compared<number> {
  readonly differences: readonly (Difference | undefined)[]
}

/** Runs side by side; the first is what the others are compared with. */
export interface Comparison {
  readonly runs: readonly Run[]
  readonly params: readonly Compared<string | number | boolean>[]
  readonly metrics: readonly ComparedMetric[]
  /** Commit, command, environment, machine: each in a word or two. */
  readonly circumstances: readonly Compared<string>[]
  /** The digests of data files, by path. */
  readonly data: readonly Compared<string>[]
}

/** Compares runs: pure. */
export function compareRuns(runs: readonly Run[]): Comparison {
  return {
    runs,
    params: byName(runs.map(({ end }) => end?.params ?? {})),
    metrics: byName(runs.map(({ end }) => end?.metrics ?? {})).map((metric) => ({
      ...metric,
      differences: metric.values.map((value, at) =>
        at === 0 ? undefined : difference(metric.name, metric.values[0], value),
      ),
    })),
    circumstances: byName(runs.map(circumstancesOf)),
    data: byName(runs.map(({ data }) => Object.fromEntries(data.map(({ path, digest }) => [path, digest])))),
  }
}

function byName<T extends string | number | boolean>(
  records: readonly Readonly<Record<string, T>>[],
): readonly Compared<T>[] {
  const names = [...new Set(records.flatMap(Object.keys))]
  return names.map((name) => {
    const values = records.map((record) => (Object.hasOwn(record, name) ? record[name] : undefined))
    return { name, values, isSame: values.every((value) => value === values[0]) }
  })
}

function difference(name: string, first: number | undefined, value: number | undefined): Difference | undefined {
  if (first === undefined || value === undefined) return undefined
  const absolute = value - first
  const direction = directionOf(name)
  const isBetter = direction === 'higher' ? absolute > 0 : absolute < 0
  return {
    absolute,
    ...(first === 0 ? {} : { relative: absolute / Math.abs(first) }),
    ...(direction === undefined || absolute === 0 ? {} : { verdict: isBetter ? 'better' : 'worse' }),
  }
}

/** Words before a metric's name that say which rows it is of. */
const rows = /^(train|training|val|valid|validation|test|eval|holdout)[/_.-]/i

/**
 * Which way a metric is good, for the metrics that the gate knows, however their names are written: `log_loss`, `val/auc`.
 * Undefined for any other: what looks better may be worse.
 */
export function directionOf(name: string): Direction | undefined {
  const plain = (text: string) =>
    text
      .replace(rows, '')
      .replaceAll(/[_\s-]/g, '')
      .toLowerCase()
  return Object.entries(knownMetrics).find(([known]) => plain(known) === plain(name))?.[1].direction
}

function circumstancesOf(run: Run): Readonly<Record<string, string>> {
  const { git, environment, machine, command } = run
  return {
    ...(git.commit === undefined
      ? {}
      : { commit: `${git.commit.slice(0, 12)}${git.isDirty === true ? ' with changes' : ''}` }),
    code: run.code.digest.slice(7, 19),
    environment: environment.digest?.slice(7, 19) ?? environment.kind,
    ...(environment.python === undefined ? {} : { Python: environment.python }),
    machine: `${machine.os} ${machine.arch}, ${machine.cpus} × ${machine.cpuModel}`,
    command: command.join(' '),
  }
}
