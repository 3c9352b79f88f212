import type { Actor, GitState } from './actor.ts'
import type { Digest } from './digest.ts'
import type { Tree, TreeFile } from './tree.ts'

/** Every state of a run; the last four are ends. */
export const runStates = ['queued', 'running', 'succeeded', 'failed', 'cancelled', 'lost'] as const
export type RunState = (typeof runStates)[number]

/** The environment that a command ran in. `digest` is equal exactly when the locked packages and the interpreter are. */
export interface EnvironmentRecord {
  readonly kind: 'locked' | 'existing' | 'none'
  readonly digest?: Digest
  readonly python?: string
  /** The blob of the lock file: it makes the same environment again for serving and for the gate. */
  readonly lock?: Digest
}

/** The machine that trained. Memory in bytes. */
export interface MachineRecord {
  readonly os: string
  readonly arch: string
  readonly cpus: number
  readonly cpuModel: string
  readonly memoryBytes: number
}

/** What is known when training starts. Times are ISO 8601 in UTC. */
export interface RunStart {
  readonly model: string
  readonly experiment: string
  readonly command: readonly string[]
  readonly git: GitState
  readonly environment: EnvironmentRecord
  /** The snapshot of the code that ran, as a tree of blobs. */
  readonly code: Tree
  /** Digests of the data files, by path; their bytes are not kept. */
  readonly data: readonly TreeFile[]
  /** `name@version` of the registered datasets whose files are among them, by their bytes; left out where there are none. */
  readonly datasets?: readonly string[]
  readonly machine: MachineRecord
  /** The step ends by itself before this time: a run that has not ended by then is lost. */
  readonly deadline: string
  /** Variables beside the usual ones that the command could see, by name; left out where there are none. */
  readonly passEnv?: readonly string[]
  /** The run of the previous attempt of the same CI job. */
  readonly previousAttempt?: string
}

/** What is known when training ends. */
export interface RunEnd {
  readonly state: 'succeeded' | 'failed' | 'cancelled'
  /** Left out where a signal ended the command, or where it never started. */
  readonly exitCode?: number
  /** The signal that ended the command, such as SIGKILL where memory ran out. */
  readonly signal?: string
  readonly metrics: Readonly<Record<string, number>>
  readonly params: Readonly<Record<string, string | number | boolean>>
  /** Marks that the training's own tracking tool set; left out where there are none. */
  readonly tags?: Readonly<Record<string, string>>
  /** What training wrote. */
  readonly artifacts: Tree
  /** The last lines of the log of a run that did not succeed, redacted. */
  readonly lastLines?: readonly string[]
}

/** One execution of training. */
export interface Run extends RunStart {
  readonly id: string
  readonly state: RunState
  readonly startedAt: string
  readonly endedAt?: string
  readonly by: Actor
  readonly end?: RunEnd
  /** Set when retention let its files go: the record stays, what it lists can no longer be fetched. */
  readonly pruned?: { readonly at: string; readonly why: string }
}

/** A run that another tool made, and that has ended. Times are ISO 8601 in UTC. */
export interface ForeignRun {
  /** Where it is, without credentials: `mlflow+https://host/#<run id>`. */
  readonly source: string
  readonly start: RunStart
  readonly end: RunEnd
  readonly startedAt: string
  readonly endedAt: string
  readonly by: Actor
}

/**
 * A run's state at a time (in milliseconds since 1970): one that has not ended by its deadline is lost, for its step ends by
 * itself before then. That is seen and not written: an end that comes later still is recorded, and counts.
 */
export function stateAt({ state, deadline }: Pick<Run, 'state' | 'deadline'>, atMs: number): RunState {
  const isOpen = state === 'queued' || state === 'running'
  return isOpen && Date.parse(deadline) < atMs ? 'lost' : state
}
